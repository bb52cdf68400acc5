import { describe, expect, test } from 'vitest';
import { candidates, editFor, MAX_CELLS, repeatable, STRENGTHS } from '@/app/recording/candidates';
import { applyEdits, cellValues, type Edit } from '@/edits';
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { controlCell } from '@/measures/control';
import { generator } from '../../measures/cases';

const random = generator(11);

/** 32 x 32 cells, 4 channels, small numbers, with a large one at (5, 7). */
function posteriorWithSpot(): PosteriorData {
  const numbers = () => Float32Array.from({ length: 32 * 32 * 4 }, () => random());
  const mean = numbers();
  mean[(5 * 32 + 7) * 4] = 40;
  const rawLogvar = numbers();
  return { rows: 32, cols: 32, channels: 4, mean, logvar: rawLogvar, rawLogvar };
}

const posterior = posteriorWithSpot();
const mean = posteriorMean(posterior);
const at = (row: number, col: number) => ({ row, col });
const heal = (row: number, col: number): Edit => ({ kind: 'heal', cell: at(row, col) });

describe('the cells that are offered', () => {
  test('are the spot, the edited ones, the selected one and an ordinary one, each once', () => {
    const edits = [heal(20, 20), heal(5, 7)];
    const offered = candidates(posterior, { cell: at(20, 20), edits, radius: 4 });
    expect(offered.map(({ cell }) => cell)).toEqual([
      at(5, 7),
      at(20, 20),
      controlCell(mean, [at(5, 7), at(20, 20)], 4, at(5, 7)),
    ]);
    expect(offered[0].label).toBe('the strongest spot');
    expect(offered.at(-1)?.label).toBe('an ordinary cell');
    expect(offered.every(({ chosen }) => chosen)).toBe(true);
  });

  test('are the selected one alone chosen where nothing stands out and nothing is edited', () => {
    const flat: PosteriorData = {
      ...posterior,
      mean: posterior.mean.map(() => 1),
      rawLogvar: posterior.mean.map(() => 0),
    };
    const offered = candidates(flat, { cell: at(3, 3), edits: [], radius: 4 });
    expect(offered.filter(({ chosen }) => chosen).map(({ cell }) => cell)).toContainEqual(at(3, 3));
  });

  test('are never more than can be recorded', () => {
    const edits = Array.from({ length: 20 }, (_, row) => heal(row, 15));
    expect(candidates(posterior, { cell: at(0, 0), edits, radius: 1 })).toHaveLength(MAX_CELLS);
  });
});

describe('the edit of a cell', () => {
  const noise: Edit = { kind: 'noise', cell: at(2, 2), sigma: 1, seed: 5 };

  test('is heal, or the last edit made again', () => {
    expect(editFor('heal', at(9, 9), mean, [noise])).toEqual(heal(9, 9));
    expect(editFor('current', at(9, 9), mean, [heal(1, 1), noise])).toEqual({ ...noise, cell: at(9, 9) });
    expect(editFor('current', at(2, 2), mean, [noise])).toBe(noise);
    expect(editFor('current', at(9, 9), mean, [])).toEqual(heal(9, 9));
  });

  test('is at a cell with several edits what they made of it together', () => {
    const edits: Edit[] = [
      { kind: 'scale', cell: at(4, 4), factor: 2 },
      { kind: 'add', cell: at(4, 4), values: [1, 0, 0, 0] },
      noise,
    ];
    const edit = editFor('current', at(4, 4), mean, edits);
    const own = cellValues(applyEdits(mean, [edit]), at(4, 4));
    cellValues(applyEdits(mean, edits), at(4, 4)).forEach((value, channel) => {
      expect(own[channel]).toBeCloseTo(value, 5);
    });
  });

  test('is none where the last one takes two cells, or is off', () => {
    expect(repeatable([noise, { kind: 'swap', cell: at(0, 0), with: at(1, 1) }])).toBeNull();
    expect(repeatable([{ ...noise, enabled: false }])).toBeNull();
  });
});

test('every range of strengths ascends and has nothing and the whole change in it', () => {
  for (const { strengths } of STRENGTHS) {
    expect([...strengths].sort((a, b) => a - b)).toEqual(strengths);
    expect(strengths).toContain(0);
    expect(strengths).toContain(1);
  }
});
