/** Rows of a map with zeros around. */
import { AFFINE, BAND, BEHIND, FIRST, HEIGHT, INS, SILU, STEP, UNITS, WIDTH, X } from '../fields';
import { field, pointer } from './job';
import { normalisePixels } from './silu';

/**
 * One row of the map with a pixel of zeros at either end, normalised; rows outside the map are zeros. The last one has `BEHIND` bytes
 * of zeros after it: memory comes as it was left, and 0 times NaN is NaN.
 */
export function fillBand(job: usize, unit: i32): void {
  const height = field(job, HEIGHT);
  const width = field(job, WIDTH);
  const ins = field(job, INS);
  const row = field(job, FIRST) * field(job, STEP) - 1 + unit;
  const pixel = <usize>ins * 4;
  const line = <usize>(width + 2) * pixel;
  let to = pointer(job, BAND) + <usize>unit * line;
  if (unit == field(job, UNITS) - 1) memory.fill(to + line, 0, pointer(job, BEHIND));
  if (row < 0 || row >= height) {
    memory.fill(to, 0, line);
    return;
  }
  memory.fill(to, 0, pixel);
  to += pixel;
  const from = pointer(job, X) + <usize>row * <usize>width * pixel;
  const affine = pointer(job, AFFINE);
  if (affine == 0) memory.copy(to, from, <usize>width * pixel);
  else normalisePixels(from, to, width, pixel, affine, field(job, SILU) != 0);
  to += <usize>width * pixel;
  memory.fill(to, 0, pixel);
}
