import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InspectorError } from '../../../src/errors';
import { isCurrent } from '../../../src/state/experiments';
import { type Bench, bench } from './fakes';

let fake: Bench['fake'];
let store: Bench['store'];
const state = () => store.getState();

beforeEach(() => {
  ({ fake, store } = bench());
});

describe('an experiment', () => {
  beforeEach(() => state().start());

  it('is given the picture, its latent, the edits and the radius, and its result is kept with them', async () => {
    state().addEdit({ kind: 'zero', cell: { row: 1, col: 2 } });
    const running = state().runExperiment('roll', { shifts: [{ dy: 8, dx: 0 }] });
    const { args, run, resolve } = fake.asked[0];
    expect(args).toMatchObject({
      name: 'roll',
      options: { shifts: [{ dy: 8, dx: 0 }] },
      model: state().view.model,
      edits: [{ kind: 'zero', cell: { row: 1, col: 2 } }],
      radius: 4,
    });
    expect(args.posterior).toBe(state().posterior);
    expect(args.picture).toEqual(state().picture?.pixels);
    run.onProgress?.(0.5, 'rolled by 8 down');
    expect(state().experiments.roll?.running).toMatchObject({ fraction: 0.5, doing: 'rolled by 8 down' });
    const result = { points: [] };
    resolve(result);
    await running;
    expect(state().experiments.roll).toMatchObject({ running: null, error: null, last: { result } });
    const { subject } = state().experiments.roll!.last!;
    expect(subject).toMatchObject({ size: state().view.size, radius: 4 });
    expect(state().experiments.roll!.last).toMatchObject({
      backend: state().device.report!.label,
      sha256: state().model.info!.provenance.sha256,
    });
    expect(isCurrent(subject, state(), true)).toBe(true);
    state().undo();
    expect(isCurrent(subject, state(), true)).toBe(false);
    expect(isCurrent(subject, state(), false)).toBe(true);
    state().setRadius(3);
    expect(isCurrent(subject, state(), false)).toBe(false);
  });

  it('keeps its last result while it runs again, when it is stopped, and when it fails', async () => {
    const first = state().runExperiment('influence', {});
    fake.asked[0].resolve('first');
    await first;
    const second = state().runExperiment('influence', {});
    expect(state().experiments.influence).toMatchObject({ last: { result: 'first' }, running: {} });
    state().stopExperiment('influence');
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect(state().experiments.influence).toMatchObject({
      last: { result: 'first' },
      running: null,
      error: null,
    });
    const third = state().runExperiment('influence', {});
    fake.asked[2].reject(new InspectorError('out-of-memory', 'Too large.', 'Choose less.'));
    await expect(third).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(state().experiments.influence).toMatchObject({
      last: { result: 'first' },
      running: null,
      error: { message: 'Too large.', advice: 'Choose less.' },
    });
    expect(state().failure).toBeNull();
  });

  it('gives way to a newer one of its name, and not to others', async () => {
    const old = state().runExperiment('noise', { sigmas: [1] });
    const other = state().runExperiment('influence', {});
    const newer = state().runExperiment('noise', { sigmas: [2] });
    await expect(old).rejects.toMatchObject({ code: 'aborted' });
    fake.asked[0].run.onProgress?.(0.9, 'late');
    expect(state().experiments.noise?.running).toMatchObject({ fraction: 0 });
    fake.asked[2].resolve('newer');
    fake.asked[1].resolve('other');
    await Promise.all([newer, other]);
    expect(state().experiments).toMatchObject({
      noise: { last: { result: 'newer', options: { sigmas: [2] } }, running: null },
      influence: { last: { result: 'other' } },
    });
  });

  it("listens to its caller's signal, and tells its caller how far it is", async () => {
    const controller = new AbortController();
    const onProgress = vi.fn();
    const running = state().runExperiment('influence', {}, { signal: controller.signal, onProgress });
    fake.asked[0].run.onProgress?.(0.25, 'derivatives');
    expect(onProgress).toHaveBeenCalledWith(0.25, 1);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends with the inspector', async () => {
    const running = state().runExperiment('influence', {});
    state().dispose();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('says that nothing is open yet', async () => {
  await expect(state().runExperiment('influence', {})).rejects.toMatchObject({ code: 'not-found' });
  expect(state().experiments.influence?.error?.message).toContain('No picture is open');
});

it('can look at the picture at another size, and at the latent of another picture', async () => {
  await state().start();
  expect((await state().fitPicture(256)).width).toBe(256);
  const other = await state().encodeOther('harbour');
  expect(other.latent.rows).toBe(state().posterior?.rows);
  expect(fake.closed).toContain(2);
});
