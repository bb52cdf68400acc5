import { expect, test, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import { writeEdit } from '@/edits';
import { bench, fakeExample, heal, settle } from './fakes';

const WHOLE = { kind: 'add', cell: { row: 10, col: 20 }, values: [4, -2, 0, 1] };

async function shown(options = {}) {
  const example = fakeExample();
  const all = bench({ example, view: {}, ...options });
  await settle();
  return { ...all, example };
}

test('the example is complete on screen before the engine is started', async () => {
  const { fake, store, example } = await shown();
  const now = store.getState();
  expect(fake.calls).toEqual([]);
  expect(now.sides.a.recorded).toBe(true);
  expect(now.view).toMatchObject({ model: 'mini-spot', picture: 'chart', size: 256, radius: 4 });
  expect(now.view).toMatchObject({ cell: { row: 10, col: 20 }, edits: [WHOLE] });
  expect(now.picture).toMatchObject({ id: 'chart', pixels: { width: 256 } });
  expect(now.sides.a.posterior).toMatchObject({ rows: 32, channels: 4 });
  expect(now.sides.a.base?.data[0]).toBe(60);
  expect(now.sides.a.edited?.edits).toBe(now.view.edits);
  expect(now.sides.a.edited?.value.pixels.data[0]).toBe(72);
  expect(now.sides.a.edited?.value.difference[0]).toBe(12); // levels, in each colour
  expect(now.sides.a.edited?.value.change.profile).toEqual([1, 2, 3]);
  expect(now.sides.a.effect).toMatchObject({ value: { farRms: 2, ratio: 8, control: { farRms: 0.25 } } });
  expect(now.example).toEqual({
    cells: [
      { cell: { row: 10, col: 20 }, label: 'the spot' },
      { cell: { row: 11, col: 20 }, label: 'an ordinary cell' },
    ],
    strengths: [0, 0.5, 1],
    compare: null,
    cellIndex: 0,
    position: 2,
  });
  // Each part once; all frames of the cell on screen are made of its image, that of the other cell is not read yet.
  expect(example.asked.sort()).toEqual(['base', 'image-0', 'mean', 'picture', 'profiles', 'rawLogvar']);
});

test('playing it shows recorded frames with their own numbers, as one step of history', async () => {
  const { state, store } = await shown();
  state.playExample(0, 1, 'drag');
  await settle();
  let now = store.getState();
  expect(now.view.edits).toEqual([{ ...WHOLE, values: [2, -1, 0, 0.5] }]);
  expect(now.sides.a.edited?.edits).toBe(now.view.edits);
  expect(now.sides.a.edited?.value.pixels.data[0]).toBe(66);
  expect(now.sides.a.effect?.value.farRms).toBe(1);
  state.playExample(0, 0, 'drag');
  await settle();
  now = store.getState();
  expect(now.view.edits).toEqual([]);
  expect(now.sides.a.edited?.value.pixels).toBe(now.sides.a.base);
  expect([now.sides.a.effect, now.sides.a.control, now.sides.a.controlMissing]).toEqual([null, null, null]);
  state.playExample(1, 2, 'drag');
  await settle();
  now = store.getState();
  expect(now.example).toMatchObject({ cellIndex: 1, position: 2 });
  expect(now.sides.a.effect?.value.farRms).toBe(12);
  expect(now.past).toHaveLength(1);
  state.undo();
  await settle();
  now = store.getState();
  expect(now.sides.a.edited?.edits).toBe(now.view.edits);
  expect(now.sides.a.effect?.value.farRms).toBe(2);
});

test('between two strengths the nearer frame is shown, dated by its own edits', async () => {
  const { state, store } = await shown();
  state.playExample(0, 1.6);
  await settle();
  let now = store.getState();
  expect(now.view.edits).toEqual([{ ...WHOLE, values: [3.2, -1.6, 0, 0.8] }]);
  expect(now.sides.a.edited?.edits).toEqual([WHOLE]);
  expect(now.sides.a.effect?.edits).not.toBe(now.view.edits);
  state.playExample(0, 0.1);
  await settle();
  now = store.getState();
  expect(now.sides.a.edited?.edits).toEqual([{ ...WHOLE, values: [2, -1, 0, 0.5] }]); // not the unchanged picture
  state.playExample(0, 99);
  await settle();
  expect(store.getState().example?.position).toBe(2);
  state.playExample(7, 1);
  expect(store.getState().example?.cellIndex).toBe(0);
});

test('a frame that arrives late does not replace a newer one', async () => {
  const example = fakeExample();
  const { part } = example;
  let arrive = () => {};
  const late = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  example.part = async (name) => {
    if (name === 'image-1') await late;
    return part(name);
  };
  const { state, store } = await shown({ example });
  state.playExample(1, 1);
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(2); // still the old one, out of date
  state.playExample(0, 1);
  await settle();
  arrive();
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(1);
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
  state.playExample(1, 1);
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(11);
});

test('a frame that does not come holds up no other while the slider is dragged', async () => {
  const example = fakeExample();
  const { part } = example;
  example.part = (name) => (name === 'image-1' ? new Promise(() => {}) : part(name));
  const { state, store } = await shown({ example });
  state.playExample(1, 1, 'drag');
  await settle();
  state.playExample(1, 2, 'drag');
  state.playExample(0, 1, 'drag');
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(1);
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
  expect(store.getState().activity).toBeNull();
});

test('a frame that cannot be read is only out of date, until the engine brings it', async () => {
  const example = fakeExample();
  const { part } = example;
  example.part = (name) =>
    name === 'image-1' ? Promise.reject(new TypeError('Failed to fetch')) : part(name);
  const { state, store } = await shown({ example });
  state.playExample(1, 2);
  await settle();
  expect(store.getState()).toMatchObject({ failure: null, activity: null, sides: { a: { recorded: true } } });
  expect(store.getState().sides.a.edited?.edits).toEqual([WHOLE]);
  await state.start();
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('the recording plays on while the engine decodes the same, and after that failed', async () => {
  const { fake, state, store } = await shown();
  fake.held.add('base');
  const starting = state.start();
  await settle();
  state.playExample(1, 2);
  await settle();
  expect(store.getState().sides.a).toMatchObject({ recorded: true, effect: { value: { farRms: 12 } } });
  fake.last('base').reject(new InspectorError('internal', 'It broke.'));
  await expect(starting).rejects.toThrow('It broke.');
  await settle();
  // The edits that are present now, not those of when it began.
  expect(store.getState().sides.a).toMatchObject({ recorded: true, effect: { value: { farRms: 12 } } });
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
  state.playExample(0, 1);
  await settle();
  expect(store.getState().sides.a.effect?.value.farRms).toBe(1);
});

test('what was recorded does not answer for another radius', async () => {
  const { fake, state, store } = await shown();
  state.setRadius(6);
  await settle();
  // Nothing was being opened, so the engine is asked.
  expect(store.getState().sides.a.recorded).toBe(false);
  expect(fake.last('edited').args).toMatchObject({ radius: 6, edits: [WHOLE] });
});

test('the engine takes over in place, and computes the same edits exactly', async () => {
  const { fake, state, store } = await shown();
  const before = store.getState();
  fake.held.add('base').add('edited');
  const starting = state.start();
  await settle();
  // Nothing has left the screen meanwhile.
  expect(store.getState().sides.a.recorded).toBe(true);
  expect(store.getState().sides.a.base).toBe(before.sides.a.base);
  expect(store.getState().sides.a.edited).toBe(before.sides.a.edited);
  expect(store.getState().picture).not.toBeNull();
  fake.last('base').resolve();
  await starting;
  await settle();
  let now = store.getState();
  expect(now.sides.a.recorded).toBe(false);
  expect(now.sides.a.base?.data[0]).toBe(100);
  expect(now.view.edits).toBe(before.view.edits);
  // The recorded result stays until the exact one is there, and does not pass for it.
  expect(now.sides.a.edited?.value).toBe(before.sides.a.edited?.value);
  expect(now.sides.a.effect?.value).toBe(before.sides.a.effect?.value);
  expect(now.sides.a.edited?.edits).not.toBe(now.view.edits);
  expect(now.sides.a.effect?.edits).not.toBe(now.view.edits);
  expect(fake.last('edited').args.edits).toEqual([WHOLE]);
  fake.held.clear();
  fake.last('edited').resolve();
  await settle();
  now = store.getState();
  expect(now.sides.a.edited?.value.pixels.data[0]).toBe(110);
  expect(now.sides.a.effect?.value.control.farRms).toBe(0.5);
  expect(now.example).not.toBeNull();
  // Playing goes on, now with decodes.
  state.playExample(1, 0.5);
  await settle();
  expect(fake.last('edited').args.edits).toEqual([
    { kind: 'add', cell: { row: 11, col: 20 }, values: [1, -0.5, 0, 0.25] },
  ]);
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test("a visitor's edits before the engine is ready are kept, out of date until computed", async () => {
  const { fake, state, store } = await shown();
  fake.held.add('loadModel');
  const starting = state.start();
  await settle();
  state.addEdit(heal(3, 3));
  await settle();
  expect(store.getState().sides.a.edited?.edits).not.toBe(store.getState().view.edits);
  fake.last('loadModel').resolve();
  await starting;
  await settle();
  const now = store.getState();
  expect(now.view.edits).toEqual([heal(3, 3)]);
  expect(now.sides.a.edited?.edits).toBe(now.view.edits);
});

test("the example's edit steps aside for an edit of another cell, and comes back with undo", async () => {
  const { state, store } = await shown();
  const edits = () => store.getState().view.edits;
  state.addEdit(heal(10, 20));
  expect(edits()).toEqual([WHOLE, heal(10, 20)]);
  state.undo();
  state.select({ row: 3, col: 3 });
  state.poke();
  expect(edits()).toEqual([{ ...WHOLE, cell: { row: 3, col: 3 } }]);
  state.addEdit(heal(4, 4));
  expect(edits()).toHaveLength(2);
  state.undo();
  state.undo();
  expect(edits()).toEqual([WHOLE]);
  state.setChannel(0, 1.5);
  expect(edits()).toMatchObject([{ kind: 'set', cell: { row: 3, col: 3 } }]);
});

test('another picture leaves the example and its edits, which can be undone', async () => {
  const { state, store } = await shown();
  await state.start();
  await state.setPicture('harbour');
  let now = store.getState();
  expect(now.example).toBeNull();
  expect(now.view.edits).toEqual([]);
  await state.setPicture('chart');
  now = store.getState();
  expect(now.example).not.toBeNull(); // what is open is the example's again
  state.undo();
  expect(store.getState().view.edits).toEqual([WHOLE]);
});

test('a picture chosen while the example is on screen replaces it', async () => {
  const { fake, state, store } = await shown();
  void state.start();
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  expect(store.getState()).toMatchObject({
    example: null,
    sides: { a: { recorded: false, posterior: null } },
  });
  expect(store.getState().picture?.id).toBe('harbour');
  // If it fails, the example is there again.
  fake.last('open').reject(new InspectorError('internal', 'It broke.'));
  await expect(opening).rejects.toThrow('It broke.');
  expect(store.getState()).toMatchObject({ sides: { a: { recorded: true } }, picture: { id: 'chart' } });
  expect(store.getState().sides.a.posterior).not.toBeNull();
  expect(store.getState().example).not.toBeNull();
});

test('a broken file before anything is open leaves the example, and its picture is opened after all', async () => {
  const { fake, state, store } = bench({ example: fakeExample(), view: {} });
  // As a page does: the example's files are still on their way when the engine is started.
  fake.held.add('base');
  const starting = state.start();
  starting.catch(() => {});
  await settle();
  expect(store.getState().sides.a.posterior).not.toBeNull();
  const before = store.getState();
  await expect(state.setPicture('broken')).rejects.toMatchObject({ code: 'bad-image' });
  expect(store.getState()).toMatchObject({
    sides: { a: { recorded: true } },
    failure: { code: 'bad-image' },
  });
  expect(store.getState().picture).not.toBeNull();
  expect(store.getState().sides.a.posterior).not.toBeNull();
  expect(store.getState().sides.a.base).toBe(before.sides.a.base);
  await settle();
  fake.last('base').resolve();
  await settle();
  expect(store.getState()).toMatchObject({
    sides: { a: { recorded: false } },
    failure: { code: 'bad-image' },
  });
  expect(store.getState().picture?.id).toBe('chart');
  state.addEdit(heal(3, 3));
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('without an engine the example stays, beside the failure', async () => {
  const { fake, state, store } = await shown();
  fake.failures.set('start', [new InspectorError('no-backend', 'Nothing computes here.')]);
  await expect(state.start()).rejects.toThrow();
  expect(store.getState()).toMatchObject({
    sides: { a: { recorded: true } },
    failure: { code: 'no-backend' },
  });
  expect(store.getState().sides.a.effect).not.toBeNull();
});

test('where the engine did not come, an edit asks for it again; playing the example does not', async () => {
  const { fake, state, store } = await shown();
  fake.failures.set('loadModel', [new InspectorError('network', 'The download failed.')]);
  await expect(state.start()).rejects.toMatchObject({ code: 'network' });
  state.dismissFailure();
  state.playExample(0, 1);
  await settle();
  expect(store.getState().sides.a.recorded).toBe(true);
  state.addEdit(heal(3, 3));
  await settle();
  expect(store.getState()).toMatchObject({ sides: { a: { recorded: false } }, failure: null });
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('a link to something else is opened without the example', async () => {
  const { store, example } = await shown({ view: { picture: 'harbour' } });
  expect(store.getState()).toMatchObject({ sides: { a: { recorded: false } }, example: null, picture: null });
  expect(example.asked).toEqual([]);
  const other = await shown({ view: { size: 512 } });
  expect(other.store.getState().sides.a.recorded).toBe(false);
});

test('a link to a frame of the example shows that frame', async () => {
  const frame = { ...WHOLE, values: [2, -1, 0, 0.5] } as never;
  expect(writeEdit(frame)).toBe('add@10,20:2,-1,0,0.5');
  const { store } = await shown({ view: { edits: [frame] } });
  const now = store.getState();
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
  expect(now.sides.a.effect?.value.farRms).toBe(1);
  expect(now.example?.position).toBe(1);
});

test('a recording whose files are missing is left out quietly', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const example = fakeExample();
  example.part = () => Promise.reject(new InspectorError('network', 'Gone.'));
  const { state, store } = bench({ example, view: {} });
  await settle();
  expect(store.getState()).toMatchObject({ sides: { a: { recorded: false } }, example: null, failure: null });
  await state.start();
  expect(store.getState().sides.a.base?.data[0]).toBe(100);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
