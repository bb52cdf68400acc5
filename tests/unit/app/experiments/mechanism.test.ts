import { describe, expect, it } from 'vitest';
import { toCsv } from '@/app/experiments/table';
import { armColumns, armRows, checkWords, mechanismVerdict } from '@/experiments/mechanism/page/words';
import type { ExperimentResults } from '@/experiments/names';
import { NO_CHANGE } from '@/measures/change';

type Mechanism = ExperimentResults['mechanism'];

/** @param energies full, norm held, attention held, both held; levels squared */
function result(
  energies: [number, number, number, number],
  shares: [number | null, number | null],
  more: Partial<Mechanism> = {},
): Mechanism {
  const arm = (energy: number) => ({
    energy,
    change: { ...NO_CHANGE, nearRms: 20, farRms: Math.sqrt(energy) },
  });
  const [full, frozenNorm, frozenAttention, frozenBoth] = energies.map(arm);
  return {
    full,
    frozenNorm,
    frozenAttention,
    frozenBoth,
    receptiveRadius: 14,
    beyondReceptiveField: 0,
    judgedBeyond: 14,
    carriers: {
      full: energies[0],
      convolutions: energies[3],
      norm: 0,
      attention: 0,
      normShare: shares[0],
      attentionShare: shares[1],
    },
    ...more,
  } as unknown as Mechanism;
}

describe('the verdict on the path', () => {
  it('names the stronger path first, with both shares and the levels', () => {
    expect(mechanismVerdict(result([100, 4, 96, 0], [0.94, 0.06]))).toBe(
      'Of the change beyond 14 cells, 10 levels, GroupNorm carries 94 % and attention 6 %.',
    );
    expect(mechanismVerdict(result([100, 96, 4, 0], [0.06, 0.94]))).toContain(
      'attention carries 94 % and GroupNorm 6 %',
    );
  });

  it('says what a negative share means', () => {
    const verdict = mechanismVerdict(result([100, 0, 120, 0], [1.1, -0.1]));
    expect(verdict).toContain('attention \u221210 %');
    expect(verdict).toContain('works against the other');
    expect(mechanismVerdict(result([100, 4, 96, 0], [0.94, 0.06]))).not.toContain('negative');
  });

  it('says that little travels where it cannot be seen', () => {
    expect(mechanismVerdict(result([0.25, 0.01, 0.24, 0], [0.94, 0.06]))).toMatch(/^Little travels\./);
  });

  it('does not divide a change that is none', () => {
    expect(mechanismVerdict(result([1e-6, 0, 0, 0], [0.5, 0.5]))).toContain('does not travel');
    expect(mechanismVerdict(result([100, 100, 100, 100], [null, null]))).toContain('Neither path');
  });
});

describe('the check', () => {
  it('holds at exactly zero, and at nothing else', () => {
    expect(checkWords(result([1, 0, 1, 0], [1, 0]))).toMatchObject({ ok: true });
    expect(checkWords(result([1, 0, 1, 0], [1, 0])).text).toContain('nothing changed at all: 0.');
    const failed = checkWords(result([1, 0, 1, 0], [1, 0], { beyondReceptiveField: 1e-7 }));
    expect(failed.ok).toBe(false);
    expect(failed.text).toContain('1.0e-7');
  });

  it('is not claimed where convolutions reach everything', () => {
    const unknown = checkWords(result([1, 0, 1, 0.25], [1, 0], { beyondReceptiveField: null }));
    expect(unknown.ok).toBeNull();
    expect(unknown.text).toContain('0.5 levels');
  });
});

it('the table has a row an arm, and names the distance it is judged by', () => {
  const mechanism = result([100, 4, 96, 0], [0.94, 0.06]);
  const lines = toCsv(armColumns(mechanism), armRows(mechanism)).trim().split('\r\n');
  expect(lines[0]).toBe('arm,near_rms_levels,far_rms_levels,far_share,rms_beyond_14_cells_levels');
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([
    'full',
    'frozenNorm',
    'frozenAttention',
    'frozenBoth',
  ]);
  expect(lines[2].split(',').at(-1)).toBe('2');
});
