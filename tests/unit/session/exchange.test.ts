import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { add, bench, fakeExample, HUB_MODELS, heal, MODELS, settle } from './fakes';

async function compared(id = 'mini-clean', options = {}) {
  const all = bench(options);
  await all.state.start();
  await all.state.setCompare(id);
  await settle();
  return all;
}

/** The shown state of both sides, by name. */
const shown = ({ state }: ReturnType<typeof bench>) => ({
  left: {
    id: state.view.model,
    info: state.sides.a.model.info?.id,
    posterior: state.sides.a.posterior,
    base: state.sides.a.base,
    edited: state.sides.a.edited,
    effect: state.sides.a.effect,
  },
  right: {
    id: state.sides.b?.id,
    info: state.sides.b?.model.info?.id,
    posterior: state.sides.b?.posterior,
    base: state.sides.b?.base,
    edited: state.sides.b?.edited,
    effect: state.sides.b?.effect,
  },
});

test('left and right change places, with nothing loaded, encoded or decoded anew', async () => {
  for (const swap of ['setCompare', 'setModel'] as const) {
    const all = await compared();
    const { fake, state } = all;
    state.addEdit(add(3, 4, 2));
    await settle();
    const before = shown(all);
    const edits = { left: all.state.view.edits, right: all.state.sides.b?.edits };
    const calls = fake.calls.length;
    await (swap === 'setCompare' ? state.setCompare('mini-spot') : state.setModel('mini-clean'));
    await settle();
    expect(shown(all)).toEqual({ left: before.right, right: before.left });
    expect(all.state.view).toMatchObject({ model: 'mini-clean', compare: 'mini-spot' });
    // The results are those of the present edits, which make the same change.
    expect(all.state.view.edits).toBe(edits.right);
    expect(all.state.sides.b?.edits).toBe(edits.left);
    expect(all.state.sides.a.effect?.edits).toBe(all.state.view.edits);
    expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
    expect(fake.calls).toHaveLength(calls);
    expect([fake.closed, fake.unloaded]).toEqual([[], []]);
    // New edits go to the studies as they stand now.
    state.addEdit(heal(9, 9));
    await settle();
    const studies = fake.calls
      .slice(calls)
      .map(({ name, args }) => `${name} ${(args as { study: number }).study}`);
    expect(studies).toEqual(['edited 2', 'edited 1', 'control 2', 'control 1']);
    expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
  }
});

test('there and back again is where it began', async () => {
  const all = await compared();
  const { state, fake } = all;
  state.addEdit(add(3, 4, 2));
  state.addEdit({ kind: 'set', cell: { row: 5, col: 5 }, values: [0.1, 0.2, 0.3, 0.4] });
  await settle();
  const before = { ...shown(all), view: all.state.view, past: all.state.past };
  const calls = fake.calls.length;
  await state.setModel('mini-clean');
  await state.setModel('mini-spot');
  await settle();
  expect({ ...shown(all), view: all.state.view, past: all.state.past }).toEqual(before);
  expect(all.state.view.edits).toBe(before.view.edits);
  expect(fake.calls).toHaveLength(calls);
});

test('undo works after an exchange, with the results that are known', async () => {
  const all = await compared();
  const { state, fake } = all;
  state.addEdit(heal(1, 1));
  await settle();
  state.addEdit(add(2, 2, 2));
  await settle();
  const calls = fake.calls.length;
  await state.setModel('mini-clean');
  state.undo();
  await settle();
  expect(all.state.view.edits).toEqual([heal(1, 1)]);
  expect(all.state.sides.a.effect?.edits).toBe(all.state.view.edits);
  expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
  state.redo();
  await settle();
  expect(all.state.sides.a.effect?.edits).toBe(all.state.view.edits);
  expect(fake.calls).toHaveLength(calls);
});

test('exchanged while one side decodes, that decode goes on and its result lands where its model is now', async () => {
  const all = await compared();
  const { state, fake } = all;
  fake.held.add('edited');
  state.addEdit(add(3, 4, 2));
  await settle();
  const flight = fake.last('edited');
  expect(flight.args.study).toBe(1);
  await state.setCompare('mini-spot');
  await settle();
  expect(flight.run.signal?.aborted).toBe(false);
  flight.resolve();
  await settle();
  expect(all.state.sides.b?.edited?.edits).toBe(all.state.sides.b?.edits);
  expect(all.state.sides.b?.edited?.value.pixels.data[0]).toBe(110); // of mini-spot
  expect(fake.last('edited').args.study).toBe(2);
  fake.held.clear();
  fake.last('edited').resolve();
  await settle();
  expect(all.state.sides.a.edited?.value.pixels.data[0]).toBe(111);
  expect(all.state.sides.a.effect?.edits).toBe(all.state.view.edits);
  expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
});

test('edits that could not be carried are lost in the exchange, and that is said', async () => {
  const all = await compared('wide');
  const { state } = all;
  state.addEdit(heal(4, 4));
  state.addEdit(add(5, 5, 2));
  state.setLayer('channel:2');
  await settle();
  await state.setModel('wide');
  await settle();
  expect(all.state.view.edits).toEqual([heal(4, 4)]);
  expect(all.state.sides.b?.edits).toEqual([heal(4, 4)]);
  expect(all.state.sides.b?.leftOut).toBeNull();
  expect(all.state.notice).toContain('One edit could not be carried to Model wide');
  expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
  state.setLayer('channel:9');
  await state.setModel('mini-spot');
  expect(all.state.view.layer).toBe('norm');
});

test('on another grid the edits and the cell move with the exchange', async () => {
  const all = bench();
  all.fake.factors['mini-clean'] = 16;
  await all.state.start();
  await all.state.setCompare('mini-clean');
  all.state.addEdit(heal(10, 20));
  all.state.select({ row: 10, col: 20 });
  await settle();
  await all.state.setModel('mini-clean');
  await settle();
  expect(all.state.view).toMatchObject({ edits: [heal(5, 10)], cell: { row: 5, col: 10 } });
  expect(all.state.sides.b).toMatchObject({ edits: [heal(11, 21)], cell: { row: 11, col: 21 } });
  expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
  // A new size carries on from the grid that the edits are on now.
  await all.state.setSize(512);
  expect(all.state.view.edits).toEqual([heal(11, 21)]);
});

test('a shared latent stays shared', async () => {
  const all = bench({ models: [...MODELS, ...HUB_MODELS] });
  const { state, fake } = all;
  await state.start();
  await state.setModel('sd1');
  await state.setCompare('sd1-mse');
  await state.setModel('sd1-mse');
  const calls = fake.calls.length;
  expect(all.state.sides.b).toMatchObject({ id: 'sd1', shared: true });
  // The right one fits the left one still, also after something else failed.
  await expect(state.setPicture('broken')).rejects.toThrow();
  await settle();
  expect(fake.calls).toHaveLength(calls);
  await state.setCompare('sd1-ema');
  expect(fake.last('share').args).toEqual({ study: 3, model: 'sd1-ema' });
});

test('the second model is chosen for the left side before it is open: both are opened', async () => {
  const all = bench();
  const { state, fake } = all;
  await state.start();
  fake.held.add('loadModel');
  const comparing = state.setCompare('mini-clean');
  await settle();
  const opening = state.setModel('mini-clean');
  await settle();
  fake.held.clear();
  for (const load of fake.all('loadModel')) if (!load.settled) load.resolve();
  await Promise.all([opening, comparing]);
  await settle();
  expect(all.state.view).toMatchObject({ model: 'mini-clean', compare: 'mini-spot' });
  expect(all.state.sides.a.base?.data[0]).toBe(101);
  expect(all.state.sides.b?.base?.data[0]).toBe(100);
  expect(fake.unloaded).toEqual([]);
});

test('where that fails, the first one is back, alone', async () => {
  const all = bench();
  const { state, fake } = all;
  await state.start();
  const before = all.state.sides.a.base;
  fake.failures.set('loadModel', [
    new InspectorError('internal', 'It broke.'),
    new InspectorError('internal', 'Again.'),
  ]);
  await expect(state.setCompare('mini-clean')).rejects.toThrow('It broke.');
  await expect(state.setModel('mini-clean')).rejects.toThrow('Again.');
  await settle();
  expect(all.state.view).toMatchObject({ model: 'mini-spot', compare: null });
  expect(all.state.sides.a.base).toBe(before);
  expect(all.state.sides.b).toBeNull();
});

test('a model cannot stand beside itself', async () => {
  const all = bench();
  await all.state.start();
  await expect(all.state.setCompare('mini-spot')).rejects.toMatchObject({ code: 'not-found' });
  expect(all.state).toMatchObject({
    failure: { message: 'Model mini-spot is model A already.' },
    sides: { b: null },
  });
});

test('the example is left by the exchange and there again after the next', async () => {
  const all = bench({ example: fakeExample(), view: {} });
  await settle();
  await all.state.start();
  await all.state.setCompare('mini-clean');
  await settle();
  expect(all.state.example).not.toBeNull();
  // It can be played, on both sides.
  all.state.playExample(0, 1);
  await settle();
  expect(all.state.sides.b?.effect?.edits).toBe(all.state.sides.b?.edits);
  await all.state.setModel('mini-clean');
  expect(all.state.example).toBeNull();
  expect(all.state.view.edits).toHaveLength(1);
  await all.state.setModel('mini-spot');
  expect(all.state.example).toMatchObject({ cellIndex: 0, position: 1 });
});

test('the right model chosen for the left while another is opened there never stands on both sides', async () => {
  const all = await compared();
  const { state, fake } = all;
  fake.held.add('loadModel').add('base');
  const first = state.setModel('wide');
  await settle();
  const second = state.setModel('mini-clean');
  await settle();
  fake.last('base').resolve(); // of mini-clean, now on the left
  await Promise.all([first, second]);
  expect(all.state).toMatchObject({ view: { model: 'mini-clean', compare: 'wide' } });
  expect(all.state.sides.b?.posterior).toBeNull();
  expect(fake.closed.sort()).toEqual([1, 2]);
  fake.held.clear();
  fake.last('loadModel').resolve();
  await settle();
  expect(all.state.sides.b).toMatchObject({
    id: 'wide',
    model: { status: 'ready' },
    posterior: { channels: 16 },
  });
});
