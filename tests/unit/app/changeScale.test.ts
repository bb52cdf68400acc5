import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeEnd, changeLegend, fittedEnd, sharedEnd } from '@/app/drawing/changeScale';
import { standingBadge } from '@/app/drawing/standingWords';
import type { Edit } from '@/edits';
import { NO_CHANGE } from '@/measures/change';

const edits: Edit[] = [{ kind: 'heal', cell: { row: 1, col: 1 } }];

const result = (peak: number, of: readonly Edit[] = edits) => ({
  edits: of,
  value: {
    pixels: { width: 2, height: 2, data: new Uint8ClampedArray(16) },
    difference: Float32Array.of(0, peak / 2, peak, 0.1),
    change: NO_CHANGE,
    milliseconds: 1,
    cell: { row: 9, col: 9 },
  },
});

const side = (own: number, control: number | null, of = edits) => ({
  base: { width: 2, height: 2, data: new Uint8ClampedArray(16) },
  edited: result(own, of),
  control: control === null ? null : result(control, of),
  posterior: null,
  edits,
});

describe('the scale of a change map', () => {
  it('ends just above the largest change, on a round number, and uses most of the colours', () => {
    for (let peak = 0.1; peak < 255; peak *= 1.013) {
      const end = fittedEnd(peak);
      expect(end).toBeGreaterThanOrEqual(Math.min(255, peak * 0.999));
      expect(peak / end).toBeGreaterThan(0.64);
    }
    expect([78.3, 7.2, 0.004, 0, 254].map(fittedEnd)).toEqual([80, 8, 0.1, 0.1, 255]);
  });

  it('is one for both models, and for edit and control', () => {
    expect(changeEnd('data', [side(78.3, 20), side(7.2, 3)])).toBe(80);
    expect(changeEnd('data', [side(7.2, 3), side(78.3, 20)])).toBe(80);
    expect(changeEnd('data', [side(7.2, 11)])).toBe(15);
    expect(changeEnd('data', [side(7.2, null)])).toBe(8);
    expect(changeEnd('data', [{ ...side(7.2, 11), edits: [] }])).toBe(255);
  });

  it('is one for all arms, and absolute where that is asked for', () => {
    const arms = [78.3, 40, 3, 0].map((peak) => Float32Array.of(0, peak));
    expect(sharedEnd('data', arms)).toBe(80);
    expect([1, 8, 32].map((factor) => sharedEnd(factor as 1, arms))).toEqual([255, 255 / 8, 255 / 32]);
  });

  it('is printed with its unit', () => {
    expect(changeLegend('data', 80)).toEqual({ lowText: '0', highText: '80', unit: 'levels of 255' });
    expect(changeLegend(1, 255)).toMatchObject({ highText: '255', unit: 'levels of 255, absolute' });
    expect(changeLegend(8, 255 / 8)).toMatchObject({ highText: '31.9', unit: 'levels of 255, \u00d7 8' });
  });
});

describe('an old picture', () => {
  const painting = {} as never;

  it('says that it is old, and that a new one comes only while something runs', () => {
    expect(standingBadge({ standing: 'old', painting }, true)).toEqual({
      text: 'Previous picture. Updating.',
      old: true,
    });
    expect(standingBadge({ standing: 'old', painting }, false)?.text).toBe('Previous picture.');
    expect(standingBadge({ standing: 'without', painting }, true)).toEqual({
      text: 'Without your edit. Updating.',
      old: true,
    });
    expect(standingBadge({ standing: 'preview', painting }, true)?.old).toBe(false);
    expect(standingBadge({ standing: 'again', painting }, true)?.text).not.toMatch(/previous|before/i);
    expect(standingBadge({ standing: 'exact', painting }, true)).toBeNull();
  });

  it('keeps its colours', () => {
    const sheets = [
      'src/app/parts/Pane.css',
      'src/app/panes/CellMarks.css',
      'src/app/effect/RingProfile.css',
    ];
    for (const sheet of sheets) {
      for (const [, rule] of readFileSync(sheet, 'utf8').matchAll(
        /[^{}]*\.(?:stale|old)\b[^{}]*\{([^}]*)\}/g,
      )) {
        expect(rule).not.toMatch(/filter|opacity/);
      }
    }
  });
});
