/** Visitors' own files: known again by their bytes, and no two under one name. */
import { expect, test } from 'vitest';
import { sameBytes } from '@/session/models/sameFile';
import { bench, heal, settle } from './fakes';

const NAME = 'diffusion_pytorch_model.safetensors';
const file = (bytes: string, name = NAME, lastModified = 1) => new File([bytes], name, { lastModified });
const names = ({ store }: ReturnType<typeof bench>) =>
  store
    .getState()
    .models.slice(3)
    .map(({ name }) => name);

test('two files of one name get two names, in list and address', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: file('one') });
  await all.state.setCompare({ weights: file('two') });
  expect(names(all)).toEqual([NAME, `${NAME} (2)`]);
  expect(all.store.getState().view).toMatchObject({ model: `file:${NAME}`, compare: `file:${NAME} (2)` });
});

test('the folder is part of the name where it is known', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: file('one'), path: `sd1/vae/${NAME}` });
  await all.state.setCompare({ weights: file('two'), path: `sdxl/vae/${NAME}` });
  await all.state.setCompare({ weights: file('six'), path: `sdxl/vae/${NAME}` });
  expect(names(all)).toEqual([`sd1/vae/${NAME}`, `sdxl/vae/${NAME}`, `sdxl/vae/${NAME} (2)`]);
});

test('the same file chosen again is the same entry: nothing is loaded, edits stay', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: file('one'), config: { latent_channels: 4 } });
  all.state.addEdit(heal(3, 3));
  await settle();
  const calls = all.fake.calls.length;
  await all.state.setModel({ weights: file('one'), config: { latent_channels: 4 } });
  expect(names(all)).toEqual([NAME]);
  expect(all.fake.calls.length).toBe(calls);
  expect(all.store.getState()).toMatchObject({
    notice: `${NAME} is open already.`,
    view: { edits: [heal(3, 3)] },
  });
  // From another model back to it: it is still on the device.
  await all.state.setModel('mini-clean');
  const loads = all.fake.all('loadModel').length;
  await all.state.setModel({ weights: file('one', NAME, 2), config: { latent_channels: 4 } });
  expect(names(all)).toEqual([NAME]);
  expect(all.fake.all('loadModel').slice(loads).length).toBeLessThanOrEqual(1);
  expect(all.store.getState().view.model).toBe(`file:${NAME}`);
});

test('a copy under another name is the same entry, and that is said; another configuration is another', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: file('one') });
  await all.state.setCompare({ weights: file('one', 'copy.safetensors') }).catch(() => {});
  expect(names(all)).toEqual([NAME]);
  expect(all.store.getState().notice).toBe(
    `copy.safetensors holds the same bytes as ${NAME}, so it is that model.`,
  );
  expect(all.store.getState().failure?.message).toBe(`${NAME} is model A already.`);
  await all.state.setCompare({ weights: file('one'), config: { scaling_factor: 1 } });
  expect(names(all)).toEqual([NAME, `${NAME} (2)`]);
});

test('names that an author gives keep two entries of the same bytes apart', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: new Blob(['one']), name: 'before' });
  await all.state.setCompare({ weights: new Blob(['one']), name: 'after' });
  await all.state.setCompare({ weights: new Blob(['two']), name: 'after' });
  await all.state.setCompare({ weights: new Blob(['one']), name: 'after' });
  expect(names(all)).toEqual(['before', 'after', 'after (2)']);
  expect(all.store.getState().view.compare).toBe('file:after');
});

test('while a file is being compared the newest choice wins, and it can be cancelled', async () => {
  const all = bench();
  await all.state.start();
  await all.state.setModel({ weights: file('one') });
  await all.state.setModel('mini-spot');
  const first = all.state.setModel({ weights: file('two') });
  expect(all.store.getState().activity?.doing).toBe(`Comparing ${NAME} with a file that was opened before`);
  const second = all.state.setModel('mini-clean');
  await Promise.all([first, second]);
  await settle();
  expect(all.store.getState().view.model).toBe('mini-clean');
  expect(names(all)).toEqual([NAME]);

  const third = all.state.setModel({ weights: file('two') });
  all.state.cancel();
  await expect(third).rejects.toMatchObject({ code: 'aborted' });
  expect(all.store.getState()).toMatchObject({
    activity: null,
    failure: null,
    view: { model: 'mini-clean' },
  });
  expect(names(all)).toEqual([NAME]);
});

test("a link's file is known by its name, whatever folder or number it had there", async () => {
  const asked = `file:sd1/vae/${NAME} (2)`;
  const all = bench({
    address: {
      read: () => ({
        search: '',
        hash: `#v=1&model=${encodeURIComponent(asked)}&picture=chart&size=256&e=heal@3,3`,
      }),
      write: () => {},
      dispose: () => {},
    },
    view: {},
  });
  await all.state.start();
  expect(all.store.getState().view.edits).toEqual([]);
  await all.state.setModel({ weights: file('one') });
  expect(all.store.getState().view).toMatchObject({ model: asked, edits: [heal(3, 3)] });
});

test('files are the same where all of their bytes are, wherever they differ', async () => {
  const length = 9 * 2 ** 20 + 5;
  const bytes = new Uint8Array(length).map((_, at) => at * 7);
  const blob = (change?: number) => {
    const copy = bytes.slice();
    if (change !== undefined) copy[change] ^= 1;
    return new Blob([copy]);
  };
  const steps: number[] = [];
  expect(await sameBytes(blob(), blob(), { onProgress: (fraction) => steps.push(fraction) })).toBe(true);
  expect(steps.at(-1)).toBe(1);
  for (const at of [0, 7, 100, 2 ** 22, 5 * 2 ** 20 + 3, length - 6, length - 1]) {
    expect(await sameBytes(blob(), blob(at)), String(at)).toBe(false);
  }
  expect(await sameBytes(blob(), new Blob([bytes.subarray(1)]))).toBe(false);
  expect(await sameBytes(new Blob([]), new Blob([]))).toBe(true);
  // One that cannot be read any more is not known to be the same.
  const gone = Object.assign(blob(), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
  });
  expect(await sameBytes(gone, blob())).toBe(false);
  await expect(sameBytes(blob(), blob(), { signal: AbortSignal.abort() })).rejects.toThrow();
});
