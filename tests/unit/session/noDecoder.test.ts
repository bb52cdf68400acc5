/** A model whose decoder gives nothing: its latent is open, nothing is decoded, and the page does not offer to. */
import { expect, test } from 'vitest';
import { hint, stalled } from '@/app/StatusLine';
import { InspectorError } from '@/common/errors';
import { bench, heal, settle } from './fakes';

const broken = () =>
  new InspectorError('bad-model', 'The decoder of "a" holds weights that are not numbers.', 'Use another.');

test('on the left: the latent stays, edits are kept, and the next model is decoded again', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.failures.set('base', [broken()]);
  await state.setModel('mini-clean');
  const said = { code: 'bad-model', message: broken().message, advice: 'Use another.' };
  expect(store.getState()).toMatchObject({
    view: { model: 'mini-clean' },
    failure: { ...said, retry: null },
    sides: { a: { posterior: { rows: 32 }, base: null, edited: null, effect: null, noDecoder: said } },
  });
  const calls = fake.calls.length;
  store.getState().setEdits([heal(3, 4)]);
  await settle();
  expect(store.getState().view.edits).toHaveLength(1);
  expect(fake.calls.length, 'nothing is asked of the decoder').toBe(calls);
  expect(stalled(store.getState())).toBeNull();
  expect(hint(store.getState())).toContain('the decoder of this model gives no picture');

  await store.getState().setModel('mini-spot');
  await settle();
  expect(store.getState().sides.a.noDecoder).toBeNull();
  expect(store.getState().sides.a.effect?.edits).toBe(store.getState().view.edits);
});

test('on the right: its latent stands beside, and the left side is as before', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.failures.set('base', [broken()]);
  await state.setCompare('mini-clean');
  await settle();
  const {
    sides: {
      a: { base, noDecoder },
      b: compare,
    },
  } = store.getState();
  expect(compare).toMatchObject({ posterior: { rows: 32 }, base: null, noDecoder: { code: 'bad-model' } });
  expect([base?.data[0], noDecoder]).toEqual([100, null]);
  expect(stalled(store.getState())).toBeNull();
});

test('of another reason the model before comes back', async () => {
  const { fake, state, store } = bench();
  await state.start();
  fake.failures.set('base', [new InspectorError('internal', 'No.', '')]);
  await expect(state.setModel('mini-clean')).rejects.toThrow('No.');
  expect(store.getState()).toMatchObject({ view: { model: 'mini-spot' }, sides: { a: { noDecoder: null } } });
  expect(store.getState().sides.a.base?.data[0]).toBe(100);
});
