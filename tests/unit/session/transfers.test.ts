import { expect, test } from 'vitest';
import { InspectorError, toPlain } from '@/common/errors';
import type { Transfer } from '@/models/transfer';
import { add, bench, HUB_MODELS, heal, MODELS, settle, storedFile } from './fakes';

const ALL = { models: [...MODELS, ...HUB_MODELS] };
const downloading = (received: number): Transfer => ({
  state: 'downloading',
  received,
  total: 100,
  bytesPerSecond: null,
  secondsLeft: null,
});
const wrong = () =>
  new InspectorError('bad-file', 'The SHA-256 is not the one that was promised.', 'Try again.');

async function opened(left: string, right?: string) {
  const all = bench(ALL);
  await all.state.start();
  await all.state.setModel(left);
  if (right) await all.state.setCompare(right);
  await settle();
  return all;
}

test('downloads are kept by model, and what is stored is asked for when one ends', async () => {
  const { fake, store } = await opened('mini-spot');
  fake.transfer({ model: 'sd1', transfer: downloading(10) });
  fake.transfer({ model: 'sdxl', transfer: downloading(5) });
  fake.transfer({ model: 'sd1', transfer: downloading(20) });
  expect(store.getState().transfers).toEqual({ sd1: downloading(20), sdxl: downloading(5) });
  expect(fake.all('stored')).toHaveLength(0);
  fake.storedFiles = { ...fake.storedFiles, files: [storedFile('sd1')] };
  fake.transfer({ model: 'sd1', transfer: null });
  await settle();
  expect(store.getState().transfers).toEqual({ sdxl: downloading(5) });
  expect(store.getState().stored?.files.map(({ repository }) => repository)).toEqual(['owner/sd1']);
});

test('what all bytes turned out to be is told of the model on either side, and remembered', async () => {
  const { fake, state, store } = await opened('sd1', 'sdxl');
  for (const model of ['sd1', 'sdxl']) {
    const { info } = model === 'sd1' ? store.getState().sides.a.model : store.getState().sides.b!.model;
    const provenance = { ...info!.provenance, sha256: `of ${model}` };
    fake.transfer({ model, transfer: null, provenance });
  }
  expect(store.getState().sides.a.model.info?.provenance.sha256).toBe('of sd1');
  expect(store.getState().sides.b?.model.info?.provenance.sha256).toBe('of sdxl');
  await state.setModel('sdxl');
  await settle();
  expect(store.getState().sides.a.model.info?.provenance.sha256).toBe('of sdxl');
});

test('what is worth saying about a file is said once, with the model it is of', async () => {
  const { fake, store } = await opened('mini-spot');
  fake.notice({ model: 'sd1', notice: 'There is no more room.' });
  await settle();
  expect(store.getState().notice).toMatch(/^.+: There is no more room\.$/);
});

test('a download is paused and goes on', async () => {
  const { fake, state } = await opened('mini-spot');
  state.pauseTransfer('sd1', true);
  state.pauseTransfer('sd1', false);
  expect(fake.all('steerTransfer').map(({ args }) => args)).toEqual([
    { model: 'sd1', paused: true },
    { model: 'sd1', paused: false },
  ]);
});

test('what is stored can be asked for and removed; a failure is shown and told', async () => {
  const { fake, state, store } = await opened('mini-spot');
  expect(store.getState().stored).toBeNull();
  fake.storedFiles = { ...fake.storedFiles, files: [storedFile('sd1'), storedFile('sdxl')] };
  await state.refreshStored();
  expect(store.getState().stored?.files).toHaveLength(2);
  await state.removeStored(storedFile('sd1').key);
  expect(store.getState().stored?.files.map(({ repository }) => repository)).toEqual(['owner/sdxl']);
  fake.failures.set('removeStored', [new InspectorError('internal', 'It is in use.')]);
  await expect(state.removeStored(storedFile('sdxl').key)).rejects.toThrow('It is in use.');
  expect(store.getState().failure?.message).toBe('It is in use.');
  void state.removeStored('unknown'); // need not be waited for
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState()).toMatchObject({ failure: null, stored: { files: [] } });
});

test('an old answer about what is stored does not replace a newer one', async () => {
  const { fake, state, store } = await opened('mini-spot');
  fake.held.add('stored');
  void state.refreshStored();
  const old = fake.last('stored');
  void state.refreshStored();
  fake.storedFiles = { ...fake.storedFiles, files: [storedFile('sd1')] };
  fake.last('stored').resolve();
  await settle();
  fake.storedFiles = { ...fake.storedFiles, files: [] };
  old.resolve();
  await settle();
  expect(store.getState().stored?.files).toHaveLength(1);
});

test('a download that fails while the model is loaded is told once, by the load, and what was open comes back', async () => {
  const { fake, state, store } = await opened('mini-spot');
  const {
    sides: {
      a: { base },
    },
  } = store.getState();
  fake.held.add('loadModel');
  const opening = state.setModel('sd1');
  await settle();
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  expect(store.getState().failure).toBeNull();
  fake.last('loadModel').reject(wrong());
  await expect(opening).rejects.toMatchObject({ code: 'bad-file' });
  expect(store.getState()).toMatchObject({ failure: { code: 'bad-file' }, view: { model: 'mini-spot' } });
  expect(store.getState().sides.a.base).toBe(base);
  expect(store.getState().notice).toBeNull();
});

test('a download that fails while its decoder is waited for is told by the decode, and loaded again when tried again', async () => {
  const { fake, state, store } = await opened('mini-spot');
  const {
    sides: {
      a: { base },
    },
  } = store.getState();
  fake.held.add('base');
  const opening = state.setModel('sd1');
  await settle();
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  fake.last('base').reject(wrong());
  await expect(opening).rejects.toMatchObject({ code: 'bad-file' });
  expect(store.getState().sides.a.base).toBe(base);
  expect(store.getState().notice).toBeNull();
  fake.held.clear();
  store.getState().failure?.retry?.();
  await settle();
  expect(fake.all('loadModel').filter(({ args }) => args.manifest.id === 'sd1')).toHaveLength(2);
  expect(store.getState()).toMatchObject({
    failure: null,
    view: { model: 'sd1' },
    sides: { a: { model: { status: 'ready' } } },
  });
});

test('wrong bytes of what is on screen: it is taken away with a notice, the edits stay, and it can be opened again', async () => {
  const { fake, state, store, pictures } = await opened('sd1', 'mini-clean');
  state.addEdit(heal(3, 3));
  await settle();
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  await settle();
  const now = store.getState();
  expect(now).toMatchObject({
    sides: { a: { posterior: null, base: null, effect: null, model: { status: 'failed' } } },
  });
  expect(now.failure).toMatchObject({ code: 'bad-file' });
  expect(now.notice).toBe('What SD1 showed was taken away, as its file was not right. Your edits are kept.');
  expect(now.view.edits).toEqual([heal(3, 3)]);
  expect(now.picture).not.toBeNull();
  now.failure?.retry?.();
  await settle();
  const then = store.getState();
  expect(then).toMatchObject({
    failure: null,
    sides: { a: { model: { status: 'ready', info: { id: 'sd1' } } } },
  });
  expect(then.sides.a.effect?.edits).toBe(then.view.edits);
  expect(fake.all('loadModel').map(({ args }) => args.manifest.id)).toEqual([
    'mini-spot',
    'sd1',
    'mini-clean',
    'sd1',
  ]);
  // The right side was of the same picture and did not have to be encoded again.
  expect(then.sides.b?.effect?.edits).toBe(then.sides.b?.edits);
  expect(fake.all('open').map(({ args }) => args.model)).toEqual(['mini-spot', 'sd1', 'mini-clean', 'sd1']);
  expect(pictures.open).toBe(1);
});

test('a latent that was shared with wrong bytes goes with them', async () => {
  const { fake, store } = await opened('sd1', 'sd1-mse');
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  expect(store.getState().sides.b).toMatchObject({ posterior: null, base: null });
  store.getState().failure?.retry?.();
  await settle();
  expect(fake.all('share')).toHaveLength(2);
  expect(store.getState().sides.b?.posterior).toBe(store.getState().sides.a.posterior);
});

test('wrong bytes on the right take the right side away, and leave the left one', async () => {
  const { fake, state, store } = await opened('mini-spot', 'sd1');
  state.addEdit(add(1, 1, 1));
  await settle();
  const {
    sides: {
      a: { effect },
    },
  } = store.getState();
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  await settle();
  expect(store.getState().sides.b).toMatchObject({
    id: 'sd1',
    model: { status: 'failed' },
    posterior: null,
    base: null,
  });
  expect(store.getState().sides.a.effect).toBe(effect);
  expect(store.getState().notice).toContain('What SD1 showed was taken away');
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState()).toMatchObject({ failure: null, sides: { b: { model: { status: 'ready' } } } });
  expect(store.getState().sides.b?.effect?.edits).toBe(store.getState().sides.b?.edits);
});

test('wrong bytes of what is open while another picture is being opened in it: nothing of it comes back', async () => {
  const { fake, state, store } = await opened('sd1');
  fake.held.add('base');
  const opening = state.setPicture('harbour');
  await settle();
  fake.transfer({ model: 'sd1', transfer: null, error: toPlain(wrong()) });
  fake.last('base').reject(wrong());
  await expect(opening).rejects.toMatchObject({ code: 'bad-file' });
  await settle();
  expect(store.getState()).toMatchObject({
    sides: { a: { base: null, effect: null, model: { status: 'failed' } } },
  });
  fake.held.clear();
  store.getState().failure?.retry?.();
  await settle();
  expect(store.getState()).toMatchObject({
    failure: null,
    picture: { id: 'harbour' },
    sides: { a: { model: { status: 'ready' } } },
  });
  expect(store.getState().sides.a.base).not.toBeNull();
});

test('after dispose nothing is listened to', async () => {
  const { fake, state, store } = await opened('mini-spot');
  state.dispose();
  fake.transfer({ model: 'sd1', transfer: downloading(10) });
  expect(store.getState().transfers).toEqual({});
});
