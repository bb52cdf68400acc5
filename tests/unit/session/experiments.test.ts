import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import { isCurrent } from '@/session/experiments';
import { type Bench, bench, settle } from './fakes';

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
    expect(args.posterior).toBe(state().sides.a.posterior);
    expect(args.picture).toEqual(state().picture?.pixels);
    run.onProgress?.(0.5, 'rolled by 8 down');
    expect(state().experiments.a.roll?.running).toMatchObject({
      fraction: 0.5,
      doing: 'rolled by 8 down',
    });
    const result = { points: [] };
    resolve(result);
    await running;
    expect(state().experiments.a.roll).toMatchObject({ running: null, error: null, last: { result } });
    const { subject } = state().experiments.a.roll!.last!;
    expect(subject).toMatchObject({ size: state().view.size, radius: 4 });
    expect(state().experiments.a.roll!.last).toMatchObject({
      backend: state().device.report!.label,
      sha256: state().sides.a.model.info!.provenance.sha256,
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
    expect(state().experiments.a.influence).toMatchObject({ last: { result: 'first' }, running: {} });
    state().stopExperiment('influence');
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect(state().experiments.a.influence).toMatchObject({
      last: { result: 'first' },
      running: null,
      error: null,
    });
    const third = state().runExperiment('influence', {});
    fake.asked[2].reject(new InspectorError('out-of-memory', 'Too large.', 'Choose less.'));
    await expect(third).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(state().experiments.a.influence).toMatchObject({
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
    expect(state().experiments.a.noise?.running).toMatchObject({ fraction: 0 });
    fake.asked[2].resolve('newer');
    fake.asked[1].resolve('other');
    await Promise.all([newer, other]);
    expect(state().experiments.a).toMatchObject({
      noise: { last: { result: 'newer', options: { sigmas: [2] } }, running: null },
      influence: { last: { result: 'other' } },
    });
  });

  it('keeps what is measured so far, and shows it now and then while it runs', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const heard: unknown[] = [];
      const first = state().runExperiment('scan', {}, { onPartial: (scan) => heard.push(scan) });
      const tell = (measured: number) => fake.asked.at(-1)!.run.onPartial?.({ measured } as never);
      tell(1);
      // Too soon to be drawn, but kept: when it is stopped, it is there.
      expect(state().experiments.a.scan?.last).toBeNull();
      vi.advanceTimersByTime(1000);
      tell(2);
      expect(state().experiments.a.scan).toMatchObject({
        last: { result: { measured: 2 }, complete: false, milliseconds: 1000 },
        running: {},
      });
      tell(3);
      expect(heard).toEqual([{ measured: 1 }, { measured: 2 }, { measured: 3 }]);
      state().stopExperiment('scan');
      await expect(first).rejects.toMatchObject({ code: 'aborted' });
      expect(state().experiments.a.scan).toMatchObject({
        last: { result: { measured: 3 }, complete: false },
        running: null,
        error: null,
      });

      const previous = state().experiments.a.scan!.last!.result;
      const second = state().runExperiment('scan', { previous });
      vi.advanceTimersByTime(500);
      tell(4);
      fake.asked.at(-1)!.reject(new InspectorError('out-of-memory', 'Too large.'));
      await expect(second).rejects.toMatchObject({ code: 'out-of-memory' });
      // What went into the part that it went on from counts too.
      expect(state().experiments.a.scan).toMatchObject({
        last: { result: { measured: 4 }, complete: false, milliseconds: 1500 },
        error: { message: 'Too large.' },
      });
      const third = state().runExperiment('scan', {});
      fake.asked.at(-1)!.resolve({ measured: 9 });
      await third;
      expect(state().experiments.a.scan?.last).toMatchObject({ result: { measured: 9 }, complete: true });
    } finally {
      vi.useRealTimers();
    }
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

describe('an experiment beside', () => {
  const BESIDE = { side: 'b' } as const;

  beforeEach(async () => {
    await state().start();
    await state().setCompare('mini-clean');
    await settle();
  });

  it('is made on the right model\u2019s latent, with the edits that were carried there, and kept apart', async () => {
    state().addEdit({ kind: 'add', cell: { row: 1, col: 2 }, values: [9, 0, 0, 0] });
    const {
      view,
      sides: { b: compare },
    } = state();
    const right = state().runExperiment('influence', {}, BESIDE);
    const left = state().runExperiment('influence', {});
    expect(fake.asked.map(({ args }) => args.model)).toEqual(['mini-clean', 'mini-spot']);
    const { args } = fake.asked[0];
    expect(args.posterior).toBe(compare?.posterior);
    expect(args.edits).toBe(compare?.edits);
    expect(args.edits).not.toEqual(view.edits);
    fake.asked[0].resolve('right');
    fake.asked[1].resolve('left');
    await Promise.all([left, right]);
    expect(state().experiments).toMatchObject({
      a: { influence: { last: { result: 'left', subject: { model: 'mini-spot' } } } },
      b: { influence: { last: { result: 'right', subject: { model: 'mini-clean' } } } },
    });
    const { subject } = state().experiments.b.influence!.last!;
    expect(isCurrent(subject, state(), true, 'b')).toBe(true);
    expect(isCurrent(subject, state(), false)).toBe(false);
    state().undo();
    expect(isCurrent(subject, state(), true, 'b')).toBe(false);
    expect(isCurrent(subject, state(), false, 'b')).toBe(true);
    await state().setCompare(null);
    expect(isCurrent(subject, state(), false, 'b')).toBe(false);
  });

  it('goes along when the models change places, also while it runs', async () => {
    const found = state().runExperiment('channels', {}, BESIDE);
    fake.asked[0].resolve('found');
    await found;
    const running = state().runExperiment('influence', {}, BESIDE);
    await state().setModel('mini-clean');
    await settle();
    expect(state().view).toMatchObject({ model: 'mini-clean', compare: 'mini-spot' });
    expect(state().experiments).toMatchObject({
      a: { channels: { last: { result: 'found' } }, influence: { running: {} } },
      b: {},
    });
    expect(isCurrent(state().experiments.a.channels!.last!.subject, state(), true)).toBe(true);
    // The same experiment in the other model does not stop it.
    const other = state().runExperiment('influence', {}, BESIDE);
    fake.asked[1].resolve('clean');
    fake.asked[2].resolve('spot');
    await Promise.all([running, other]);
    expect(state().experiments).toMatchObject({
      a: { influence: { last: { result: 'clean' }, running: null } },
      b: { influence: { last: { result: 'spot' }, running: null } },
    });
  });

  it('is stopped by itself', async () => {
    const left = state().runExperiment('influence', {});
    const right = state().runExperiment('influence', {}, BESIDE);
    state().stopExperiment('influence', 'b');
    await expect(right).rejects.toMatchObject({ code: 'aborted' });
    fake.asked[0].resolve('left');
    expect(await left).toBe('left');
  });

  it('takes another picture\u2019s latent from its own encoder', async () => {
    await state().encodeOther('harbour', undefined, 'b');
    expect(fake.last('open').args.model).toBe('mini-clean');
  });

  it('of one of two models with the same latent does not speak of the other', async () => {
    const found = state().runExperiment('influence', {}, BESIDE);
    fake.asked[0].resolve('found');
    await found;
    const { subject } = state().experiments.b.influence!.last!;
    const { sides } = state();
    const b = sides.b!;
    const info = { ...b.model.info!, id: 'another decoder' };
    const replaced = { ...state(), sides: { ...sides, b: { ...b, model: { ...b.model, info } } } };
    expect(replaced.sides.b.posterior).toBe(subject.posterior);
    expect(isCurrent(subject, replaced, false, 'b')).toBe(false);
  });

  it('needs a second model', async () => {
    await state().setCompare(null);
    await expect(state().runExperiment('influence', {}, BESIDE)).rejects.toMatchObject({
      code: 'not-found',
      message: 'No second model is open.',
    });
  });
});

it('says that nothing is open yet', async () => {
  await expect(state().runExperiment('influence', {})).rejects.toMatchObject({ code: 'not-found' });
  expect(state().experiments.a.influence?.error?.message).toContain('No picture is open');
});

it('can look at the picture at another size, and at the latent of another picture', async () => {
  await state().start();
  expect((await state().fitPicture(256)).width).toBe(256);
  const other = await state().encodeOther('harbour');
  expect(other.latent.rows).toBe(state().sides.a.posterior?.rows);
  expect(fake.closed).toContain(2);
});
