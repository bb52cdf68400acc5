import { expect, test, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import { add, bench, HUB_MODELS, heal, MODELS, settle } from './fakes';

const full = () => new InspectorError('out-of-memory', 'The memory is full.', 'Close other tabs.');

test('start brings device, model, picture, latent and base decode', async () => {
  const { fake, state, store } = bench();
  expect(state.device.status).toBe('idle');
  await state.start();
  const now = store.getState();
  expect(fake.calls.map(({ name }) => name)).toEqual(['start', 'loadModel', 'open', 'base']);
  expect(now.device).toMatchObject({ status: 'ready', report: { label: 'fake wasm' } });
  expect(now.sides.a.model).toMatchObject({ status: 'ready', info: { id: 'mini-spot' } });
  expect(now.picture).toMatchObject({ id: 'chart', title: 'CHART', pixels: { width: 256 } });
  expect(now.sides.a.posterior).toMatchObject({ rows: 32, cols: 32, channels: 4 });
  expect(now.sides.a.base?.data[0]).toBe(100);
  expect(now.timings).toEqual({ encode: { 256: 500 }, decode: { 256: 2000 } });
  expect(now.activity).toBeNull();
  expect(now.failure).toBeNull();
});

test('with nothing edited the edited picture is the base, and there is no effect', async () => {
  const { state, store } = bench();
  await state.start();
  const {
    sides: {
      a: { edited, base, effect, control, controlMissing },
    },
  } = store.getState();
  expect(edited?.value.pixels).toBe(base);
  expect(edited?.value.change.farRms).toBe(0);
  expect([effect, control, controlMissing]).toEqual([null, null, null]);
});

test('the page hears what is being done and how far it is', async () => {
  const { fake, state, store } = bench();
  const seen = new Set<string>();
  store.subscribe(({ activity }) => activity && seen.add(activity.doing));
  fake.held.add('loadModel').add('open');
  void state.start();
  await settle();
  fake.last('loadModel').run.onProgress?.(0.25, 'weights');
  expect(store.getState().sides.a.model).toMatchObject({ status: 'loading', fraction: 0.25 });
  fake.last('loadModel').resolve();
  await settle();
  fake.last('open').run.onProgress?.(0.5, 'level 1');
  await vi.waitFor(() =>
    expect(store.getState().activity).toMatchObject({
      doing: 'Encoding',
      fraction: 0.5,
      expectedSeconds: null,
    }),
  );
  fake.last('open').resolve();
  await settle();
  expect([...seen]).toEqual([
    'Opening',
    'Starting the engine',
    'Reading the picture',
    'Fitting the picture',
    'Encoding',
    'Decoding',
  ]);
  fake.held.add('base');
  void store.getState().setPicture('harbour');
  await settle();
  fake.last('open').resolve();
  await settle();
  expect(store.getState().activity).toMatchObject({ doing: 'Decoding', expectedSeconds: 2 });
});

test('a new picture is shown at once, with nothing of the old one beside it', async () => {
  const { fake, state, store } = bench();
  await state.start();
  state.addEdit(heal(3, 3));
  await settle();
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  expect(store.getState()).toMatchObject({
    picture: { id: 'harbour' },
    sides: { a: { posterior: null, base: null, effect: null } },
  });
  fake.last('open').resolve();
  await opening;
  await settle();
  const now = store.getState();
  expect(now.view.picture).toBe('harbour');
  expect(now.view.edits).toEqual([heal(3, 3)]); // the visitor's edits stay
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
  expect(fake.last('edited').args.study).toBe(2); // and are not shown as what they did to the old picture
  expect(fake.closed).toEqual([1]);
});

test("a visitor's own picture has no id, and its notices are shown", async () => {
  const { pictures, state, store } = bench();
  await state.start();
  pictures.notices = ['The picture is animated: its first frame is used.'];
  await state.setPicture(new Blob(['x']));
  expect(store.getState().view.picture).toBeNull();
  expect(store.getState().notice).toBe('The picture is animated: its first frame is used.');
  expect(pictures.open).toBe(1); // the old one was let go
});

test('a picture that cannot be read is refused and the old one stays', async () => {
  const { fake, state, store } = bench();
  await state.start();
  const before = store.getState();
  await expect(state.setPicture('broken')).rejects.toMatchObject({ code: 'bad-image' });
  const now = store.getState();
  expect(now.failure).toMatchObject({ code: 'bad-image', message: 'This file is not a picture.' });
  expect(now.picture).toBe(before.picture);
  expect(now.sides.a.base).toBe(before.sides.a.base);
  expect(now.view.picture).toBe('chart');
  // And it can be worked on.
  state.addEdit(heal(1, 1));
  await settle();
  expect(store.getState().sides.a.effect).not.toBeNull();
  expect(fake.closed).toEqual([]);
});

test('when encoding the new picture fails the old one comes back, with edits made meanwhile', async () => {
  const { fake, state, store, pictures } = bench();
  await state.start();
  const before = store.getState();
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  expect(store.getState().picture?.id).toBe('harbour');
  state.addEdit(heal(5, 6));
  fake.last('open').reject(new InspectorError('internal', 'It broke.'));
  await expect(opening).rejects.toThrow('It broke.');
  await settle();
  const now = store.getState();
  expect(now.picture).toBe(before.picture);
  expect(now.sides.a.posterior).toBe(before.sides.a.posterior);
  expect(now.view).toMatchObject({ picture: 'chart', edits: [heal(5, 6)] });
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
  expect(pictures.open).toBe(1);
  // Retry opens the new picture after all.
  fake.held.clear();
  now.failure?.retry?.();
  await settle();
  expect(store.getState()).toMatchObject({
    failure: null,
    picture: { id: 'harbour' },
    view: { picture: 'harbour' },
  });
});

test('cancelling an opening puts everything back, without a failure', async () => {
  const { fake, state, store } = bench();
  await state.start();
  state.addEdit(add(2, 2, 5));
  await settle();
  const before = store.getState();
  fake.held.add('base');
  const opening = state.setSize(512);
  await settle();
  expect(store.getState().sides.a.posterior?.rows).toBe(64);
  expect(store.getState().view.edits).toEqual([add(5, 5, 5)]);
  state.cancel();
  await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  const now = store.getState();
  expect(now.failure).toBeNull();
  expect(now.activity).toBeNull();
  expect(now.sides.a.posterior).toBe(before.sides.a.posterior);
  expect(now.view).toEqual(before.view);
  expect(now.view.edits).toBe(before.view.edits);
  expect(fake.closed).toEqual([2]);
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
});

test('only the newest wish counts, and earlier callers hear how that ended', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.held.add('open');
  const first = state.setPicture('harbour');
  await settle();
  const second = state.setSize(384);
  await settle();
  expect(fake.all('open')[1].settled).toBe(true); // aborted
  fake.last('open').resolve();
  await Promise.all([first, second]);
  expect(store.getState().view).toMatchObject({ picture: 'harbour', size: 384 });
  expect(store.getState().picture?.pixels.width).toBe(384);
  expect(store.getState().failure).toBeNull();
});

test('a failed start says so, can be retried, and does not need to be waited for', async () => {
  const { fake, state, store } = bench();
  fake.failures.set('loadModel', [
    new InspectorError('network', 'The weights could not be downloaded.', 'Check.'),
  ]);
  void state.start(); // an unhandled rejection would fail this test run
  await settle();
  expect(store.getState()).toMatchObject({
    failure: { code: 'network', message: 'The weights could not be downloaded.' },
    device: { status: 'ready' },
    sides: { a: { model: { status: 'failed' } } },
  });
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState()).toMatchObject({ failure: null, sides: { a: { model: { status: 'ready' } } } });
  expect(store.getState().sides.a.base).not.toBeNull();
});

test('a device that does not start is tried again with the next start', async () => {
  const { fake, state, store } = bench();
  fake.failures.set('start', [new InspectorError('no-backend', 'Nothing computes here.')]);
  await expect(state.start()).rejects.toMatchObject({ code: 'no-backend' });
  expect(store.getState().device.status).toBe('failed');
  await state.start();
  expect(store.getState().device.status).toBe('ready');
  expect(fake.all('start')).toHaveLength(2);
});

test('out of memory goes to the next smaller size with the edits kept, and says so', async () => {
  const { fake, state, store } = bench({ view: { size: 512, edits: [heal(20, 43)] } });
  fake.failures.set('open', [full()]);
  fake.failures.set('base', [full()]);
  await state.start();
  await settle();
  const now = store.getState();
  expect(now.view.size).toBe(256);
  expect(now.sides.a.posterior?.rows).toBe(32);
  expect(now.view.edits).toEqual([heal(10, 21)]);
  expect(now.notice).toContain('did not suffice for 512 x 512 pixels, so the picture is now 384 x 384');
  expect(now.notice).toContain('384 x 384 pixels, so the picture is now 256 x 256');
  expect(now.failure).toBeNull();
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
});

test('out of memory at the smallest size is a failure', async () => {
  const { fake, state, store } = bench();
  fake.failures.set('base', [full()]);
  await expect(state.start()).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(store.getState().failure).toMatchObject({ code: 'out-of-memory', message: 'The memory is full.' });
});

test('out of memory while poking goes to a smaller size, too', async () => {
  const { fake, state, store } = bench({ view: { size: 384 } });
  await state.start();
  fake.failures.set('edited', [full()]);
  state.addEdit(heal(24, 24));
  await settle();
  const now = store.getState();
  expect(now.view).toMatchObject({ size: 256, edits: [heal(16, 16)] });
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
  expect(now.notice).toContain('384 x 384');
});

test('another size keeps the edits at the same places, and undo still works', async () => {
  const { state, store } = bench();
  await state.start();
  state.addEdit(heal(10, 20));
  state.addEdit({ kind: 'swap', cell: { row: 0, col: 0 }, with: { row: 31, col: 31 } });
  state.select({ row: 10, col: 20 });
  await state.setSize(512);
  const now = store.getState();
  expect(now.view.edits).toEqual([
    heal(21, 41),
    { kind: 'swap', cell: { row: 1, col: 1 }, with: { row: 63, col: 63 } },
  ]);
  expect(now.view.cell).toEqual({ row: 21, col: 41 });
  expect(now.notice).toBe('Your edits moved to the same places in the picture.');
  state.undo();
  expect(store.getState().view.edits).toEqual([heal(21, 41)]);
  state.redo();
  await state.setSize(256);
  expect(store.getState().view.edits[0]).toEqual(heal(10, 20));
});

test('a model with other channels keeps the edits that fit and says which do not', async () => {
  const { fake, state, store } = bench({ view: { size: 256, layer: 'channel:3' } });
  await state.start();
  state.addEdit(heal(4, 4));
  state.addEdit(add(5, 5, 2));
  await state.setModel('wide');
  expect(store.getState().view.edits).toEqual([heal(4, 4)]);
  expect(store.getState().notice).toContain('One edit does not fit this latent (32 x 32 cells, 16 channels)');
  expect(fake.unloaded).toEqual(['mini-spot']);
  state.setLayer('channel:9');
  await state.setModel('mini-clean');
  expect(store.getState().view.layer).toBe('norm');
});

test('an unknown model is refused and the old one stays', async () => {
  const { state, store } = bench();
  await state.start();
  await expect(state.setModel('none')).rejects.toThrow('There is no model "none".');
  expect(store.getState().view.model).toBe('mini-spot');
  expect(store.getState().sides.a.model.status).toBe('ready');
  expect(store.getState().sides.a.base).not.toBeNull();
});

test('the plain CPU backend starts smaller, unless a size was asked for', async () => {
  const { fake, state, store } = bench({ view: {} });
  fake.backend = 'cpu';
  await state.start();
  expect(store.getState().view.size).toBe(256);
  expect(fake.last('open').args.picture.width).toBe(256);

  const asked = bench({ view: { size: 512 } });
  asked.fake.backend = 'cpu';
  await asked.state.start();
  expect(asked.store.getState().view.size).toBe(512);
});

test('a replaced device is told and its timings are its own', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.replaceDevice('The GPU was lost. Now it runs on the CPU.');
  const now = store.getState();
  expect(now.notice).toBe('The GPU was lost. Now it runs on the CPU.');
  expect(now.device.report?.label).toBe('fake cpu');
  expect(now.timings).toEqual({ encode: {}, decode: {} });
  state.addEdit(heal(1, 1));
  await settle();
  expect(store.getState().sides.a.effect).not.toBeNull();
});

test('durations are remembered between visits, by device and model', async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  await bench({ storage }).state.start();
  const { state, store, fake } = bench({ storage });
  fake.held.add('open');
  void state.start();
  await settle();
  expect(store.getState().activity).toMatchObject({ doing: 'Encoding', expectedSeconds: 0.5 });
  fake.last('open').resolve();
  await settle();
  fake.held.clear();
  await store.getState().setModel('mini-clean');
  expect(store.getState().timings.decode).toEqual({ 256: 2000 }); // its own, from just now
  const broken = bench({
    storage: {
      getItem: () => '{"not": "ours"}',
      setItem: () => {
        throw new Error('full');
      },
    },
  });
  await broken.state.start();
  expect(broken.store.getState().timings.decode[256]).toBe(2000);
});

test('dispose stops listening and closes what is open', async () => {
  const { fake, pictures, state } = bench();
  await state.start();
  state.dispose();
  expect(fake.listening).toBe(0);
  expect(fake.closed).toEqual([1]);
  expect(pictures.open).toBe(0);
});

test('dispose while something is being opened ends that, and nothing begins anew', async () => {
  const { fake, pictures, state, store } = bench();
  await state.start();
  state.addEdit(heal(3, 3));
  await settle();
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  const calls = fake.calls.length;
  state.dispose();
  await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  expect(fake.calls).toHaveLength(calls);
  expect(fake.closed).toEqual([1]);
  expect(pictures.open).toBe(0);
  await expect(state.start()).rejects.toMatchObject({ code: 'aborted' });
  expect(fake.calls).toHaveLength(calls);
  expect(store.getState().failure).toBeNull();
});

test('a canvas that is given again is read again, a file is not', async () => {
  const { pictures, state } = bench();
  await state.start();
  const canvas = {} as OffscreenCanvas;
  const file = new Blob(['file']);
  for (const source of [canvas, canvas, file, file]) await state.setPicture(source);
  await state.setSize(384);
  expect(pictures.reads).toEqual(['chart', canvas, canvas, file]);
  expect(pictures.open).toBe(1);
});

test('a model that was loaded for nothing is freed', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.held.add('open');
  const opening = state.setModel('wide');
  await settle();
  expect(fake.last('open').args).toMatchObject({ model: 'wide' });
  store.getState().cancel();
  await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  expect(fake.unloaded).toEqual(['wide']);
});

test('a picture that the author names is opened first, and does not come back later', async () => {
  const { pictures, state, store } = bench({ image: 'photo.jpg' });
  await state.start();
  expect(store.getState().picture).toMatchObject({ id: null });
  await state.setPicture('harbour');
  await state.start({ backend: 'cpu' });
  expect(store.getState().picture).toMatchObject({ id: 'harbour' });
  expect(pictures.reads).toEqual(['photo.jpg', 'harbour']);
});

test('where the picture that the author names is broken, the starting picture stands in', async () => {
  const { pictures, state, store } = bench({ image: 'broken' });
  await expect(state.start()).rejects.toMatchObject({ code: 'bad-image' });
  await settle();
  expect(store.getState()).toMatchObject({ picture: { id: 'chart' }, failure: { code: 'bad-image' } });
  expect(pictures.reads).toEqual(['broken', 'chart']);
});

test('a wrong file of a hub can be asked for again, one of the visitor cannot', async () => {
  const all = bench({ models: [...MODELS, ...HUB_MODELS] });
  await all.state.start();
  const wrong = () => new InspectorError('bad-file', 'The hub sent an HTML page.', 'Then try again.');
  all.fake.failures.set('loadModel', [wrong(), wrong()]);
  await expect(all.state.setModel('sd1')).rejects.toMatchObject({ code: 'bad-file' });
  expect(all.store.getState().failure).toMatchObject({ code: 'bad-file', ofHub: true });
  await expect(all.state.setModel({ weights: new Blob(['1']) })).rejects.toMatchObject({ code: 'bad-file' });
  expect(all.store.getState().failure).not.toHaveProperty('ofHub');
});
