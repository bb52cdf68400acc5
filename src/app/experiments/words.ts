import type { Cell } from '@/latent/types';
import { formatLevels } from '@/measures/effect';
import { scoreText, signedLevels } from '../parts/format';

/** The same at the beginning of a sentence. */
export const CellWords = ({ row, col }: Cell) => `Row ${row}, col ${col}`;

/** "+3.1, -0.2, +1.0": red, green, blue. */
export const colourWords = (shift: ArrayLike<number>) => Array.from(shift, signedLevels).join(', ');

export const scoreWords = scoreText;

/** "0.3", "less than 0.01": levels without their unit, for a second number of a sentence. */
export const bareLevels = formatLevels;
