import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { applyEdits, type Edit } from '@/edits';
import { writeEditsDocument } from '@/formats/editsFile';
import { posteriorMean } from '@/latent/layers';
import type { Latent } from '@/latent/types';
import { sweepEdits } from '@/session/link/sharing';
import { knowsLogvar } from '@/session/pictures/latents';
import { generator, randomLatent } from '../measures/cases';
import { add, bench, heal, settle } from './fakes';

const latent = (rows: number, cols: number, channels = 4): Latent =>
  randomLatent(generator(rows), rows, cols, channels);

const given = (own = latent(24, 40), name = 'mine.npy') => ({ name, latent: own, notices: ['It was read.'] });

/** A store that was opened by a link, and what it wrote into its address. */
function byLink(hash: string) {
  const written: string[] = [];
  const address = {
    read: () => ({ search: '', hash }),
    write: (link: string) => void written.push(link),
    dispose: () => {},
  };
  return { ...bench({ address, view: {} }), written };
}

test('a latent from a file is opened as it is: not encoded, decoded, without a picture, with any grid', async () => {
  const { fake, store } = bench();
  const own = latent(24, 40);
  await store.getState().start();
  await store.getState().setLatent(given(own));
  const state = store.getState();
  expect(fake.all('open')).toHaveLength(1);
  expect(fake.last('openLatent').args).toEqual({ model: 'mini-spot', latent: own });
  expect(state.sides.a.posterior).toMatchObject({ rows: 24, cols: 40, channels: 4, mean: own.data });
  expect(knowsLogvar(state.sides.a.posterior!)).toBe(false);
  expect(state.sides.a.base).toMatchObject({ width: 320, height: 192 });
  expect(state).toMatchObject({ picture: null, view: { picture: null, latent: 'mine.npy' } });
  expect(state.notice).toContain('It was read.');
});

test('it is edited like any other, and another model decodes the same numbers', async () => {
  const { fake, store } = bench();
  await store.getState().start();
  await store.getState().setLatent(given());
  store.getState().setEdits([heal(20, 30)]);
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(1);
  await store.getState().setCompare('mini-clean');
  expect(fake.last('share').args.model).toBe('mini-clean');
  expect(store.getState().sides.b).toMatchObject({ shared: true, edits: [heal(20, 30)] });
  await store
    .getState()
    .setModel('wide')
    .catch(() => {});
  expect(store.getState().failure?.message).toBe('mine.npy has 4 channels; latents of Model wide have 16.');
  expect(store.getState().view).toMatchObject({ model: 'mini-spot', latent: 'mine.npy' });
});

test('the edits of the picture before are not made in it, and come back with undo', async () => {
  const { store } = bench();
  await store.getState().start();
  store.getState().setEdits([heal(1, 1)]);
  await store.getState().setLatent(given());
  expect(store.getState().view.edits).toEqual([]);
  store.getState().undo();
  expect(store.getState().view.edits).toEqual([heal(1, 1)]);
});

test('layers that a file does not have give way to |mean|', async () => {
  const { store } = bench();
  await store.getState().start();
  store.getState().setLayer('rawLogvar');
  await store.getState().setLatent(given());
  expect(store.getState().view.layer).toBe('norm');
  store.getState().setLayer('channel:2');
  await store.getState().setPicture('harbour');
  expect(store.getState()).toMatchObject({
    view: { layer: 'channel:2', picture: 'harbour', latent: null },
    picture: { title: 'HARBOUR' },
  });
});

test('one that fits no channels leaves what is open', async () => {
  const { store } = bench();
  await store.getState().start();
  const before = store.getState().sides.a.posterior;
  await expect(store.getState().setLatent(given(latent(8, 8, 16), 'wide.npy'))).rejects.toThrow(
    '16 channels',
  );
  expect(store.getState()).toMatchObject({
    view: { picture: 'chart', latent: null },
    sides: { a: { posterior: before } },
  });
  expect(store.getState().picture?.title).toBe('CHART');
});

test('experiments that need the picture say so; others are handed the decode', async () => {
  const { fake, store } = bench();
  await store.getState().start();
  await store.getState().setLatent(given());
  await expect(store.getState().runExperiment('heal', { limit: 1 })).rejects.toThrow('There is no picture');
  await expect(store.getState().encodeOther('chart')).rejects.toThrow('There is no picture');
  await expect(store.getState().fitPicture(256)).rejects.toThrow('There is no picture');
  void store
    .getState()
    .runExperiment('influence', {})
    .catch(() => {});
  await settle();
  expect(fake.asked.at(-1)?.args.picture).toBe(store.getState().sides.a.base);
});

test('a link that was made with a picture of its own asks for it, keeps asking in the address, and says what was not checked', async () => {
  const { store, written } = byLink('#v=1&model=mini-spot&picture=&size=256&cell=3,4&e=heal@3,4');
  await store.getState().start();
  await settle();
  expect(store.getState()).toMatchObject({
    wanted: { kind: 'picture' },
    view: { picture: 'chart', edits: [heal(3, 4)] },
  });
  store.getState().select({ row: 5, col: 6 });
  expect(written.at(-1)).toBe('v=1&model=mini-spot&picture=&size=256&layer=norm&cell=5,6&e=heal@3,4');
  await store.getState().setPicture(new Blob(['own']));
  expect(store.getState()).toMatchObject({ wanted: null, view: { picture: null, edits: [heal(3, 4)] } });
  expect(store.getState().notice).toContain('whether this is the same one was not checked');
});

test('a starting picture, or turning it down, ends the asking without a word', async () => {
  for (const end of ['choose', 'dismiss']) {
    const { store, written } = byLink('#picture=&size=256');
    await store.getState().start();
    if (end === 'choose') await store.getState().setPicture('harbour');
    else store.getState().dismissWanted();
    expect(store.getState()).toMatchObject({ wanted: null, notice: null });
    expect(written.at(-1)).toContain(`picture=${end === 'choose' ? 'harbour' : 'chart'}`);
  }
});

test('a picture that cannot be opened leaves the asking', async () => {
  const { store } = byLink('#picture=&size=256');
  await store.getState().start();
  await expect(store.getState().setPicture('broken')).rejects.toThrow();
  expect(store.getState().wanted).toEqual({ kind: 'picture' });
});

test('a link to a latent names its file; given, the edits of the link are made in it', async () => {
  const first = byLink('#size=256');
  await first.store.getState().start();
  await first.store.getState().setLatent(given());
  first.store.getState().setEdits([heal(2, 3)]);
  const link = first.written.at(-1) ?? '';
  expect(link).toContain('picture=&');
  expect(link).toContain('latent=mine.npy');
  expect(link).toContain('e=heal@2,3');

  const { store } = byLink(`#${link}`);
  await store.getState().start();
  // On another grid they would mean other cells.
  expect(store.getState()).toMatchObject({
    wanted: { kind: 'latent', name: 'mine.npy' },
    view: { edits: [] },
  });
  await store.getState().setLatent(given());
  expect(store.getState()).toMatchObject({ wanted: null, view: { latent: 'mine.npy', edits: [heal(2, 3)] } });
  expect(store.getState().notice).toContain('Whether this is the same one was not checked.');
});

test('edits from a document take the place of the present ones, exactly, as one step', async () => {
  const { store } = bench();
  await store.getState().start();
  store.getState().setEdits([heal(1, 1)]);
  const edits: Edit[] = [add(3, 4, 1 / 3), { ...heal(5, 6), enabled: false }];
  const document = {
    model: { id: 'mini-spot', name: 'Model mini-spot', sha256: null },
    picture: 'CHART',
    size: 256,
    grid: { rows: 32, cols: 32, channels: 4 },
    edits,
  };
  store.getState().importEdits(writeEditsDocument(document), 'mine.json');
  expect(store.getState().view.edits).toStrictEqual(edits);
  expect(store.getState().notice).toBe('2 edits from mine.json.');
  store.getState().undo();
  expect(store.getState().view.edits).toEqual([heal(1, 1)]);

  // Made on another grid in another model: moved, and said.
  const other = {
    ...document,
    model: { ...document.model, id: 'sd1', name: 'SD 1.x' },
    grid: { rows: 64, cols: 64, channels: 4 },
  };
  store.getState().importEdits(writeEditsDocument({ ...other, edits: [heal(20, 40)] }), 'other.json');
  expect(store.getState().view.edits).toEqual([heal(10, 20)]);
  expect(store.getState().notice).toContain('They moved to the same places in the picture.');
  expect(store.getState().notice).toContain('They were made in SD 1.x, in its raw units.');

  const wide = { ...document, grid: { rows: 32, cols: 32, channels: 16 }, edits: [add(1, 1, 1, 16)] };
  expect(() => store.getState().importEdits(writeEditsDocument(wide), 'wide.json')).toThrow(InspectorError);
  expect(store.getState().view.edits).toEqual([heal(10, 20)]);
});

test('a sweep goes through the whole change exactly, of one cell or of all', () => {
  const mean = latent(16, 16);
  const edits = [add(1, 1, 2), { kind: 'zero', cell: { row: 9, col: 9 } } as const];
  const [none, half, whole] = sweepEdits(mean, edits, null, [0, 0.5, 1]);
  expect(none).toEqual([]);
  expect(half.map(({ cell }) => cell)).toEqual([edits[0].cell, edits[1].cell]);
  expect(half[0]).toMatchObject({
    kind: 'add',
    values: [1, 0, 0, 0].map((value) => expect.closeTo(value, 5)),
  });
  const wanted = applyEdits(mean, edits).data;
  applyEdits(mean, whole).data.forEach((value, at) => {
    expect(value).toBeCloseTo(wanted[at], 5);
  });
  expect(sweepEdits(mean, edits, { row: 9, col: 9 }, [1])[0].map(({ cell }) => cell)).toEqual([
    { row: 9, col: 9 },
  ]);
});

test('a series is decoded beside the open study, with its controls, and is closed after', async () => {
  const { fake, store } = bench();
  await store.getState().start();
  const open = fake.last('base').args.study;
  const progress: number[] = [];
  const decodes = await store
    .getState()
    .decodeSeries([[], [add(3, 4, 2)]], { onProgress: (fraction) => progress.push(fraction) });
  expect(decodes[0]).toMatchObject({ control: null, change: { farRms: 0 } });
  expect(decodes[1]).toMatchObject({ change: { farRms: 2 }, control: { farRms: 0.5 } });
  const own = fake.last('edited').args.study;
  expect(own).not.toBe(open);
  expect(fake.last('edited').args).toMatchObject({ priority: 'secondary', radius: 4 });
  expect(fake.closed).toContain(own);
  expect(posteriorMean(store.getState().sides.a.posterior!).rows).toBe(32);
});

test('a series that is stopped is closed, too', async () => {
  const { fake, store } = bench();
  await store.getState().start();
  fake.held.add('edited');
  const controller = new AbortController();
  const decoding = store.getState().decodeSeries([[add(3, 4, 2)]], { signal: controller.signal });
  await settle();
  controller.abort();
  await expect(decoding).rejects.toMatchObject({ code: 'aborted' });
  expect(fake.closed).toContain(fake.last('edited').args.study);
});
