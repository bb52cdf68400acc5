import { expect, it } from 'vitest';
import { describedWords } from '@/app/drawing/standingWords';

it('a picture that is not the exact one is never called decoded with the edits of now, nor the same change at the control cell', () => {
  const controlCell = { row: 9, col: 9 };
  for (const show of ['edited', 'change', 'control', 'control-change'] as const) {
    for (const standing of ['none', 'old', 'without', 'preview'] as const) {
      expect(describedWords({ show, standing, controlCell }, 1)).not.toMatch(/decoded with|same change/);
    }
    expect(describedWords({ show, standing: 'exact', controlCell }, 0)).toContain('nothing is changed');
  }
  expect(describedWords({ show: 'change', standing: 'again', controlCell: null }, 2)).toBe(
    'decoded with 2 edits',
  );
  expect(describedWords({ show: 'control', standing: 'exact', controlCell }, 1)).toBe(
    'the same change at the control cell, row 9, col 9',
  );
});
