import { describe, expect, it } from 'vitest';
import { editedLatent } from '@/app/cell/analysis';
import { sideStamp } from '@/app/drawing/sideStamp';
import { latentMap } from '@/app/drawing/useLatentMap';
import { curvesOf } from '@/app/effect/curves';
import { figuresOf, MEASURES } from '@/app/effect/measures';
import { curveWords } from '@/app/effect/RingProfile';
import type { EffectView } from '@/app/effect/useEffectView';
import { createHover } from '@/app/hover';
import { modelName, shortName, shortNames, sideOf } from '@/app/sides/side';
import type { Edit } from '@/edits';
import type { PosteriorData } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import type { InspectorState } from '@/session/types';

function posterior(rows: number, channels: number, factor = 1): PosteriorData {
  const length = rows * rows * channels;
  const mean = Float32Array.from({ length }, (_, index) => (((index * 7) % 11) - 5) * factor);
  const logvar = new Float32Array(length).fill(-20);
  return { rows, cols: rows, channels, mean, logvar, rawLogvar: logvar };
}

const heal = (row: number): Edit[] => [{ kind: 'zero', cell: { row, col: 1 } }];

describe('the two sides', () => {
  const left = posterior(8, 4);
  const right = posterior(4, 4);
  const beside = {
    id: 'clean',
    edits: heal(1),
    cell: { row: 1, col: 0 },
    posterior: right,
    model: { status: 'loading' },
  };
  const state = {
    sides: { a: { id: 'planted', edits: heal(3), cell: { row: 3, col: 1 }, posterior: left }, b: beside },
  } as unknown as InspectorState;

  it('are what the state holds', () => {
    expect(sideOf(state, 'a')).toBe(state.sides.a);
    expect(sideOf(state, 'b')).toBe(beside);
  });

  it('leave the second one empty where nothing is compared', () => {
    expect(sideOf({ sides: { ...state.sides, b: null } }, 'b')).toMatchObject({
      posterior: null,
      base: null,
      edits: [],
    });
  });

  it('each remember their own edited latent', () => {
    const [a, b] = [editedLatent(left, state.sides.a.edits), editedLatent(right, beside.edits)];
    expect(editedLatent(left, state.sides.a.edits)).toBe(a);
    expect(editedLatent(right, beside.edits)).toBe(b);
    expect(a.rows).toBe(8);
    expect(b.rows).toBe(4);
  });

  it('say why the second one shows nothing yet', () => {
    const side = (part: object) =>
      ({ model: { status: 'ready' }, posterior: right, base: null, ...part }) as never;
    expect(sideStamp(side({ posterior: null, model: { status: 'loading' } }), 'latent')).toContain('loaded');
    expect(sideStamp(side({ posterior: null, model: { status: 'failed' } }), 'latent')).toContain(
      'could not',
    );
    expect(sideStamp(side({ posterior: null }), 'latent')).toBe('not encoded yet');
    expect(sideStamp(side({}), 'latent')).toBeNull();
    expect(sideStamp(side({}), 'decoded')).toBe('not decoded yet');
    expect(sideStamp(side({ base: {} }), 'decoded')).toBeNull();
  });

  it('are named by their manifests, else by their ids; long names keep both ends', () => {
    expect(modelName([{ id: 'x', name: 'The X' } as never], 'x')).toBe('The X');
    expect(modelName([], 'x')).toBe('x');
    expect(shortName('Mini, planted spot')).toBe('Mini, planted spot');
    const long = `first-${'-'.repeat(60)}-last.safetensors`;
    expect(shortName(long)).toHaveLength(39);
    expect(shortName(long)).toMatch(/^first.*\u2026.*last\.safetensors$/);
  });
});

describe('the cell under the pointer', () => {
  const fine = { rows: 64, cols: 64 };
  const coarse = { rows: 32, cols: 32 };

  it('is the cell at the same place on every grid', () => {
    const hover = createHover();
    hover.set({ row: 63, col: 10 }, fine);
    expect(hover.get(fine)).toEqual({ row: 63, col: 10 });
    expect(hover.get(coarse)).toEqual({ row: 31, col: 5 });
    hover.set({ row: 31, col: 5 }, coarse);
    expect(hover.get(fine)).toEqual({ row: 63, col: 11 });
    hover.clear();
    expect(hover.get(coarse)).toBeNull();
  });

  it('is told once a change, in the grid of whoever listens', () => {
    const hover = createHover();
    const heard: unknown[] = [];
    const stop = hover.subscribe(coarse, (cell) => heard.push(cell));
    hover.set({ row: 2, col: 4 }, fine);
    hover.set({ row: 2, col: 4 }, fine);
    hover.clear();
    hover.clear();
    stop();
    hover.set({ row: 9, col: 9 }, fine);
    expect(heard).toEqual([{ row: 1, col: 2 }, null]);
  });
});

describe('the map of one latent', () => {
  it('has its own scale: the same layer of a latent ten times as large ends ten times as high', () => {
    const small = latentMap(posterior(8, 4), [], 'norm', 'full');
    const large = latentMap(posterior(8, 4, 10), [], 'norm', 'full');
    expect(large.view.high).toBeCloseTo(10 * small.view.high, 3);
    expect(large.valueAt({ row: 2, col: 3 })).toBeCloseTo(10 * small.valueAt({ row: 2, col: 3 })!, 3);
    expect(large.valueAt({ row: 8, col: 0 })).toBeNull();
  });

  it('shows |mean|, and says so, where the chosen channel is only in the other latent', () => {
    const map = latentMap(posterior(8, 4), [], 'channel:9', 'full');
    expect(map.standsIn).toBe(true);
    expect(map.view.label).toBe('|mean|');
    expect(map.view.map.name).toBe('magnitude');
    expect(latentMap(posterior(8, 4), [], 'channel:3', 'full').standsIn).toBe(false);
  });
});

describe('the table of the effect', () => {
  const change = { ...NO_CHANGE, profile: [5, 4, 3, 2, 1, 1, 1] };
  const view: EffectView = {
    own: { ...change, nearRms: 20, farRms: 8, farShift: [1, -2, 3] },
    control: { ...change, nearRms: 10, farRms: 0.2, cell: { row: 9, col: 9 } },
    ownOld: false,
    controlOld: false,
    ownCells: 1,
    missing: null,
    cells: 1,
    radius: 4,
  };
  const measure = (label: string) => MEASURES.find((each) => each.label === label)!;

  it('has a ratio only with both of its levels, of the same edits', () => {
    const far = measure('Far, RMS');
    expect(figuresOf(far, view)).toEqual({ own: '8', control: '0.2', ratio: '\u00d7 40' });
    expect(figuresOf(far, { ...view, control: null })).toEqual({ own: '8', control: null, ratio: null });
    expect(figuresOf(far, { ...view, controlOld: true }).ratio).toBeNull();
    expect(figuresOf(far, { ...view, ownOld: true }).ratio).toBeNull();
    expect(figuresOf(measure('Far share'), view).ratio).toBeNull();
  });

  it('is empty where nothing is edited, and has three numbers for three colours', () => {
    expect(figuresOf(measure('Near, RMS'), { ...view, cells: 0 })).toEqual({
      own: null,
      control: null,
      ratio: null,
    });
    expect(figuresOf(measure('Far shift, RGB'), view).own).toEqual(['+1', '\u22122', '+3']);
  });

  it('has its curves: two of one model, four of two, controls beneath', () => {
    expect(curvesOf([view]).map(({ kind }) => kind)).toEqual(['control', 'own']);
    const curves = curvesOf([view, { ...view, ownOld: true }]);
    expect(curves.map(({ kind }) => kind)).toEqual(['a-control', 'b-control', 'a', 'b']);
    expect(curves.map(({ old }) => old)).toEqual([false, false, false, true]);
    expect(curvesOf([{ ...view, cells: 0 }, view]).map(({ kind }) => kind)).toEqual(['b-control', 'b']);
  });

  it('reads the curves at a distance with their controls', () => {
    expect(curveWords(curvesOf([view]), 2)).toBe('2 cells away: 3, control 3');
    expect(curveWords(curvesOf([view, { ...view, control: null }]), 0)).toBe(
      '0 cells away: A 5, control 5; B 5',
    );
    expect(curveWords(curvesOf([view]), 40)).toBe('');
    expect(curveWords(curvesOf([view]), null)).toBe('');
  });
});

it('long names that stand beside each other never read alike', () => {
  const name = (folder: string, end = '') =>
    `my-models/stable-diffusion-${folder}/vae/diffusion_pytorch_model.safetensors${end}`;
  for (const names of [
    [name('1'), name('2')],
    [name('1'), name('1', ' (2)')],
    [name('1'), name('1-fp16'), name('1-fp32')],
  ]) {
    const short = shortNames(names);
    expect(new Set(short).size).toBe(names.length);
    for (const each of short) expect(each.length).toBeLessThan(45);
  }
  expect(shortNames(['a', 'b'])).toEqual(['a', 'b']);
  expect(shortNames([name('1'), name('1')])[0]).toBe(shortNames([name('1')])[0]);
});
