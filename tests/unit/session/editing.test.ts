import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { applyEdits, cellValues } from '@/edits';
import { posteriorMean } from '@/latent/layers';
import { HISTORY_LIMIT } from '@/session/history';
import { add, bench, heal, settle } from './fakes';

async function started() {
  const all = bench();
  await all.state.start();
  await settle();
  return all;
}

test('undo and redo walk through the edits; a new edit forgets what was undone', async () => {
  const { state, store } = await started();
  state.addEdit(heal(1, 1));
  state.addEdit(heal(2, 2));
  state.undo();
  expect(store.getState().view.edits).toEqual([heal(1, 1)]);
  state.undo();
  state.undo(); // one too many
  expect(store.getState().view.edits).toEqual([]);
  state.redo();
  expect(store.getState().view.edits).toEqual([heal(1, 1)]);
  state.addEdit(heal(3, 3));
  expect(store.getState().future).toEqual([]);
  state.redo();
  expect(store.getState().view.edits).toEqual([heal(1, 1), heal(3, 3)]);
});

test('the history of another page is taken with the very same edits, and left where something was done since', async () => {
  const { state, store } = await started();
  state.addEdit(heal(1, 1));
  state.addEdit(add(2, 2, 0.1));
  state.addEdit(heal(3, 3));
  state.undo();
  const { view, past, future } = store.getState();
  // As it comes out of a database.
  const history = structuredClone({ edits: view.edits, past, future });

  const next = await started();
  expect(next.state.restoreHistory(history)).toBe(false);
  next.store.setState({ view: { ...next.store.getState().view, edits: structuredClone(view.edits) } });
  const outside = { ...history, past: [[heal(99, 99)]] };
  expect(next.state.restoreHistory(outside)).toBe(false);
  expect(next.state.restoreHistory({ ...history, future: 'none' } as never)).toBe(false);
  expect(next.store.getState()).toMatchObject({ past: [], future: [] });
  expect(next.state.restoreHistory(history)).toBe(true);
  next.state.redo();
  expect(next.store.getState().view.edits).toEqual([heal(1, 1), add(2, 2, 0.1), heal(3, 3)]);
  for (let time = 0; time < 3; time++) next.state.undo();
  expect(next.store.getState().view.edits).toEqual([]);
  expect(next.state.restoreHistory({ edits: [], past: [], future: [] })).toBe(true);
  next.state.addEdit(heal(1, 1));
  expect(next.state.restoreHistory({ ...history, edits: [heal(1, 1)] })).toBe(false);
});

test('history is bounded', async () => {
  const { state, store } = await started();
  for (let index = 0; index < HISTORY_LIMIT + 20; index++) state.addEdit(add(1, 1, index));
  expect(store.getState().past).toHaveLength(HISTORY_LIMIT);
});

test('a gesture is one step: same cell, same kind, same gesture', async () => {
  const { state, store } = await started();
  for (const value of [1, 2, 3]) state.addEdit(add(1, 1, value), 'drag 1');
  expect(store.getState().view.edits).toEqual([add(1, 1, 3)]);
  expect(store.getState().past).toHaveLength(1);
  state.addEdit(add(1, 1, 4), 'drag 2');
  expect(store.getState().past).toHaveLength(2);
  state.addEdit(add(2, 2, 4), 'drag 2');
  expect(store.getState().past).toHaveLength(3);
  state.addEdit(heal(2, 2), 'drag 2');
  expect(store.getState().past).toHaveLength(4);
  state.addEdit(heal(2, 2));
  expect(store.getState().past).toHaveLength(5);
  expect(store.getState().view.edits).toHaveLength(5);
});

test('a gesture that is interrupted by undo starts a new step', async () => {
  const { state, store } = await started();
  state.addEdit(add(1, 1, 1), 'drag');
  state.addEdit(add(1, 1, 2), 'drag');
  state.undo();
  state.addEdit(add(1, 1, 3), 'drag');
  expect(store.getState().view.edits).toEqual([add(1, 1, 3)]);
  expect(store.getState().past).toEqual([[]]);
  state.undo();
  expect(store.getState().view.edits).toEqual([]);
});

test('a gesture does not go on over edits that changed under it', async () => {
  const { state, store } = await started();
  state.addEdit(add(10, 10, 1), 'drag');
  await state.setSize(512);
  state.addEdit(add(10, 10, 2), 'drag');
  expect(store.getState().view.edits).toEqual([add(21, 21, 1), add(10, 10, 2)]);
  expect(store.getState().past).toHaveLength(2);
});

test('setting a channel keeps the other current values and does not grow the list', async () => {
  const { state, store } = await started();
  const cell = { row: 6, col: 7 };
  state.select(cell);
  state.addEdit(add(6, 7, 1));
  const {
    view,
    sides: {
      a: { posterior },
    },
  } = store.getState();
  const now = cellValues(applyEdits(posteriorMean(posterior!), view.edits), cell);
  state.setChannel(2, 9.5);
  state.setChannel(3, -1);
  expect(store.getState().view.edits).toEqual([
    add(6, 7, 1),
    { kind: 'set', cell, values: [now[0], now[1], 9.5, -1] },
  ]);
  expect(store.getState().past).toHaveLength(3);
  state.setChannel(3, -2, 'slide');
  state.setChannel(3, -3, 'slide');
  expect(store.getState().past).toHaveLength(4);
  state.undo();
  expect(store.getState().view.edits[1]).toMatchObject({ values: [now[0], now[1], 9.5, -1] });
  expect(() => state.setChannel(4, 0)).toThrow('no channel 4');
  expect(() => state.setChannel(0, Number.NaN)).toThrow(InspectorError);
});

test('edits that do not fit are refused and nothing changes', async () => {
  const { state, store } = await started();
  state.addEdit(heal(1, 1));
  const { view, past } = store.getState();
  for (const attempt of [
    () => state.addEdit(heal(32, 0)),
    () => state.setEdits([heal(0, 0), add(0, 0, 1, 3)]),
  ]) {
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-edit' }));
  }
  expect(store.getState().view).toBe(view);
  expect(store.getState().past).toBe(past);
});

test('setEdits copies the list, so that later changes by the caller do no harm', async () => {
  const { state, store } = await started();
  const mine = [heal(1, 1)];
  state.setEdits(mine);
  mine.push(heal(2, 2));
  expect(store.getState().view.edits).toEqual([heal(1, 1)]);
});

test('toggle, remove and reset are steps of their own', async () => {
  const { state, store } = await started();
  state.setEdits([heal(1, 1), heal(2, 2)]);
  state.toggleEdit(0);
  expect(store.getState().view.edits[0]).toEqual({ ...heal(1, 1), enabled: false });
  state.toggleEdit(0);
  expect(store.getState().view.edits[0]).toEqual({ ...heal(1, 1), enabled: true });
  state.removeEdit(0);
  expect(store.getState().view.edits).toEqual([heal(2, 2)]);
  const { past } = store.getState();
  state.removeEdit(7);
  state.toggleEdit(7);
  expect(store.getState().past).toBe(past);
  state.reset();
  state.reset(); // nothing left to remove, so no step
  expect(store.getState().past).toHaveLength(5);
  state.undo();
  expect(store.getState().view.edits).toEqual([heal(2, 2)]);
});

test('poke heals, or repeats the last edit, at the selected cell', async () => {
  const { state, store } = await started();
  state.select({ row: 4, col: 5 });
  state.poke();
  expect(store.getState().view.edits).toEqual([heal(4, 5)]);
  state.poke(); // healed already
  expect(store.getState().view.edits).toHaveLength(1);
  state.setEdits([{ ...add(1, 1, 2), enabled: false }]);
  state.poke();
  state.poke(); // adding twice is a change
  expect(store.getState().view.edits.slice(1)).toEqual([add(4, 5, 2), add(4, 5, 2)]);
  state.setEdits([{ kind: 'swap', cell: { row: 1, col: 1 }, with: { row: 4, col: 5 } }]);
  state.poke();
  expect(store.getState().view.edits[1]).toEqual({
    kind: 'swap',
    cell: { row: 4, col: 5 },
    with: { row: 1, col: 1 },
  });
});

test('a cell is selected within the grid', async () => {
  const { state, store } = await started();
  state.select({ row: 99, col: -4 });
  expect(store.getState().view.cell).toEqual({ row: 31, col: 0 });
});

test('two stores know nothing of each other', async () => {
  const first = await started();
  const second = await started();
  first.state.addEdit(heal(1, 1));
  await settle();
  expect(second.store.getState().view.edits).toEqual([]);
  expect(second.store.getState().sides.a.effect).toBeNull();
});
