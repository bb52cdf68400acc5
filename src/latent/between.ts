/** Latents between two others. */
import { InspectorError } from '@/common/errors';
import { type ExpandedScaling, expandScaling, type Scaling } from './scaled';
import type { Latent } from './types';

export const PATHS = ['linear', 'spherical'] as const;
/** `linear`: along the straight line; `spherical`: along the arc, so that the length changes evenly too. */
export type Path = (typeof PATHS)[number];

/** Below this sine the ends point the same way or opposite ways, and no arc between them is defined. */
const SMALLEST_SINE = 1e-6;

/**
 * The latent at `t` between `from` (t = 0) and `to` (t = 1). The spherical one is (sin((1 - t) w) a + sin(t w) b) / sin w, with
 * w the angle between the two as vectors of all their numbers in scaled units (Shoemake, "Animating Rotation with Quaternion
 * Curves", 1985); where w is 0 or a half turn it is the linear one.
 *
 * @throws InspectorError `bad-edit` when the shapes differ
 */
export function between(
  from: Latent,
  to: Latent,
  t: number,
  path: Path,
  scaling: Scaling = { scale: 1, shift: 0 },
): Latent {
  if (from.rows !== to.rows || from.cols !== to.cols || from.channels !== to.channels) {
    throw new InspectorError(
      'bad-edit',
      `The latents are ${shape(from)} and ${shape(to)}; between them there is nothing.`,
      'Choose two pictures of the same size in the same model.',
    );
  }
  const expanded = expandScaling(from, scaling);
  const { shift } = expanded;
  const [a, b] = path === 'linear' ? [1 - t, t] : arcWeights(from.data, to.data, t, expanded);
  const data = from.data.map(
    (value, at) => shift[at] + a * (value - shift[at]) + b * (to.data[at] - shift[at]),
  );
  return { ...from, data };
}

function arcWeights(
  from: Float32Array,
  to: Float32Array,
  t: number,
  { shift, scale }: ExpandedScaling,
): [number, number] {
  let [product, squaresFrom, squaresTo] = [0, 0, 0];
  for (let at = 0; at < from.length; at++) {
    const [x, y] = [(from[at] - shift[at]) * scale[at], (to[at] - shift[at]) * scale[at]];
    product += x * y;
    squaresFrom += x * x;
    squaresTo += y * y;
  }
  const lengths = Math.sqrt(squaresFrom * squaresTo);
  const angle = lengths === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, product / lengths)));
  const sine = Math.sin(angle);
  if (sine < SMALLEST_SINE) return [1 - t, t];
  return [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
}

function shape({ rows, cols, channels }: Latent): string {
  return `${rows} x ${cols} x ${channels}`;
}
