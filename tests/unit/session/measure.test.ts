import { describe, expect, it } from 'vitest';
import { InspectorError } from '@/common/errors';
import { bench, HUB_MODELS, heal, MODELS, settle } from './fakes';

const REQUEST = { model: 'mini-clean', sizes: [256], runs: 3 };

async function started() {
  const all = bench({ models: [...MODELS, ...HUB_MODELS] });
  await all.state.start();
  return all;
}

describe('measuring the device', () => {
  it('tells how far it is, keeps the result, and leaves the view, the edits and the open model alone', async () => {
    const { fake, store } = await started();
    const { state } = { state: store.getState() };
    state.setEdits([heal(1, 1)]);
    await settle();
    const {
      view,
      sides: {
        a: { base },
      },
    } = store.getState();
    fake.held.add('measureDevice');
    const measuring = store.getState().measureDevice(REQUEST);
    await settle();
    fake.last('measureDevice').run.onProgress?.(0.5, 'decoding at 256 px');
    expect(store.getState().measure.running).toMatchObject({ fraction: 0.5, doing: 'decoding at 256 px' });
    fake.last('measureDevice').resolve();
    const measured = await measuring;
    expect(store.getState().measure).toEqual({ running: null, last: measured, error: null });
    expect(store.getState().view).toBe(view);
    expect(store.getState().sides.a.base).toBe(base);
    expect(fake.unloaded).toEqual(['mini-clean']);
  });

  it('keeps the model that is open', async () => {
    const { fake, store } = await started();
    await store.getState().measureDevice({ ...REQUEST, model: 'mini-spot' });
    expect(fake.unloaded).toEqual([]);
  });

  it('stops without an error, and keeps the result before', async () => {
    const { fake, store } = await started();
    const first = await store.getState().measureDevice(REQUEST);
    fake.held.add('measureDevice');
    const measuring = store.getState().measureDevice(REQUEST);
    await settle();
    store.getState().stopMeasuring();
    await expect(measuring).rejects.toMatchObject({ code: 'aborted' });
    expect(store.getState().measure).toEqual({ running: null, last: first, error: null });
  });

  it('says why it failed', async () => {
    const { fake, store } = await started();
    fake.failures.set('measureDevice', [
      new InspectorError('out-of-memory', 'Full.', 'Choose a smaller size.'),
    ]);
    await expect(store.getState().measureDevice(REQUEST)).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(store.getState().measure.error).toMatchObject({ message: 'Full.' });
    expect(store.getState().failure).toBeNull();
  });

  it('downloads nothing', async () => {
    const { fake, store } = await started();
    await expect(store.getState().measureDevice({ ...REQUEST, model: 'sd1' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(fake.all('loadModel').map(({ args }) => args.manifest.id)).not.toContain('sd1');
  });
});
