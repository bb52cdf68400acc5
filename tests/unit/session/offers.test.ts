import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import type { View } from '@/session/types';
import { add, bench, fakeExample, HUB, HUB_MODELS, heal, MODELS, settle, storedFile } from './fakes';

const ALL = [...MODELS, ...HUB_MODELS];

/** A page at this address; `written` is what its address becomes. */
function page(hash: string, options = {}) {
  const written: string[] = [];
  const address = {
    read: () => ({ search: '', hash }),
    write: (link: string) => void written.push(link),
    dispose: () => {},
  };
  return { ...bench({ models: ALL, view: {}, address, ...options }), written };
}

const stored = (...ids: string[]) => ({
  files: ids.map((id) => storedFile(id)),
  place: 'opfs' as const,
  usage: null,
  quota: null,
});
const loaded = ({ fake }: ReturnType<typeof bench>) =>
  fake.all('loadModel').map(({ args }) => args.manifest.id);

test('a model that would have to be downloaded is offered, and an embedded one opened with the same picture', async () => {
  const all = page('#model=sd1&picture=harbour&size=256&cell=3,4&e=add@3,4:1,0,0,0');
  await all.state.start();
  await settle();
  const now = all.store.getState();
  expect(now.offer).toEqual({ models: ['sd1'], bytes: 100, from: 'hub.example' });
  expect(now.view).toMatchObject({
    model: 'mini-spot',
    picture: 'harbour',
    size: 256,
    cell: { row: 3, col: 4 },
    edits: [],
  });
  expect(now.sides.a.base).not.toBeNull();
  expect(loaded(all)).toEqual(['mini-spot']);
  expect(now.failure).toBeNull();
  // The address still says what the link asked for.
  expect(all.written.at(-1)).toContain('model=sd1&picture=harbour&size=256');
  expect(all.written.at(-1)).toContain('e=add@3,4:1,0,0,0');

  await all.state.acceptOffer();
  await settle();
  const then = all.store.getState();
  expect(then).toMatchObject({
    offer: null,
    view: { model: 'sd1', picture: 'harbour' },
    sides: { a: { model: { status: 'ready' } } },
  });
  expect(then.view.edits).toEqual([add(3, 4, 1)]);
  expect(then.sides.a.effect?.edits).toBe(then.view.edits);
  // Undo takes the link's edits off, and nothing of them is done twice.
  all.state.undo();
  expect(all.store.getState().view.edits).toEqual([]);
  await all.state.setModel('mini-clean');
  await all.state.setModel('sd1');
  expect(all.store.getState().view.edits).toEqual([]);
});

test('edits that came with an offered model go to their places in whatever size is open then', async () => {
  const all = page('#model=sd1&size=256&e=heal@10,20');
  await all.state.start();
  await all.state.setSize(512);
  all.state.addEdit(heal(1, 1)); // in the model that stood in
  await all.state.acceptOffer();
  expect(all.store.getState().view.edits).toEqual([heal(21, 41)]);
});

test('what is kept on this computer is opened at once', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256&e=heal@3,4');
  all.fake.storedFiles = stored('sd1', 'sdxl');
  await all.state.start();
  await settle();
  expect(all.store.getState()).toMatchObject({
    offer: null,
    view: { model: 'sd1', compare: 'sdxl', edits: [heal(3, 4)] },
  });
  expect(all.store.getState().sides.b?.effect).not.toBeNull();
  expect(all.fake.all('stored')).toHaveLength(1);
});

test('a file that is there in part, of another hub, or of an old revision is not one that is there', async () => {
  const cases = [
    { files: [storedFile('sd1', { bytes: 30, complete: false })], bytes: 70 },
    { files: [storedFile('sd1', { hub: 'https://other.example' })], bytes: 100 },
    { files: [storedFile('sd1', { revision: 'old' })], bytes: 100 },
    { files: [storedFile('sd1', { path: 'other.safetensors' })], bytes: 100 },
  ];
  for (const { files, bytes } of cases) {
    const all = page('#model=sd1');
    all.fake.storedFiles = { ...stored(), files };
    await all.state.start();
    expect(all.store.getState().offer).toEqual({ models: ['sd1'], bytes, from: 'hub.example' });
  }
  // Where the pinned revision is gone, it is the main one.
  const main = page('#model=sd1');
  main.fake.storedFiles = { ...stored(), files: [storedFile('sd1', { revision: 'main' })] };
  await main.state.start();
  expect(main.store.getState()).toMatchObject({ offer: null, view: { model: 'sd1' } });
});

test('a browser that cannot tell what it keeps is taken for one that keeps nothing', async () => {
  const all = page('#model=sd1');
  all.fake.failures.set('stored', [new InspectorError('internal', 'No.')]);
  await all.state.start();
  expect(all.store.getState()).toMatchObject({ offer: { models: ['sd1'], bytes: 100 }, failure: null });
});

test('a second model that would have to be downloaded is offered beside the first', async () => {
  const all = page('#model=mini-clean&compare=sd1-ema&size=256&e=heal@3,4');
  await all.state.start();
  await settle();
  const now = all.store.getState();
  expect(now.view).toMatchObject({ model: 'mini-clean', compare: null, edits: [heal(3, 4)] });
  expect(now.sides.b).toBeNull();
  expect(now.offer).toEqual({ models: ['sd1-ema'], bytes: null, from: 'hub.example' }); // nobody knows its size
  all.state.select({ row: 1, col: 1 });
  expect(all.written.at(-1)).toContain('compare=sd1-ema');
  await all.state.acceptOffer();
  expect(all.store.getState()).toMatchObject({
    offer: null,
    sides: { b: { id: 'sd1-ema', model: { status: 'ready' } } },
  });
});

test('two models that would have to be downloaded are one offer, opened one after the other', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256&e=heal@3,4');
  await all.state.start();
  await settle();
  expect(all.store.getState().offer).toEqual({ models: ['sd1', 'sdxl'], bytes: 500, from: 'hub.example' });
  expect(all.store.getState().view).toMatchObject({ model: 'mini-spot', compare: null });
  await all.state.acceptOffer();
  await settle();
  expect(loaded(all)).toEqual(['mini-spot', 'sd1', 'sdxl']);
  expect(all.store.getState().sides.b?.effect?.edits).toBe(all.store.getState().sides.b?.edits);
  expect(all.store.getState().view.edits).toEqual([heal(3, 4)]);
});

test('a second model that is at hand waits for the first that is offered', async () => {
  const all = page('#model=sd1&compare=mini-clean&size=256');
  await all.state.start();
  await settle();
  expect(all.store.getState()).toMatchObject({ offer: { models: ['sd1'] }, sides: { b: null } });
  await all.state.acceptOffer();
  expect(all.store.getState().sides.b?.base).not.toBeNull();
  expect(all.store.getState().view).toMatchObject({ model: 'sd1', compare: 'mini-clean' });
});

test('an offer that is turned down is gone, and so is what it kept', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256&e=heal@3,4');
  await all.state.start();
  all.state.dismissOffer();
  expect(all.store.getState().offer).toBeNull();
  expect(all.written.at(-1)).toBe('v=1&model=mini-spot&picture=chart&size=256&layer=norm&cell=0,0');
  all.state.select({ row: 2, col: 2 });
  expect(all.written.at(-1)).toBe('v=1&model=mini-spot&picture=chart&size=256&layer=norm&cell=2,2');
  await all.state.acceptOffer(); // nothing to accept
  await all.state.setModel('sd1');
  expect(all.store.getState().view).toMatchObject({ model: 'sd1', compare: null, edits: [] });
});

test('choosing the offered model in the list accepts it, for its own side', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256&e=heal@3,4');
  await all.state.start();
  await all.state.setModel('sd1');
  await settle();
  expect(all.store.getState().view).toMatchObject({ model: 'sd1', edits: [heal(3, 4)], compare: null });
  expect(all.store.getState().offer).toEqual({ models: ['sdxl'], bytes: 400, from: 'hub.example' });
});

test('choosing other models ends the offer of what they take the place of', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256&e=heal@3,4');
  await all.state.start();
  await all.state.setCompare('wide');
  expect(all.store.getState().offer).toEqual({ models: ['sd1'], bytes: 100, from: 'hub.example' });
  await all.state.setModel('mini-clean');
  expect(all.store.getState().offer).toBeNull();
  expect(loaded(all)).toEqual(['mini-spot', 'wide', 'mini-clean']);
});

test('an offer whose download is cancelled or fails can still be accepted', async () => {
  const all = page('#model=sd1&size=256&e=heal@3,4');
  await all.state.start();
  all.fake.held.add('loadModel');
  const accepted = all.state.acceptOffer();
  await settle();
  expect(all.store.getState().offer).toBeNull();
  all.state.cancel();
  await expect(accepted).rejects.toMatchObject({ code: 'aborted' });
  expect(all.store.getState()).toMatchObject({
    offer: { models: ['sd1'] },
    view: { model: 'mini-spot', edits: [] },
  });
  all.fake.held.clear();
  all.fake.failures.set('base', [new InspectorError('network', 'Gone.')]);
  await expect(all.state.acceptOffer()).rejects.toMatchObject({ code: 'network' });
  expect(all.store.getState().offer).toEqual({ models: ['sd1'], bytes: 100, from: 'hub.example' });
  all.store.getState().failure?.retry?.();
  await settle();
  expect(all.store.getState()).toMatchObject({
    offer: null,
    failure: null,
    view: { model: 'sd1', edits: [heal(3, 4)] },
  });

  const beside = page('#model=mini-clean&compare=sdxl&size=256');
  await beside.state.start();
  beside.fake.held.add('loadModel');
  const comparing = beside.state.acceptOffer();
  await settle();
  beside.state.cancel();
  await expect(comparing).rejects.toMatchObject({ code: 'aborted' });
  expect(beside.store.getState()).toMatchObject({ offer: { models: ['sdxl'] }, sides: { b: null } });
});

test('what a visitor chooses before it was looked at is opened without asking', async () => {
  const all = page('#model=sd1&compare=sdxl&size=256');
  all.fake.held.add('stored');
  const starting = all.state.start();
  await settle();
  void all.state.setModel('sd1-mse').catch(() => {});
  await all.state.setCompare(null);
  for (const call of all.fake.all('stored')) if (!call.settled) call.resolve();
  await starting;
  await settle();
  expect(loaded(all)).toEqual(['sd1-mse']);
  expect(all.store.getState()).toMatchObject({ offer: null, view: { model: 'sd1-mse' }, sides: { b: null } });
});

test('the same picture changed before it was looked at still downloads nothing', async () => {
  const all = page('#model=sd1&size=256');
  all.fake.held.add('stored');
  void all.state.start();
  await settle();
  all.fake.held.clear();
  await all.state.setPicture('harbour');
  expect(loaded(all)).toEqual(['mini-spot']);
  expect(all.store.getState().offer?.models).toEqual(['sd1']);
});

test('an embedded second model of a link is beside the first without being looked for', async () => {
  const all = page('#model=mini-spot&compare=mini-clean&units=raw&size=256&e=add@3,4:1,0,0,0');
  expect(all.store.getState().view).toMatchObject({ compare: 'mini-clean', units: 'raw' });
  expect(all.store.getState().sides.b).toMatchObject({ id: 'mini-clean', model: { status: 'idle' } });
  await all.state.start();
  await settle();
  expect(all.fake.all('stored')).toHaveLength(0);
  expect(all.store.getState().sides.b?.edits).toEqual([add(3, 4, 1)]);
  expect(all.store.getState().sides.b?.effect).not.toBeNull();
  all.state.select({ row: 3, col: 4 });
  expect(all.written.at(-1)).toContain('&compare=mini-clean&units=raw');
});

test('start is done with the first model, whatever the second does', async () => {
  const all = page('#model=mini-spot&compare=mini-clean&size=256');
  const { failures } = all.fake;
  failures.set('base', [undefined, new InspectorError('internal', 'It broke.')]);
  await all.state.start();
  await settle();
  expect(all.store.getState()).toMatchObject({
    sides: { a: { model: { status: 'ready' } }, b: { model: { status: 'failed' } } },
  });
});

test('the same model twice, and one that is not here, are said', () => {
  const twice = page('#model=mini-spot&compare=mini-spot');
  expect(twice.state.notice).toBe('The link names the same model for both sides, so it stands alone.');
  expect(twice.state.view.compare).toBeNull();
  const gone = page('#compare=gone');
  expect(gone.state.notice).toBe('There is no model "gone" here, so nothing stands beside the other.');
  expect(gone.state.view.compare).toBeNull();
  const both = page('#model=gone&compare=mini-spot');
  expect(both.state.view).toMatchObject({ model: 'mini-spot', compare: null });
});

test('with a second model in the link the example does not play', async () => {
  for (const view of [
    { compare: 'mini-clean' },
    { compare: 'sd1' },
    { model: 'file:own' },
  ] as Partial<View>[]) {
    const example = fakeExample();
    const all = bench({ models: ALL, example, view });
    await settle();
    expect(all.store.getState()).toMatchObject({ sides: { a: { recorded: false } }, example: null });
    expect(example.asked).toEqual([]);
  }
});

test('the hub of the address is where the models come from, also before what the author names', async () => {
  const mirror = 'https://mirror.example/hub';
  const base = async (hash: string, options = {}) => {
    const all = page(`${hash}&size=256`, options);
    await all.state.start();
    await all.state.setModel('sd1');
    const { args } = all.fake.last('loadModel');
    return 'base' in args ? args.base : null;
  };
  expect(await base('#v=1')).toBe(HUB);
  expect(await base('#v=1', { hub: mirror })).toBe(mirror);
  expect(await base(`#hub=${encodeURIComponent('https://link.example/')}`, { hub: mirror })).toBe(
    'https://link.example',
  );
  // Embedded ones lie where they lie.
  const embedded = page(`#hub=${encodeURIComponent(mirror)}&size=256`);
  await embedded.state.start();
  expect(embedded.fake.last('loadModel').args).toMatchObject({ base: 'http://localhost/models/' });
});
