import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { translateEdits } from '@/edits';
import { posteriorMean } from '@/latent/layers';
import { add, bench, HUB_MODELS, heal, MODELS, settle } from './fakes';

const full = () => new InspectorError('out-of-memory', 'The memory is full.', 'Close other tabs.');
const broke = () => new InspectorError('internal', 'It broke.');

/** A store with `mini-spot` open. */
async function started(options = {}) {
  const all = bench(options);
  await all.state.start();
  await settle();
  return all;
}

/** A store with `mini-spot` and `mini-clean` side by side, where nothing else is said. */
async function compared(id = 'mini-clean', options = {}) {
  const all = await started(options);
  await all.state.setCompare(id);
  await settle();
  return all;
}

/** All hub models are taken as chosen by hand: nothing is offered. */
const WITH_HUB = { models: [...MODELS, ...HUB_MODELS] };

test('a second model is loaded, encodes the same picture and decodes it', async () => {
  const { fake, state, store } = await started();
  const before = fake.calls.length;
  await state.setCompare('mini-clean');
  const now = store.getState();
  expect(fake.calls.slice(before).map(({ name }) => name)).toEqual(['loadModel', 'open', 'base']);
  expect(fake.last('open').args.model).toBe('mini-clean');
  expect(fake.last('open').args.picture).toBe(now.picture?.pixels);
  // It gives way to whatever the visitor does with the first one meanwhile.
  expect(fake.all('open').map(({ args }) => args.priority)).toEqual(['interactive', 'secondary']);
  expect(fake.all('base').map(({ args }) => args.priority)).toEqual(['interactive', 'secondary']);
  expect(now.view.compare).toBe('mini-clean');
  expect(now.sides.b).toMatchObject({
    id: 'mini-clean',
    model: { status: 'ready', info: { id: 'mini-clean' } },
    posterior: { rows: 32, channels: 4 },
    leftOut: null,
    shared: false,
  });
  expect(now.sides.b?.base?.data[0]).toBe(101);
  // The left one stays as it was.
  expect(now.sides.a.model.info?.id).toBe('mini-spot');
  expect(now.sides.a.base?.data[0]).toBe(100);
  expect(fake.unloaded).toEqual([]);
  expect(fake.closed).toEqual([]);
  // With nothing edited the edited picture is the base there, too.
  await settle();
  expect(store.getState().sides.b?.edited?.value.pixels).toBe(store.getState().sides.b?.base);
});

test('what is on screen says which model it was made with, also where two share one latent', async () => {
  const third = { base: '', manifest: { ...MODELS[0].manifest, id: 'third', name: 'Third' } };
  const { fake, state, store } = await started({ models: [...MODELS, third] });
  expect(store.getState()).toMatchObject({
    view: { model: 'mini-spot' },
    sides: { a: { madeWith: 'mini-spot' } },
  });
  // A latent from a file is the very same on the right.
  const data = new Float32Array(8 * 8 * 4);
  await state.setLatent({ name: 'x.npy', latent: { rows: 8, cols: 8, channels: 4, data }, notices: [] });
  await state.setCompare('mini-clean');
  fake.held.add('loadModel');
  const opening = state.setCompare('third');
  await settle();
  expect(store.getState().sides.b).toMatchObject({ id: 'third', madeWith: 'mini-clean' });
  fake.last('loadModel').resolve();
  await opening;
  expect(store.getState().sides.b).toMatchObject({ id: 'third', madeWith: 'third' });
  expect(store.getState().sides.b?.posterior).toBe(store.getState().sides.a.posterior);
});

test('the page hears which of the two models is at work', async () => {
  const { fake, state, store } = await started();
  const seen = new Set<string>();
  store.subscribe(({ activity }) => activity && seen.add(activity.doing));
  fake.held.add('loadModel');
  const comparing = state.setCompare('mini-clean');
  await settle();
  fake.last('loadModel').run.onProgress?.(0.25, 'weights');
  expect(store.getState().sides.b?.model).toMatchObject({ status: 'loading', fraction: 0.25 });
  expect(store.getState().sides.a.model.status).toBe('ready');
  fake.last('loadModel').resolve();
  await comparing;
  state.addEdit(heal(3, 3));
  await settle();
  expect([...seen]).toEqual([
    'Opening Model mini-clean',
    'Encoding in Model mini-clean',
    'Decoding in Model mini-clean',
    'Decoding',
    'Decoding in Model mini-spot',
    'Decoding the control in Model mini-spot',
    'Decoding the control in Model mini-clean',
  ]);
  // The shown durations are those of the left one.
  expect(store.getState().timings).toEqual({ encode: { 256: 500 }, decode: { 256: 1000 } });
});

test('both edited pictures come before both controls, the left one first', async () => {
  const { fake, state, store } = await compared();
  const before = fake.calls.length;
  state.addEdit(add(3, 4, 2));
  await settle();
  const calls = fake.calls.slice(before) as { name: string; args: { study: number } }[];
  expect(calls.map(({ name, args }) => `${name} ${args.study}`)).toEqual([
    'edited 1',
    'edited 2',
    'control 1',
    'control 2',
  ]);
  const {
    view,
    sides: {
      a: { effect },
      b: compare,
    },
  } = store.getState();
  expect(effect?.edits).toBe(view.edits);
  expect(compare?.effect?.edits).toBe(compare?.edits);
  expect(compare?.effect?.value).toMatchObject({ radius: 4, control: { farRms: 0.5 } });
});

test('edits made while the second model is opened are decoded on the left at once, and on the right when it is there', async () => {
  const { fake, state, store } = await started();
  fake.held.add('base');
  const comparing = state.setCompare('mini-clean');
  await settle();
  state.addEdit(heal(3, 3));
  await settle();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
  fake.last('base').resolve();
  await comparing;
  await settle();
  expect(fake.last('edited').args).toMatchObject({ study: 2, edits: [heal(3, 3)] });
  expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
});

test('a control on the left gives way to the edited picture on the right', async () => {
  const { fake, state, store } = await started();
  fake.held.add('control').add('base');
  state.addEdit(heal(3, 3));
  const comparing = state.setCompare('mini-clean');
  await settle();
  const control = fake.last('control');
  expect(control.args.study).toBe(1);
  fake.held.clear();
  fake.last('base').resolve();
  await comparing;
  await settle();
  expect(control.run.signal?.aborted).toBe(true);
  expect(store.getState().sides.a.effect).not.toBeNull();
  expect(store.getState().sides.b?.effect).not.toBeNull();
});

test('the newest edits win on both sides', async () => {
  const { fake, state, store } = await compared();
  fake.held.add('edited');
  state.addEdit(add(1, 1, 1));
  await settle();
  fake.last('edited').resolve();
  await settle();
  const right = fake.last('edited');
  expect(right.args.study).toBe(2);
  state.addEdit(add(2, 2, 2));
  await settle();
  expect(right.run.signal?.aborted).toBe(true);
  expect(fake.last('edited').args.study).toBe(1);
  fake.held.clear();
  fake.last('edited').resolve();
  await settle();
  const {
    view,
    sides: {
      a: { edited },
      b: compare,
    },
  } = store.getState();
  expect(edited?.edits).toBe(view.edits);
  expect(compare?.edited?.edits).toBe(compare?.edits);
  expect(compare?.edits).toHaveLength(2);
});

test('while a slider is dragged the sides take turns, so that both follow the hand', async () => {
  const { fake, state } = await compared();
  fake.held.add('edited');
  const studies: number[] = [];
  for (let step = 1; step <= 5; step++) {
    state.addEdit(add(1, 1, step), 'drag');
    await settle();
    studies.push(fake.last('edited').args.study);
    fake.last('edited').resolve();
    await settle();
  }
  expect(studies).toEqual([1, 2, 1, 2, 1]);
});

test('the edits are carried in sigma, or as the same numbers, and each choice is a new list', async () => {
  const { fake, state, store } = await compared();
  state.addEdit(add(3, 4, 2));
  await settle();
  const {
    view,
    sides: {
      a: { posterior },
      b: compare,
    },
  } = store.getState();
  const expected = translateEdits(
    view.edits,
    posteriorMean(posterior!),
    posteriorMean(compare!.posterior!),
    'sigma',
  );
  expect(compare?.edits).toEqual(expected.edits);
  expect(compare?.edits).not.toEqual(view.edits);
  expect(fake.last('control').args).toMatchObject({ study: 2, edits: expected.edits });
  const {
    sides: {
      a: { effect },
    },
  } = store.getState();
  const calls = fake.calls.length;
  state.setUnits('raw');
  expect(store.getState().view.units).toBe('raw');
  expect(store.getState().sides.b?.edits).toEqual(view.edits);
  // The left side has not changed, so it is not decoded again.
  await settle();
  expect(fake.calls.slice(calls).map(({ args }) => (args as { study: number }).study)).toEqual([2, 2]);
  expect(store.getState().sides.a.effect).toBe(effect);
  expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
  // The other way round a list of its own again.
  state.setUnits('sigma');
  expect(store.getState().sides.b?.edits).toEqual(expected.edits);
  expect(store.getState().sides.b?.edits).not.toBe(compare?.edits);
  state.setUnits('pints' as never);
  expect(store.getState().view.units).toBe('sigma');
});

test('a new list whenever the edits or the radius change; the same one after undo, with its results at once', async () => {
  const { fake, state, store } = await compared();
  state.addEdit(heal(3, 3));
  await settle();
  const first = store.getState().sides.b;
  state.addEdit(heal(4, 4));
  await settle();
  expect(store.getState().sides.b?.edits).not.toBe(first?.edits);
  const calls = fake.calls.length;
  state.undo();
  expect(store.getState().sides.b?.edits).toBe(first?.edits);
  expect(store.getState().sides.b?.effect?.value).toEqual(first?.effect?.value);
  await settle();
  expect(fake.calls).toHaveLength(calls);
  state.setRadius(2);
  expect(store.getState().sides.b?.edits).not.toBe(first?.edits);
  expect(store.getState().sides.b?.effect?.edits).not.toBe(store.getState().sides.b?.edits);
  await settle();
  expect(store.getState().sides.b?.effect?.value.radius).toBe(2);
});

test('edits and results never belong to different states of the view', async () => {
  const { state, store } = await compared();
  store.subscribe(({ view, sides: { b: compare } }) => {
    if (compare?.posterior) expect(compare.edits).toHaveLength(view.edits.length);
  });
  state.addEdit(heal(3, 3));
  state.addEdit(heal(4, 4));
  state.undo();
  state.reset();
  await settle();
});

test('on another grid the edits and the cell go to the same places in the picture', async () => {
  const all = bench();
  all.fake.factors['mini-clean'] = 16;
  await all.state.start();
  await all.state.setCompare('mini-clean');
  all.state.addEdit(heal(10, 21));
  all.state.select({ row: 10, col: 21 });
  await settle();
  const {
    sides: { b: compare },
  } = all.store.getState();
  expect(compare?.posterior?.rows).toBe(16);
  expect(compare?.edits).toEqual([heal(5, 10)]);
  expect(compare?.cell).toEqual({ row: 5, col: 10 });
  expect(compare?.base?.width).toBe(256);
});

test('edits that another number of channels cannot take are left out and said', async () => {
  const { state, store, fake } = await compared('wide');
  state.addEdit(heal(4, 4));
  state.addEdit(add(5, 5, 2));
  await settle();
  const {
    view,
    sides: {
      a: { effect },
      b: compare,
    },
  } = store.getState();
  expect(view.edits).toHaveLength(2);
  expect(compare?.edits).toEqual([heal(4, 4)]);
  expect(compare?.leftOut).toBe(
    'One edit could not be carried to Model wide: 4 numbers do not fit 16 channels.',
  );
  expect(fake.all('edited').at(-1)?.args.edits).toEqual([heal(4, 4)]);
  expect(effect?.edits).toBe(view.edits);
  state.removeEdit(1);
  expect(store.getState().sides.b?.leftOut).toBeNull();
});

test('where both have one encoder, the picture is encoded once', async () => {
  const { fake, state, store } = await started({ ...WITH_HUB });
  await state.setModel('sd1');
  await state.setCompare('sd1-mse');
  expect(fake.all('open')).toHaveLength(2); // mini-spot and sd1
  expect(fake.last('share').args).toEqual({ study: 2, model: 'sd1-mse' });
  // Its own encoder is not needed.
  expect(fake.last('loadModel').args.parts).toEqual(['decoder']);
  const {
    sides: {
      a: { posterior },
      b: compare,
    },
  } = store.getState();
  expect(compare?.shared).toBe(true);
  expect(compare?.posterior).toBe(posterior);
  state.addEdit(add(1, 1, 0.1));
  await settle();
  expect(store.getState().sides.b?.edits).toEqual([add(1, 1, 0.1)]);
  // Another encoder has its own latent.
  await state.setCompare('sdxl');
  expect(fake.all('open')).toHaveLength(3);
  expect(fake.last('loadModel').args.parts).toBeUndefined();
  expect(store.getState().sides.b?.shared).toBe(false);
});

test('another picture and another size are followed, after the left side', async () => {
  for (const change of ['picture', 'size'] as const) {
    const { fake, state, store } = await compared();
    state.addEdit(heal(3, 3));
    await settle();
    const before = fake.calls.length;
    fake.held.add('open');
    const changing = change === 'picture' ? state.setPicture('harbour') : state.setSize(384);
    await settle();
    fake.last('open').resolve();
    await settle();
    // Nothing of the old picture is on the right while the new one is on the left.
    expect(store.getState().sides.b).toMatchObject({
      posterior: null,
      base: null,
      edited: null,
      effect: null,
    });
    fake.held.clear();
    fake.last('open').resolve();
    await changing;
    await settle();
    const calls = fake.calls.slice(before) as { name: string; args: { study: number } }[];
    // The left edited picture is asked for before anything of the right side.
    expect(calls.map(({ name }) => name).slice(0, 4)).toEqual(['open', 'base', 'edited', 'open']);
    expect(calls[2].args.study).toBe(3);
    const {
      picture,
      sides: { b: compare },
    } = store.getState();
    expect(compare?.base?.width).toBe(picture?.pixels.width);
    expect(compare?.effect?.edits).toBe(compare?.edits);
    expect(fake.closed.sort()).toEqual([1, 2]);
    expect(fake.unloaded).toEqual([]);
  }
});

test('another model on the left leaves the right one as it is, with edits carried anew', async () => {
  const { fake, state, store } = await compared('wide');
  state.addEdit(heal(3, 3));
  await settle();
  const {
    sides: { b: compare },
  } = store.getState();
  await state.setModel('mini-clean');
  await settle();
  const now = store.getState();
  expect(now.sides.b?.posterior).toBe(compare?.posterior);
  expect(now.sides.b?.base).toBe(compare?.base);
  expect(now.sides.b?.edits).not.toBe(compare?.edits);
  expect(now.sides.b?.effect?.edits).toBe(now.sides.b?.edits);
  expect(fake.all('open')).toHaveLength(3);
  expect(fake.closed).toEqual([1]);
  expect(fake.unloaded).toEqual(['mini-spot']);
});

test('a shared latent follows the left one, and is encoded where that has another encoder', async () => {
  const { fake, state, store } = await started({ ...WITH_HUB });
  await state.setModel('sd1');
  await state.setCompare('sd1-mse');
  await state.setModel('sd1-ema');
  await settle();
  expect(fake.last('share').args).toEqual({ study: 4, model: 'sd1-mse' });
  expect(store.getState().sides.b?.posterior).toBe(store.getState().sides.a.posterior);
  await state.setModel('mini-spot');
  await settle();
  expect(fake.last('open').args.model).toBe('sd1-mse');
  expect(store.getState().sides.b).toMatchObject({ shared: false, model: { status: 'ready' } });
});

test('a second model that fails says so with a retry, and the first one stays usable', async () => {
  for (const call of ['loadModel', 'open', 'base'] as const) {
    const { fake, state, store } = await started();
    fake.failures.set(call, [broke()]);
    await expect(state.setCompare('mini-clean')).rejects.toThrow('It broke.');
    const now = store.getState();
    expect(now.failure).toMatchObject({ code: 'internal', message: 'It broke.' });
    expect(now.sides.b).toMatchObject({
      id: 'mini-clean',
      model: { status: 'failed' },
      posterior: null,
      base: null,
    });
    expect(now.sides.a.model.status).toBe('ready');
    expect(now.sides.a.base).not.toBeNull();
    state.addEdit(heal(1, 1));
    await settle();
    expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
    now.failure?.retry?.();
    await settle();
    expect(store.getState()).toMatchObject({ failure: null, sides: { b: { model: { status: 'ready' } } } });
    expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
    expect(fake.closed).toEqual(call === 'base' ? [2] : []);
  }
});

test('what failed on the right is tried again with the next picture, and by taking up again', async () => {
  const { fake, state, store } = await started();
  fake.failures.set('open', [broke()]);
  await expect(state.setCompare('mini-clean')).rejects.toThrow();
  state.resume();
  await settle();
  expect(store.getState().sides.b?.model.status).toBe('ready');
  fake.failures.set('base', [undefined, broke()]);
  await state.setPicture('harbour');
  await settle();
  expect(store.getState()).toMatchObject({
    failure: { code: 'internal' },
    sides: { b: { model: { status: 'failed' } } },
  });
  await state.setPicture('chart');
  await settle();
  expect(store.getState().sides.b).toMatchObject({ model: { status: 'ready' } });
  expect(store.getState().sides.b?.base).not.toBeNull();
});

test('an unknown second model is refused; the one before stays', async () => {
  const { state, store } = await compared();
  const {
    sides: { b: compare },
  } = store.getState();
  await expect(state.setCompare('none')).rejects.toThrow('There is no model "none".');
  expect(store.getState().sides.b).toEqual(compare);
  expect(store.getState().view.compare).toBe('mini-clean');
});

test('a third model takes the place of the second when its latent is there, and not before', async () => {
  const { fake, state, store } = await compared();
  const before = store.getState().sides.b;
  fake.held.add('open');
  const comparing = state.setCompare('wide');
  await settle();
  expect(store.getState().sides.b).toMatchObject({ id: 'wide', model: { status: 'ready' } });
  expect(store.getState().sides.b?.posterior).toBe(before?.posterior);
  // And the second one can be worked on until then.
  state.addEdit(heal(3, 3));
  await settle();
  expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
  fake.last('open').resolve();
  await comparing;
  await settle();
  expect(store.getState().sides.b?.posterior?.channels).toBe(16);
  expect(fake.closed).toEqual([2]);
  expect(fake.unloaded).toEqual(['mini-clean']);
  expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
});

test('cancelling takes a second model away, or back to the one before; the first one is not touched', async () => {
  for (const call of ['loadModel', 'open', 'base'] as const) {
    const { fake, state, store } = await started();
    state.addEdit(heal(1, 1));
    await settle();
    const {
      sides: {
        a: { base, effect },
      },
    } = store.getState();
    fake.held.add(call);
    const comparing = state.setCompare('mini-clean');
    await settle();
    state.cancel();
    await expect(comparing).rejects.toMatchObject({ code: 'aborted' });
    expect(store.getState()).toMatchObject({
      view: { compare: null },
      failure: null,
      activity: null,
      sides: { b: null },
    });
    expect(store.getState().sides.a.base).toBe(base);
    expect(store.getState().sides.a.effect).toBe(effect);

    fake.held.clear();
    await state.setCompare('mini-clean');
    await settle();
    const before = store.getState().sides.b;
    fake.held.add(call);
    const another = state.setCompare('wide');
    await settle();
    state.cancel();
    await expect(another).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    const {
      view,
      sides: { b: compare },
    } = store.getState();
    expect(view.compare).toBe('mini-clean');
    expect(compare?.id).toBe('mini-clean');
    expect(compare?.model).toMatchObject({ status: 'ready', info: { id: 'mini-clean' } });
    expect(compare?.posterior).toBe(before?.posterior);
    expect(compare?.base).toBe(before?.base);
    expect(compare?.effect?.edits).toBe(compare?.edits);
    fake.held.clear();
    state.addEdit(heal(2, 2));
    await settle();
    expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
  }
});

test('a decode on the left goes on while the opening on the right is cancelled', async () => {
  const { fake, state, store } = await started();
  fake.held.add('edited').add('loadModel');
  state.addEdit(heal(1, 1));
  void state.setCompare('mini-clean');
  await settle();
  state.cancel();
  await settle();
  expect(fake.last('edited').run.signal?.aborted).toBe(false);
  fake.last('edited').resolve();
  await settle();
  expect(store.getState().sides.a.effect).not.toBeNull();
});

test('taking the second model away closes and unloads it', async () => {
  const { fake, state, store } = await compared();
  await state.setCompare(null);
  expect(store.getState()).toMatchObject({ view: { compare: null }, sides: { b: null } });
  expect(fake.closed).toEqual([2]);
  expect(fake.unloaded).toEqual(['mini-clean']);
  const calls = fake.calls.length;
  state.addEdit(heal(1, 1));
  await settle();
  expect(fake.calls.slice(calls).map(({ name }) => name)).toEqual(['edited', 'control']);
});

test('a newer wish while a second model is loaded wins, and earlier callers hear how that ended', async () => {
  const { fake, state, store } = await started();
  fake.held.add('loadModel');
  const first = state.setCompare('mini-clean');
  await settle();
  const load = fake.last('loadModel');
  const second = state.setCompare('wide');
  await settle();
  expect(load.run.signal?.aborted).toBe(true);
  fake.last('loadModel').resolve();
  await Promise.all([first, second]);
  expect(store.getState().sides.b).toMatchObject({ id: 'wide', model: { status: 'ready' } });
  expect(fake.all('open').map(({ args }) => args.model)).toEqual(['mini-spot', 'wide']);
  expect(store.getState().failure).toBeNull();
  // And away again while loading.
  const third = state.setCompare('mini-clean');
  await settle();
  await state.setCompare(null);
  await third;
  expect(store.getState().sides.b).toBeNull();
  await settle();
  expect(store.getState().sides.b).toBeNull();
});

test('back to the second model while a third one is opened costs nothing', async () => {
  const { fake, state, store } = await compared();
  const before = store.getState().sides.b;
  fake.held.add('base');
  const third = state.setCompare('wide');
  await settle();
  expect(store.getState().sides.b?.posterior?.channels).toBe(16);
  const calls = fake.calls.length;
  await state.setCompare('mini-clean');
  await third;
  await settle();
  expect(store.getState().sides.b?.posterior).toBe(before?.posterior);
  expect(store.getState().sides.b?.base).toBe(before?.base);
  expect(store.getState().sides.b?.model).toMatchObject({ status: 'ready', info: { id: 'mini-clean' } });
  expect(fake.calls).toHaveLength(calls);
});

test('the picture on the left changes while the second model encodes: it encodes the new one', async () => {
  const { fake, state, store } = await started();
  fake.held.add('open');
  const comparing = state.setCompare('mini-clean');
  await settle();
  const old = fake.last('open');
  expect(old.args.model).toBe('mini-clean');
  const opening = state.setPicture('harbour');
  await settle();
  expect(old.run.signal?.aborted).toBe(true);
  expect(fake.last('open').args.model).toBe('mini-spot');
  fake.held.clear();
  fake.last('open').resolve();
  await Promise.all([opening, comparing]);
  await settle();
  expect(fake.last('open').args.model).toBe('mini-clean');
  expect(fake.last('open').args.picture).toBe(store.getState().picture?.pixels);
  expect(store.getState().sides.b?.base).not.toBeNull();
  expect(fake.all('loadModel')).toHaveLength(2);
});

test('a second model that is being downloaded goes on while the picture on the left changes', async () => {
  const { fake, state, store } = await started();
  fake.held.add('loadModel');
  const comparing = state.setCompare('mini-clean');
  await settle();
  await state.setPicture('harbour');
  const load = fake.last('loadModel');
  expect(load.run.signal?.aborted).toBe(false);
  load.resolve();
  await comparing;
  expect(fake.all('loadModel')).toHaveLength(2);
  expect(fake.unloaded).toEqual([]);
  expect(store.getState().sides.b?.base).not.toBeNull();
});

test('when the left side fails on a new picture, both come back', async () => {
  const { fake, state, store } = await compared();
  state.addEdit(heal(5, 6));
  await settle();
  const before = store.getState();
  fake.held.add('open');
  const opening = state.setPicture('harbour');
  await settle();
  expect(store.getState().sides.b?.posterior).toBeNull();
  fake.last('open').reject(broke());
  await expect(opening).rejects.toThrow('It broke.');
  await settle();
  const now = store.getState();
  expect(now.sides.a.posterior).toBe(before.sides.a.posterior);
  expect(now.sides.b?.posterior).toBe(before.sides.b?.posterior);
  expect(now.sides.b?.base).toBe(before.sides.b?.base);
  expect(now.sides.b?.effect?.edits).toBe(now.sides.b?.edits);
  expect(fake.closed).toEqual([]);
  // It has not been opened anew.
  expect(fake.all('open')).toHaveLength(3);
});

test('a second model wished for before the first is open follows it', async () => {
  const { fake, state, store } = bench();
  const comparing = state.setCompare('mini-clean');
  expect(store.getState()).toMatchObject({
    view: { compare: 'mini-clean' },
    sides: { b: { model: { status: 'idle' } } },
  });
  await settle();
  expect(fake.calls).toEqual([]);
  await state.start();
  await comparing;
  expect(fake.all('open').map(({ args }) => args.model)).toEqual(['mini-spot', 'mini-clean']);
  expect(store.getState().sides.b?.base).not.toBeNull();
});

test('where the first cannot be opened, whoever waits for the second hears that, and it follows later', async () => {
  const { fake, state, store } = bench();
  fake.failures.set('loadModel', [new InspectorError('network', 'The download failed.')]);
  const comparing = state.setCompare('mini-clean');
  await expect(state.start()).rejects.toMatchObject({ code: 'network' });
  await expect(comparing).rejects.toMatchObject({ code: 'network' });
  expect(store.getState().sides.b).toMatchObject({ id: 'mini-clean', model: { status: 'idle' } });
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState().sides.b).toMatchObject({ model: { status: 'ready' } });
  expect(store.getState().sides.b?.base).not.toBeNull();
});

test('out of memory on the right makes the picture smaller on both sides', async () => {
  const { fake, state, store } = await started({ view: { size: 384 } });
  fake.failures.set('base', [full()]);
  const comparing = state.setCompare('mini-clean');
  await comparing;
  await settle();
  const now = store.getState();
  expect(now.view.size).toBe(256);
  expect(now.notice).toContain('384 x 384 pixels, so the picture is now 256 x 256');
  expect(now.sides.b?.base?.width).toBe(256);
  expect(now.sides.a.base?.width).toBe(256);
  expect(now.failure).toBeNull();
});

test('out of memory at the smallest size takes the second model away, and says so', async () => {
  const notice =
    'The memory did not suffice for two models, so Model mini-clean was taken away. Your edits are kept.';
  const opening = await started();
  opening.fake.failures.set('open', [full()]);
  await expect(opening.state.setCompare('mini-clean')).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(opening.store.getState()).toMatchObject({
    view: { compare: null },
    notice,
    failure: null,
    sides: { b: null },
  });
  expect(opening.fake.unloaded).toEqual(['mini-clean']);

  // A decode, on either side.
  for (const failures of [[full()], [undefined, full()]]) {
    const { fake, state, store } = await compared();
    fake.failures.set('edited', failures);
    state.addEdit(heal(3, 3));
    await settle();
    expect(store.getState()).toMatchObject({ notice, failure: null, sides: { b: null } });
    expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
  }

  // The left side, when it is opened anew.
  const left = await compared();
  left.fake.failures.set('open', [full()]);
  await left.state.setPicture('harbour');
  expect(left.store.getState()).toMatchObject({ notice, picture: { id: 'harbour' }, sides: { b: null } });
});

test('without a device for the left side to shrink on, running out of memory does not go on for ever', async () => {
  const { fake, state, store } = await started({ view: { size: 768 } });
  const calls = fake.calls.length;
  fake.failures.set('share', []);
  fake.failures.set('loadModel', Array.from({ length: 50 }, full));
  // Each time the left side is to shrink, that fails, too.
  fake.failures.set('open', Array.from({ length: 50 }, broke));
  await expect(state.setCompare('mini-clean')).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(store.getState().sides.b).toBeNull();
  expect(store.getState().sides.a.base).not.toBeNull();
  expect(fake.calls.length - calls).toBeLessThan(20);
});

test('dispose closes both sides, and nothing begins anew', async () => {
  const { fake, state } = await compared();
  state.addEdit(heal(3, 3));
  fake.held.add('open');
  const comparing = state.setCompare('wide');
  await settle();
  const calls = fake.calls.length;
  state.dispose();
  await expect(comparing).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  expect(fake.calls).toHaveLength(calls);
  expect(fake.closed.sort()).toEqual([1, 2]);
  expect(fake.listening).toBe(0);
  await expect(state.setCompare('mini-clean')).rejects.toMatchObject({ code: 'aborted' });
});

test('an engine that gives up by itself is not asked for ever', async () => {
  const { fake, state, store } = await started();
  fake.failures.set('open', [new InspectorError('aborted', 'The engine was closed.')]);
  await expect(state.setCompare('mini-clean')).rejects.toMatchObject({ code: 'aborted' });
  expect(fake.all('open')).toHaveLength(2);
  expect(store.getState()).toMatchObject({ failure: null, sides: { b: { model: { status: 'failed' } } } });
});

test('after a drag the left one is first again', async () => {
  const { fake, state } = await compared();
  fake.held.add('edited');
  state.addEdit(add(1, 1, 1), 'drag');
  state.addEdit(add(1, 1, 2), 'drag');
  await settle();
  fake.last('edited').resolve();
  await settle();
  state.addEdit(heal(5, 5));
  await settle();
  expect(fake.last('edited').args.study).toBe(1);
});
