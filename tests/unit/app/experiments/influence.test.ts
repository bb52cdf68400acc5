import { describe, expect, it } from 'vitest';
import { spotsOf } from '@/app/cell/analysis';
import { influenceOf } from '@/app/cell/useInfluence';
import { layersOf } from '@/app/drawing/layers';
import { latentMap } from '@/app/drawing/useLatentMap';
import { scanVerdict, triedWords } from '@/experiments/influence/page/scanWords';
import {
  agreement,
  filledMap,
  foretold,
  healShift,
  influenceRows,
  influenceVerdict,
  predictedLengths,
  scanDecodes,
  scanRows,
} from '@/experiments/influence/page/words';
import type { ExperimentResults } from '@/experiments/names';
import { cellsOfStride } from '@/latent/coarseToFine';
import type { PosteriorData } from '@/latent/types';
import type { InspectorState } from '@/session/types';

type Influence = ExperimentResults['influence'];
type Scan = ExperimentResults['scan'];

const SIDE = 8;
const CELLS = SIDE * SIDE;

const posterior: PosteriorData = {
  rows: SIDE,
  cols: SIDE,
  channels: 1,
  mean: Float32Array.from({ length: CELLS }, (_, index) => Math.sin(index) + (index === 9 ? 5 : 0)),
  logvar: new Float32Array(CELLS).fill(-20),
  rawLogvar: Float32Array.from({ length: CELLS }, (_, index) => -20 + Math.cos(index)),
};

/** Red follows each cell with a weight of its own. */
function influence(at: (index: number) => number): Influence {
  const weights = Float32Array.from({ length: CELLS }, (_, index) => at(index));
  const gradient = new Float32Array(3 * CELLS);
  gradient.set(weights);
  return { rows: SIDE, cols: SIDE, influence: weights.map((value) => 100 * Math.abs(value)), gradient };
}

const quiet = influence((index) => 0.001 + 1e-6 * index);
const loud = influence((index) => (index === 9 ? 0.1 : 0.001 + 1e-6 * index));

function scanOf(measured: (row: number, col: number) => boolean, value: (index: number) => number): Scan {
  const farRms = Float32Array.from({ length: CELLS }, (_, index) =>
    measured(Math.floor(index / SIDE), index % SIDE) ? value(index) : Number.NaN,
  );
  const shift = Float32Array.from({ length: 3 * CELLS }, (_, at) =>
    Number.isNaN(farRms[Math.floor(at / 3)]) ? Number.NaN : at % 3 === 0 ? value(Math.floor(at / 3)) : 0,
  );
  const count = farRms.filter((each) => !Number.isNaN(each)).length;
  return { rows: SIDE, cols: SIDE, radius: 2, farRms, shift, measured: count, stride: 4 };
}

describe('the influence in words', () => {
  it('names the cell that speaks for the whole, with its levels and those of the median', () => {
    const rows = influenceRows(loud, posterior);
    expect(rows[0]).toMatchObject({ cell: { row: 1, col: 1 } });
    expect(rows[0].influence).toBeCloseTo(10, 4);
    expect(rows.map((row) => row.influence)).toEqual(
      [...rows].sort((a, b) => b.influence - a.influence).map((row) => row.influence),
    );
    const verdict = influenceVerdict(rows);
    expect(verdict).toContain('Row 1, col 1 speaks for the whole picture');
    expect(verdict).toContain('10 levels');
    expect(verdict).toContain('0.1 (\u00d7 97)');
  });

  it('says that none does where the strongest is like the others', () => {
    const even = influenceRows(
      influence((index) => 0.01 + 0.0001 * Math.sin(index)),
      posterior,
    );
    expect(influenceVerdict(even)).toMatch(/^No cell speaks for the whole picture/);
  });

  it('says that others are about as loud', () => {
    const two = influence((index) => (index === 9 ? 0.1 : index === 40 ? 0.08 : 0.001 + 1e-6 * index));
    expect(influenceVerdict(influenceRows(two, posterior))).toContain(
      'One other cell has at least half of that.',
    );
  });
});

describe('brute force', () => {
  const mean = { rows: SIDE, cols: SIDE, channels: 1, data: posterior.mean };
  const whole = scanOf(
    () => true,
    (index) =>
      Math.abs(
        127.5 *
          loud.gradient[index] *
          healShift(mean, { row: Math.floor(index / SIDE), col: index % SIDE })[0],
      ),
  );

  it('agrees fully with a derivative that foretells it exactly, and says so', () => {
    const points = foretold(predictedLengths(loud, posterior), loud, whole);
    expect(points).toHaveLength(CELLS);
    expect(points[9].predicted).toBeCloseTo(points[9].measured, 3);
    expect(agreement(points).shift).toBeCloseTo(1, 6);
    expect(scanVerdict(whole, points)).toContain('in the same order to 1.000 (Spearman, n = 64)');
    expect(scanVerdict(whole, points)).toMatch(
      /^Of all 64 cells healed, row \d, col \d moves the far picture most/,
    );
    expect(scanVerdict(whole, null)).not.toContain('order');
  });

  it('is compared at the measured cells only', () => {
    const part = scanOf(
      (row, col) => row % 4 === 0 && col % 4 === 0,
      (index) => index,
    );
    const predicted = predictedLengths(loud, posterior);
    expect(foretold(predicted, loud, part).map(({ index }) => index)).toEqual([0, 4, 32, 36]);
    expect(scanRows(part, predicted)[0].predicted).toBe(predicted[36]);
    expect(scanRows(part)[0].predicted).toBeNull();
    expect(scanRows(part)[0]).toMatchObject({ cell: { row: 4, col: 4 }, farRms: 36 });
    // It names no strongest: that may lie between those that were tried.
    const said = scanVerdict(part, null);
    expect(said).toBe(
      'Healed so far: 4 of 64 cells. None of these moves the far picture by more than 36 levels; the median one by 18. A stronger one may lie between them.',
    );
    expect(scanVerdict(part, null, { row: 1, col: 1 })).toContain(
      'The strongest by influence, row 1, col 1, is not among them.',
    );
    expect(scanVerdict(part, null, { row: 4, col: 4 })).not.toContain('row 4');
  });

  it('says which cells were tried', () => {
    const tried = (stride: number, more: number) => {
      const cells = new Set([...cellsOfStride({ rows: 32, cols: 32 }, stride), more]);
      const shift = new Float32Array(3 * 1024).fill(Number.NaN);
      for (const index of cells) shift.fill(1, 3 * index, 3 * index + 3);
      return { ...whole, rows: 32, cols: 32, measured: cells.size, shift };
    };
    expect(triedWords(tried(4, 0))).toBe('64 of 1,024 cells, every 4th row and column');
    expect(triedWords(tried(2, 33))).toBe(
      '257 of 1,024 cells, every 2nd row and column, and some in between',
    );
    expect(triedWords(tried(1, 0))).toBe('all 1,024 cells');
  });

  it('says so where no cell is measured', () => {
    const none = scanOf(
      () => false,
      (index) => index,
    );
    expect(scanVerdict(none, null)).toBe('No cell is healed yet.');
  });

  it('is whole also where no pixel is far', () => {
    const near: Scan = { ...whole, farRms: new Float32Array(CELLS).fill(Number.NaN) };
    expect(scanDecodes(near, 1, near)).toBe(0);
    expect(scanRows(near)).toHaveLength(CELLS);
    expect(scanVerdict(near, null)).toBe(
      'No pixel lies more than 2 cells from any cell that was healed, so there is no far picture to move.',
    );
  });

  it('fills what is not measured from the nearest coarser cell, and leaves the rest empty', () => {
    const grid = { rows: 32, cols: 32 };
    const farRms = new Float32Array(32 * 32).fill(Number.NaN);
    const put = (row: number, col: number, value: number) => {
      farRms[row * 32 + col] = value;
    };
    put(0, 0, 1);
    put(4, 8, 2);
    put(6, 10, 3);
    const filled = filledMap({ ...scanOf(() => false, Number), ...grid, farRms });
    const at = (row: number, col: number) => filled[row * 32 + col];
    expect(at(3, 3)).toBe(1);
    expect(at(5, 11)).toBe(2);
    expect(at(7, 11)).toBe(3);
    expect(at(6, 11)).toBe(3);
    expect(at(12, 12)).toBeNaN();
  });

  it('counts its decodes from coarse to fine, less what is there already', () => {
    const grid = { rows: 32, cols: 32 };
    expect(scanDecodes(grid, 4, undefined)).toBe(65);
    expect(scanDecodes(grid, 2, undefined)).toBe(257);
    const small = scanOf(
      (row, col) => row % 2 === 0 && col % 2 === 0,
      () => 1,
    );
    expect(scanDecodes(small, 2, small)).toBe(48 + 1);
    expect(scanDecodes(small, 1, small)).toBe(48 + 1);
    const every = scanOf(
      () => true,
      () => 1,
    );
    expect(scanDecodes(every, 1, every)).toBe(0);
  });
});

describe('the influence as a layer', () => {
  it('is offered once it is there, and |mean| stands in until then', () => {
    expect(layersOf(1)).not.toContain('influence');
    expect(layersOf(1, true)).toContain('influence');
    expect(latentMap(posterior, [], 'influence', 'full')).toMatchObject({ standsIn: true });
    const map = latentMap(posterior, [], 'influence', 'full', loud.influence);
    expect(map.standsIn).toBe(false);
    expect(map.view).toMatchObject({ label: 'influence', low: 0 });
    expect(map.valueAt({ row: 1, col: 1 })).toBeCloseTo(10, 4);
  });

  it('gives spots a third score', () => {
    const { spots } = spotsOf(posterior, loud.influence);
    expect(spots.spots[0].cell).toEqual({ row: 1, col: 1 });
    expect(spots.spots[0].reasons.map(({ measure }) => measure)).toContain('influence');
    expect(spotsOf(posterior, null).spots.spots[0].scores.influence).toBeNull();
  });

  it('belongs to one latent and one decoder', () => {
    const state = {
      sides: { a: { id: 'first', posterior }, b: { id: 'second', posterior } },
      experiments: {
        a: { influence: { last: { subject: { model: 'first', posterior }, result: loud } } },
        b: { influence: { last: { subject: { model: 'second', posterior }, result: quiet } } },
      },
    } as unknown as InspectorState;
    expect(influenceOf(state, 'a')).toBe(loud.influence);
    expect(influenceOf(state, 'b')).toBe(quiet.influence);
    // The model on the right was replaced by another one of the same encoder.
    const replaced = {
      ...state,
      sides: { ...state.sides, b: { id: 'third', posterior } },
    } as unknown as InspectorState;
    expect(influenceOf(replaced, 'b')).toBeNull();
    expect(
      influenceOf(
        { ...state, sides: { ...state.sides, a: { ...state.sides.a, posterior: { ...posterior } } } },
        'a',
      ),
    ).toBeNull();
  });
});
