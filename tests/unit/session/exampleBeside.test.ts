import { expect, test } from 'vitest';
import { bench, fakeExample, settle } from './fakes';

/** The same recording as of another model, whose delta is off by what half precision loses. */
function fakeBeside() {
  const example = fakeExample();
  example.recording.model = { ...example.recording.model, id: 'mini-clean', name: 'Clean' };
  for (const cell of example.recording.cells) {
    cell.delta = cell.delta.map((value) => value * 1.0005);
    for (const frame of cell.frames) frame.change = { ...frame.change, farRms: frame.change.farRms / 100 };
  }
  return example;
}

async function shown() {
  const example = fakeExample();
  const exampleBeside = fakeBeside();
  const all = bench({ example, exampleBeside, view: { step: 4 } });
  await settle();
  return { ...all, example, exampleBeside };
}

test('both models play their recording before the engine is asked for anything', async () => {
  const { fake, store } = await shown();
  expect(fake.calls).toEqual([]);
  const { sides, view } = store.getState();
  expect(view).toMatchObject({ step: 4, compare: 'mini-clean', range: 'full', cell: { row: 10, col: 20 } });
  expect(sides.a).toMatchObject({ recorded: true, effect: { value: { farRms: 2 } } });
  expect(sides.b).toMatchObject({
    recorded: true,
    madeWith: 'mini-clean',
    effect: { value: { farRms: 0.02 } },
  });
  expect(sides.b?.effect?.edits).toBe(sides.b?.edits);
});

test('one gesture plays both', async () => {
  const { store, state } = await shown();
  state.playChange({ row: 11, col: 20 }, 0.5, 'drag');
  await settle();
  const { sides } = store.getState();
  expect(sides.a.effect?.value.farRms).toBe(11);
  expect(sides.b?.effect?.value.farRms).toBe(0.11);
  expect(sides.b?.effect?.edits).toBe(sides.b?.edits);
});

test('the second stays on screen until the engine has opened the same, and then gives way', async () => {
  const { fake, store, state } = await shown();
  const before = store.getState().sides.b;
  fake.held.add('base').add('edited');
  const starting = state.start();
  await settle();
  fake.last('base').resolve();
  await starting;
  await settle();
  // The first is live; the second still shows what was recorded.
  let { b } = store.getState().sides;
  expect(b).toMatchObject({ recorded: true, effect: { value: { farRms: 0.02 } } });
  expect(b?.base).toBe(before?.base);
  fake.last('base').resolve();
  await settle();
  ({ b } = store.getState().sides);
  expect(b).toMatchObject({ recorded: false, effect: { value: { farRms: 0.02 } } });
  // It is no result of the present edits any more, and these are decoded.
  expect(b?.effect?.edits).not.toBe(b?.edits);
  fake.held.clear();
  for (const call of fake.calls) if (call.name === 'edited') call.resolve();
  await settle();
  ({ b } = store.getState().sides);
  expect(b?.effect?.edits).toBe(b?.edits);
});

test('another picture takes the recording of both away', async () => {
  const { fake, store, state } = await shown();
  fake.held.add('base');
  void state.setPicture('photo').catch(() => {});
  await settle();
  const { sides } = store.getState();
  expect(sides.a.recorded).toBe(false);
  expect(sides.b).toMatchObject({ recorded: false, posterior: null, edited: null, effect: null });
});

test('after the engine took over a recorded frame stands in at a cell that was not decoded', async () => {
  const { fake, store, state, example } = await shown();
  await state.start();
  await settle();
  fake.held.add('edited');
  example.asked.length = 0;
  state.playChange({ row: 11, col: 20 }, 1, 'drag');
  await settle();
  const { a } = store.getState().sides;
  expect(example.asked).toContain('image-1');
  expect(a.edited?.value.pixels.data[0]).toBe(72);
  // Its picture is kept compressed, so it does not pass for a decode.
  expect(a.edited?.edits).toEqual(a.edits);
  expect(a.edited?.edits).not.toBe(a.edits);
  fake.last('edited').resolve();
});
