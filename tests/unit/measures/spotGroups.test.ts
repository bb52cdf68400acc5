import { describe, expect, it } from 'vitest';
import { groupWords } from '@/app/cell/spotWords';
import { robustScores } from '@/latent/statistics';
import { spotGroups, upperTail } from '@/measures/spotGroups';
import { generator } from './cases';

const GRID = { rows: 64, cols: 64 };
const random = generator(3);

/** A normal deviate (Box and Muller). */
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const bell = () => Float64Array.from({ length: 4096 }, normal);

function groupsOf(norm: Float64Array, rawLogvar = bell(), influence: Float64Array | null = null) {
  return spotGroups(GRID, {
    norm: robustScores(norm),
    rawLogvar: robustScores(rawLogvar),
    influence: influence && robustScores(influence),
  });
}

describe('spots by measure', () => {
  it('tell one cell that stands apart from a tail of many', () => {
    const planted = bell();
    planted[65] = 9;
    const [norm] = groupsOf(planted);
    expect(norm).toMatchObject({ measure: 'norm', apart: true });
    expect(norm.cells[0].cell).toEqual({ row: 1, col: 1 });
    expect(groupWords(norm, 3.5)).toMatch(/^One cell stands apart: \+\d\.\d sigma; the next, \+/);

    const skewed = bell().map((value) => value ** 4);
    const [tail] = groupsOf(skewed);
    expect(tail.found).toBeGreaterThan(100);
    expect(tail.apart).toBe(false);
    expect(groupWords(tail, 3.5)).toContain('none stands apart');
    expect(groupWords(tail, 3.5)).toContain('a bell curve has about 1');
  });

  it('count beyond the threshold, low raw logvar and high others, strongest first', () => {
    const values = bell();
    const low = bell();
    low[100] = -20;
    low[200] = 20;
    const groups = groupsOf(values, low, bell());
    expect(groups.map(({ measure }) => measure)).toEqual(['influence', 'norm', 'rawLogvar']);
    const logvar = groups[2];
    expect(logvar.cells[0].cell).toEqual({ row: 1, col: 36 });
    expect(logvar.cells.every(({ score }) => score <= -3.5)).toBe(true);
    const { scores } = robustScores(values);
    expect(groups[1].found).toBe(scores.filter((score) => score >= 3.5).length);
  });

  it('say on which side of the median none is', () => {
    const [norm, rawLogvar] = groupsOf(
      bell().map((value) => Math.min(3, value) - (value < -2 ? 5 : 0)),
      bell().map((value) => Math.max(-3, value) + (value > 2 ? 5 : 0)),
    );
    expect(groupWords(norm, 3.5)).toBe('No cell is 3.5 sigma above the median.');
    expect(groupWords(rawLogvar, 3.5)).toBe('No cell is 3.5 sigma below the median.');
  });

  it('expect as many as a normal population has', () => {
    // Phi(-z) to seven digits, from tables.
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.1586553],
      [1.96, 0.0249979],
      [3.5, 0.0002326],
    ] as const) {
      expect(upperTail(z)).toBeCloseTo(tail, 6);
    }
    expect(groupsOf(bell())[0].expected).toBeCloseTo(0.953, 2);
  });

  it('say nothing apart of equal or endless scores', () => {
    const same = new Float64Array(4096);
    expect(groupsOf(same)[0]).toMatchObject({ found: 0, apart: false });
    same[5] = 1;
    expect(groupsOf(same)[0]).toMatchObject({ found: 1, apart: true });
    same[6] = 1;
    expect(groupsOf(same)[0]).toMatchObject({ found: 2, apart: false });
  });
});
