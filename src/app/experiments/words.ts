import type { Cell } from '@/latent/types';
import { formatLevels } from '@/measures/effect';
import { signed } from '../parts/format';

/** The same at the beginning of a sentence. */
export const CellWords = ({ row, col }: Cell) => `Row ${row}, col ${col}`;

/** "+3.1, -0.2, +1.0": red, green, blue. */
export const colourWords = (shift: ArrayLike<number>) =>
  Array.from(shift, (value) => signed(value, Math.abs(value) >= 10 ? 1 : 2)).join(', ');

/** A score in robust standard deviations; hundreds of them need no decimals. */
export const scoreWords = (score: number) => signed(score, Math.abs(score) >= 100 ? 0 : 1);

/** "0.3", "less than 0.01": levels without their unit, for a second number of a sentence. */
export const bareLevels = formatLevels;
