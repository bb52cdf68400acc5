/** Rows of a map with zeros around. */
import { AFFINE, BAND, FIRST, HEIGHT, INS, SILU, STEP, WIDTH, X } from '../fields';
import { field, pointer } from './job';
import { normalisePixels } from './silu';

/** One row of the map with a pixel of zeros at either end, normalised; rows outside the map are zeros. */
export function fillBand(job: usize, unit: i32): void {
  const height = field(job, HEIGHT);
  const width = field(job, WIDTH);
  const ins = field(job, INS);
  const row = field(job, FIRST) * field(job, STEP) - 1 + unit;
  const pixel = <usize>ins * 4;
  let to = pointer(job, BAND) + <usize>unit * <usize>(width + 2) * pixel;
  if (row < 0 || row >= height) {
    memory.fill(to, 0, <usize>(width + 2) * pixel);
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
