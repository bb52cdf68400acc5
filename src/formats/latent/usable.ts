/** The one rule for numbers of a latent: what no decoder can use is refused, before anything is done with it. */
import { InspectorError } from '@/common/errors';
import type { Latent } from '@/latent/types';

/** Beyond this a number would overflow in the decoder and say nothing about it. */
const LARGEST_VALUE = 1e6;

/**
 * @param dtype how the file stores the numbers, where they come from one
 * @throws InspectorError `bad-file` for numbers that are not finite or beyond a million, saying how many and where
 */
export function requireUsable({ cols, channels, data }: Latent, name: string, dtype?: string): void {
  const isUsable = (value: number) => Math.abs(value) <= LARGEST_VALUE;
  const first = data.findIndex((value) => !isUsable(value));
  if (first < 0) return;
  const count = data.reduce((sum, value) => sum + (isUsable(value) ? 0 : 1), 0);
  const cell = Math.floor(first / channels);
  const place = `channel ${first % channels} of the cell in row ${Math.floor(cell / cols)}, column ${cell % cols}`;
  // Finite ones of 64 bits become infinite here.
  const isLost = dtype === 'float64' && Math.abs(data[first]) === Infinity;
  const what = isLost ? 'a number that is infinite in float32' : `the number ${data[first]}`;
  throw new InspectorError(
    'bad-file',
    `${name} holds ${what}, which no decoder can use. ${
      count === 1
        ? `It is the only such one of its ${data.length} numbers: ${place}.`
        : `${count} of its ${data.length} numbers are not finite or beyond a million; the first is ${place}.`
    }`,
    // What overflowed is infinite, or no number once more is computed with it; a finite number did not.
    dtype === 'float64' || Number.isFinite(data[first])
      ? 'Look for where it came from.'
      : 'Look for where it came from: an overflow in half precision, most likely.',
  );
}
