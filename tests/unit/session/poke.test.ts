import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { add, bench, heal, settle } from './fakes';

async function started(options = {}) {
  const all = bench(options);
  await all.state.start();
  await settle();
  return all;
}

test('an edit is decoded, then its control, then both make the effect', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited').add('control');
  state.addEdit(add(3, 4, 2));
  await settle();
  const { edits } = store.getState().view;
  expect(fake.last('edited').args).toMatchObject({ study: 1, edits, radius: 4 });
  expect(fake.all('control')).toHaveLength(0);
  expect(store.getState().activity?.doing).toBe('Decoding');
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.edited).toMatchObject({
    edits,
    value: { milliseconds: 1000, change: { farRms: 2 } },
  });
  expect(store.getState().sides.a.edited?.edits).toBe(edits);
  expect(store.getState().sides.a.effect).toBeNull();
  expect(store.getState().activity).toMatchObject({ doing: 'Decoding the control', expectedSeconds: 1 });
  fake.last('control').resolve();
  await settle();
  const {
    sides: {
      a: { effect, control },
    },
  } = store.getState();
  expect(effect?.edits).toBe(edits);
  expect(effect?.value).toMatchObject({ farRms: 2, radius: 4, ratio: 4, control: { farRms: 0.5 } });
  expect(effect?.value.control.cell).toEqual(control?.value.cell);
  expect(store.getState().activity).toBeNull();
});

test('the newest edits win: an older decode that was given up is not shown', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited');
  state.addEdit(add(1, 1, 1));
  await settle();
  state.addEdit(add(2, 2, 2));
  state.addEdit(add(3, 3, 3));
  await settle();
  expect(fake.all('edited')).toHaveLength(2); // the middle one was never asked for
  expect(fake.all('edited')[0].run.signal?.aborted).toBe(true);
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.edited?.value.change.farRms).toBe(6);
  expect(store.getState().sides.a.edited?.edits).toBe(store.getState().view.edits);
  expect(store.getState().failure).toBeNull();
});

test('while a slider is dragged a decode may finish, and its result is dated by its own edits', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited');
  state.addEdit(add(1, 1, 1), 'drag');
  await settle();
  const first = store.getState().view.edits;
  state.addEdit(add(1, 1, 2), 'drag');
  state.addEdit(add(1, 1, 3), 'drag');
  await settle();
  expect(fake.all('edited')).toHaveLength(1);
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.edited?.edits).toBe(first);
  expect(store.getState().sides.a.edited?.edits).not.toBe(store.getState().view.edits); // out of date, and seen to be
  expect(fake.all('edited')).toHaveLength(2);
  expect(fake.last('edited').args.edits).toEqual([add(1, 1, 3)]);
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.edited?.edits).toBe(store.getState().view.edits);
});

test('a running control gives way to new edits, even during a drag', async () => {
  const { fake, state } = await started();
  fake.held.add('control');
  state.addEdit(add(1, 1, 1), 'drag');
  await settle();
  const control = fake.last('control');
  state.addEdit(add(1, 1, 2), 'drag');
  await settle();
  expect(control.run.signal?.aborted).toBe(true);
  expect(fake.last('edited').args.edits).toEqual([add(1, 1, 2)]);
});

test('old results stay until the new ones are there', async () => {
  const { fake, state, store } = await started();
  state.addEdit(heal(1, 1));
  await settle();
  const {
    sides: {
      a: { edited, control, effect },
    },
  } = store.getState();
  fake.held.add('edited');
  state.addEdit(heal(9, 9));
  await settle();
  expect(store.getState().sides.a.edited).toBe(edited);
  expect(store.getState().sides.a.control).toBe(control);
  expect(store.getState().sides.a.effect).toBe(effect);
  expect(effect?.edits).not.toBe(store.getState().view.edits);
});

test('undo brings the results back without computing them again', async () => {
  const { fake, state, store } = await started();
  state.addEdit(heal(1, 1));
  await settle();
  const {
    sides: {
      a: { effect },
    },
  } = store.getState();
  state.addEdit(heal(9, 9));
  await settle();
  const calls = fake.calls.length;
  state.undo();
  expect(store.getState().sides.a.effect?.edits).toBe(effect?.edits);
  expect(store.getState().sides.a.effect?.value).toEqual(effect?.value);
  await settle();
  expect(fake.calls).toHaveLength(calls);
});

test('switching all edits off shows the base again and takes the effect away', async () => {
  const { fake, state, store } = await started();
  state.addEdit(heal(1, 1));
  await settle();
  const calls = fake.calls.length;
  state.toggleEdit(0);
  await settle();
  const {
    view,
    sides: {
      a: { edited, base, effect, control },
    },
  } = store.getState();
  expect(edited?.edits).toBe(view.edits);
  expect(edited?.value.pixels).toBe(base);
  expect([effect, control]).toEqual([null, null]);
  expect(fake.calls).toHaveLength(calls);
  state.toggleEdit(0);
  await settle();
  expect(store.getState().sides.a.effect).not.toBeNull();
});

test('where no cell is far enough away that is said, and the engine is not asked', async () => {
  const { fake, state, store } = await started();
  state.setRadius(16);
  state.addEdit(heal(16, 16));
  await settle();
  const {
    view,
    sides: {
      a: { controlMissing, control, effect, edited },
    },
  } = store.getState();
  expect(controlMissing?.edits).toBe(view.edits);
  expect(controlMissing?.value).toContain('at least 33 cells away');
  expect([control, effect]).toEqual([null, null]);
  expect(edited?.edits).toBe(view.edits);
  expect(fake.all('control')).toHaveLength(0);
  state.setRadius(2);
  await settle();
  expect(store.getState().sides.a.controlMissing).toBeNull();
  expect(store.getState().sides.a.effect?.value.radius).toBe(2);
});

test('another radius measures again and makes the old numbers out of date', async () => {
  const { fake, state, store } = await started();
  state.addEdit(heal(1, 1));
  await settle();
  state.addEdit(heal(2, 2));
  await settle();
  const {
    sides: {
      a: { effect },
    },
  } = store.getState();
  fake.held.add('edited');
  state.setRadius(6);
  expect(store.getState().sides.a.effect).toBe(effect);
  expect(effect?.edits).not.toBe(store.getState().view.edits);
  await settle();
  expect(fake.last('edited').args.radius).toBe(6);
  fake.held.clear();
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.effect?.value.radius).toBe(6);
  state.undo();
  await settle();
  // Not what was measured with radius 4.
  expect(fake.last('edited').args).toMatchObject({ edits: [heal(1, 1)], radius: 6 });
  expect(store.getState().sides.a.effect?.value.radius).toBe(6);
  state.setRadius(Number.NaN);
  expect(store.getState().view.radius).toBe(6);
});

test('a failure is shown with a retry; the edits stay', async () => {
  const { fake, state, store } = await started();
  fake.failures.set('edited', [new InspectorError('device-lost', 'The GPU was lost.', 'Try again.')]);
  state.addEdit(heal(1, 1));
  await settle();
  expect(store.getState().failure).toMatchObject({ code: 'device-lost', advice: 'Try again.' });
  expect(store.getState().view.edits).toHaveLength(1);
  expect(fake.all('edited')).toHaveLength(1); // not tried for ever
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState().failure).toBeNull();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('after a failure the next edit is tried without being asked', async () => {
  const { fake, state, store } = await started();
  fake.failures.set('control', [new Error('It broke.')]);
  state.addEdit(heal(1, 1));
  await settle();
  expect(store.getState().failure).toMatchObject({ code: 'internal', message: 'It broke.' });
  state.addEdit(heal(2, 2));
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('cancel stops the decode, shows no failure and waits for the next edit', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited');
  state.addEdit(heal(1, 1));
  await settle();
  state.cancel();
  await settle();
  expect(fake.all('edited')).toHaveLength(1);
  expect(fake.last('edited').run.signal?.aborted).toBe(true);
  expect(store.getState()).toMatchObject({ failure: null, activity: null });
  expect(store.getState().view.edits).toHaveLength(1);
  fake.held.clear();
  state.addEdit(heal(2, 2));
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('what was cancelled can be taken up again', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited');
  state.addEdit(heal(1, 1));
  await settle();
  state.cancel();
  await settle();
  fake.held.clear();
  state.resume();
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('an engine that gives up by itself is not asked for ever', async () => {
  const { fake, state, store } = await started();
  fake.failures.set('edited', [new InspectorError('superseded', 'A newer change took its place.')]);
  state.addEdit(heal(1, 1));
  await settle();
  expect(fake.all('edited')).toHaveLength(1);
  expect(store.getState().failure).toBeNull();
});

test('results of a study that is no longer open are dropped', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited');
  state.addEdit(heal(1, 1));
  await settle();
  const old = fake.last('edited');
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  expect(old.run.signal?.aborted).toBe(true);
  fake.held.clear();
  fake.last('open').resolve();
  await opening;
  await settle();
  expect(fake.last('edited').args.study).toBe(2);
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('edits made before the engine is ready are computed when it is', async () => {
  const { fake, state, store } = bench();
  state.addEdit(heal(3, 3));
  fake.held.add('base');
  const starting = state.start();
  await settle();
  state.addEdit(heal(4, 4));
  fake.last('base').resolve();
  await starting;
  await settle();
  expect(store.getState().view.edits).toEqual([heal(3, 3), heal(4, 4)]);
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});
