import { expect, test } from 'vitest';
import { besideProblem } from '@/app/recording/beside';
import { InspectorError, toPlain } from '@/common/errors';
import { recordingDecodes } from '@/session/recording/request';
import { emptySide } from '@/session/side/side';
import type { SideState } from '@/session/types';
import { posteriorOf } from '../../session/recordings';

const first = posteriorOf(3);
const cell = { row: 1, col: 1 };
const cells = [{ label: 'the spot', edit: { kind: 'heal', cell } as const }];
const base = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const open: SideState = { ...emptySide('other', [], cell), posterior: posteriorOf(9, 4), base };

test('a second model is recorded where it shows the picture and can follow the change', () => {
  expect(besideProblem(open, 'Other', first, cells)).toBeNull();
  expect(recordingDecodes({ cells, strengths: [0, 0.5, 1] }, 2)).toBe(10);
});

test('else it is said why not', () => {
  const not = (part: Partial<SideState>) => besideProblem({ ...open, ...part }, 'Other', first, cells);
  expect(not({ base: null })).toBe('Other has not opened this picture yet.');
  expect(not({ recorded: true })).toBe('Other has not opened this picture yet.');
  expect(not({ noDecoder: toPlain(new InspectorError('bad-file', 'It has no decoder.')) })).toBe(
    'Other cannot be recorded: It has no decoder.',
  );
  const { rows, cols, mean, ...rest } = first;
  const wide = { ...rest, rows, cols, channels: 2, mean: mean.slice(0, 2 * rows * cols) };
  expect(not({ posterior: wide })).toBe(
    'The change cannot be carried to Other: 3 numbers do not fit 2 channels.',
  );
});
