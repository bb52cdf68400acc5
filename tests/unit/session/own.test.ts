import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { bench, HUB_MODELS, heal, MODELS, settle } from './fakes';

const badFile = () => new InspectorError('bad-file', 'This is no safetensors file.', 'Choose another.');
const ids = ({ store }: ReturnType<typeof bench>) => store.getState().models.map(({ id }) => id);

test("a visitor's own file is opened, listed, and said to stay on this computer", async () => {
  const all = bench();
  await all.state.start();
  const weights = new File(['12345'], 'my vae.safetensors');
  const config = { latent_channels: 4 };
  await all.state.setModel({ weights, config });
  expect(all.fake.last('loadModel').args).toMatchObject({ file: weights, config });
  expect(all.store.getState().view.model).toBe('file:my vae.safetensors');
  expect(all.store.getState().models.at(-1)).toEqual({
    id: 'file:my vae.safetensors',
    name: 'my vae.safetensors',
    summary: 'Your own file. It is read on this computer and sent nowhere.',
    kind: 'file',
    files: [{ path: 'my vae.safetensors', bytes: 5, sha256: null }],
    config: {},
  });
  // It can be chosen again in the list, and the same file is the same model.
  await all.state.setModel('mini-clean');
  await all.state.setModel('file:my vae.safetensors');
  await all.state.setModel({ weights, config });
  expect(ids(all)).toEqual(['mini-spot', 'mini-clean', 'wide', 'file:my vae.safetensors']);
});

test('another file of the same name, or another config, is another model', async () => {
  const all = bench();
  await all.state.start();
  const weights = new Blob(['1']);
  await all.state.setModel({ weights, name: 'vae' });
  await all.state.setCompare({ weights: new Blob(['2']), name: 'vae' });
  await all.state.setCompare({ weights, name: 'vae', config: {} });
  await all.state.setCompare({ weights: new Blob(['3']) });
  expect(ids(all).slice(3)).toEqual(['file:vae', 'file:vae (2)', 'file:vae (3)', 'file:model']);
  expect(all.store.getState()).toMatchObject({ view: { model: 'file:vae', compare: 'file:model' } });
});

test('a file that does not open is taken out of the list again; trying again lists it again', async () => {
  for (const side of ['setModel', 'setCompare'] as const) {
    const all = bench();
    await all.state.start();
    all.fake.failures.set('loadModel', [badFile(), badFile()]);
    await expect(all.state[side]({ weights: new Blob(['1']), name: 'vae' })).rejects.toMatchObject({
      code: 'bad-file',
    });
    expect(ids(all)).toEqual(['mini-spot', 'mini-clean', 'wide']);
    expect(all.store.getState().view.model).toBe('mini-spot');
    expect(all.store.getState().sides.a.base).not.toBeNull();
    all.store.getState().failure?.retry?.();
    await settle();
    expect(ids(all)).toHaveLength(3);
    all.store.getState().failure?.retry?.();
    await settle();
    expect(ids(all)).toEqual(['mini-spot', 'mini-clean', 'wide', 'file:vae']);
    expect(all.store.getState()).toMatchObject({ failure: null });
    expect(side === 'setModel' ? all.store.getState().view.model : all.store.getState().sides.b?.id).toBe(
      'file:vae',
    );
  }
});

test('the name of a file that did not open is free for another', async () => {
  const all = bench();
  await all.state.start();
  all.fake.failures.set('loadModel', [badFile()]);
  await expect(all.state.setModel({ weights: new Blob(['1']), name: 'vae' })).rejects.toThrow();
  const weights = new Blob(['2']);
  await all.state.setModel({ weights, name: 'vae' });
  expect(all.store.getState().view.model).toBe('file:vae');
  expect(all.fake.last('loadModel').args).toMatchObject({ file: weights });
});

test('a file that is open stays in the list when a picture cannot be read', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: new Blob(['1']), name: 'vae' });
  await expect(all.state.setPicture('broken')).rejects.toThrow();
  expect(ids(all)).toContain('file:vae');
});

test('a link to a file says that it is not part of the link; once chosen, the edits and the second model apply', async () => {
  const written: string[] = [];
  const hash = '#model=file%3Amy%20vae&compare=mini-clean&size=256&cell=3,4&e=heal@3,4';
  const address = {
    read: () => ({ search: '', hash }),
    write: (link: string) => void written.push(link),
    dispose: () => {},
  };
  const all = bench({ address, view: {} });
  expect(all.state.notice).toBe(
    'This was made with a model from a file, "my vae", that is not part of the link. Choose that file to see the same.',
  );
  await all.state.start();
  await settle();
  expect(all.store.getState()).toMatchObject({
    view: { model: 'mini-spot', edits: [], compare: null },
    offer: null,
  });
  // Until then it is what the address says.
  all.state.select({ row: 3, col: 4 });
  expect(written.at(-1)).toBe(
    'v=1&model=file%3Amy%20vae&picture=chart&size=256&layer=norm&cell=3,4&e=heal@3,4&compare=mini-clean',
  );
  await all.state.setModel({ weights: new Blob(['1']), name: 'my vae' });
  await settle();
  expect(all.store.getState().view).toMatchObject({
    model: 'file:my vae',
    edits: [heal(3, 4)],
    compare: 'mini-clean',
  });
  expect(all.store.getState().sides.b?.effect?.edits).toBe(all.store.getState().sides.b?.edits);
});

test('a file chosen for a link does not start the download of its neighbour', async () => {
  const all = bench({
    models: [...MODELS, ...HUB_MODELS],
    view: { model: 'file:vae', compare: 'sd1', size: 256 },
  });
  await all.state.start();
  await all.state.setModel({ weights: new Blob(['1']), name: 'vae' });
  await settle();
  expect(all.store.getState()).toMatchObject({ offer: { models: ['sd1'], bytes: 100 }, sides: { b: null } });
});

test('a link to a file on the right opens the left, and keeps the name in the address', async () => {
  const written: string[] = [];
  const hash = '#model=mini-clean&compare=file%3Avae&size=256&e=heal@3,4';
  const address = {
    read: () => ({ search: '', hash }),
    write: (link: string) => void written.push(link),
    dispose: () => {},
  };
  const all = bench({ address, view: {} });
  expect(all.state.notice).toContain('a model from a file, "vae"');
  await all.state.start();
  await settle();
  expect(all.store.getState()).toMatchObject({
    view: { model: 'mini-clean', edits: [heal(3, 4)] },
    sides: { b: null },
  });
  all.state.select({ row: 3, col: 4 });
  expect(written.at(-1)).toContain('&compare=file%3Avae');
  await all.state.setCompare({ weights: new Blob(['1']), name: 'vae' });
  expect(all.store.getState().sides.b?.id).toBe('file:vae');
  await all.state.setCompare(null);
  expect(written.at(-1)).not.toContain('compare');
});
