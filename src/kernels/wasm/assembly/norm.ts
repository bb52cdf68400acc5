/** Group normalisation: statistics, the norm with its SiLU, and the gradient of both. */
import {
  AFFINE,
  FACTORS,
  HEIGHT,
  INS,
  MEANS,
  OUT,
  PARTIAL,
  PIXELS_A_UNIT,
  SILU,
  SLOPE,
  WIDTH,
  X,
} from '../fields';
import { field, madd, pointer } from './job';
import { normalisePixels, siluSlope } from './silu';

/** How many pixels a unit of the statistics and norms has. */
@inline
function pixelsOf(job: usize, unit: i32): i32 {
  return min(PIXELS_A_UNIT, field(job, HEIGHT) * field(job, WIDTH) - unit * PIXELS_A_UNIT);
}

/**
 * Over 256 pixels, of each channel to `PARTIAL[unit][3][in]`: about the mean, the mean of what is left of the numbers without that,
 * and the sum of its squares. They are put together in doubles (Chan, Golub and LeVeque 1983).
 */
export function measure(job: usize, unit: i32): void {
  const count = pixelsOf(job, unit);
  const pixel = <usize>field(job, INS) * 4;
  const start = <usize>(unit * PIXELS_A_UNIT) * pixel;
  const from = pointer(job, X) + start;
  const to = pointer(job, PARTIAL) + <usize>unit * 3 * pixel;
  const share = f32x4.splat(1 / <f32>count);
  // Sixteen channels at a time, a line of the cache, where there are as many.
  let k: usize = 0;
  for (; k + 64 <= pixel; k += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let at = from + k;
    for (let i = 0; i < count; i++) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
      at += pixel;
    }
    measureFour(from + k, count, pixel, to + k, f32x4.mul(s0, share), share);
    measureFour(from + k + 16, count, pixel, to + k + 16, f32x4.mul(s1, share), share);
    measureFour(from + k + 32, count, pixel, to + k + 32, f32x4.mul(s2, share), share);
    measureFour(from + k + 48, count, pixel, to + k + 48, f32x4.mul(s3, share), share);
  }
  for (; k < pixel; k += 16) {
    let sum = f32x4.splat(0);
    let at = from + k;
    for (let i = 0; i < count; i++) {
      sum = f32x4.add(sum, v128.load(at));
      at += pixel;
    }
    measureFour(from + k, count, pixel, to + k, f32x4.mul(sum, share), share);
  }
}

/** Four channels about `mean`; their pixels are in the cache. */
function measureFour(from: usize, count: i32, pixel: usize, to: usize, mean: v128, share: v128): void {
  let rest = f32x4.splat(0);
  let squares = rest;
  for (let i = 0; i < count; i++) {
    const difference = f32x4.sub(v128.load(from), mean);
    rest = f32x4.add(rest, difference);
    squares = madd(difference, difference, squares);
    from += pixel;
  }
  rest = f32x4.mul(rest, share);
  v128.store(to, mean);
  v128.store(to + pixel, rest);
  v128.store(to + 2 * pixel, squares);
}

export function normalise(job: usize, unit: i32): void {
  const pixel = <usize>field(job, INS) * 4;
  const start = <usize>(unit * PIXELS_A_UNIT) * pixel;
  const from = pointer(job, X) + start;
  const to = pointer(job, OUT) + start;
  normalisePixels(from, to, pixelsOf(job, unit), pixel, pointer(job, AFFINE), field(job, SILU) != 0);
}

/** To `PARTIAL[unit][2][in]`: sums of the gradient, and of the gradient times the number less its group's mean. */
export function normSlope(job: usize, unit: i32): void {
  const count = pixelsOf(job, unit);
  const pixel = <usize>field(job, INS) * 4;
  const start = <usize>(unit * PIXELS_A_UNIT) * pixel;
  const affine = pointer(job, AFFINE);
  const means = pointer(job, MEANS);
  const silu = field(job, SILU) != 0;
  const sums = pointer(job, PARTIAL) + <usize>unit * 2 * pixel;
  memory.fill(sums, 0, 2 * pixel);
  let x = pointer(job, X) + start;
  let slope = pointer(job, SLOPE) + start;
  let to = pointer(job, OUT) + start;
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < pixel; k += 16) {
      const value = v128.load(x + k);
      let d = v128.load(slope + k);
      if (silu) d = f32x4.mul(d, siluSlope(madd(value, v128.load(affine + k), v128.load(affine + pixel + k))));
      v128.store(to + k, d);
      v128.store(sums + k, f32x4.add(v128.load(sums + k), d));
      const about = f32x4.sub(value, v128.load(means + k));
      v128.store(sums + pixel + k, madd(d, about, v128.load(sums + pixel + k)));
    }
    x += pixel;
    slope += pixel;
    to += pixel;
  }
}

export function normBack(job: usize, unit: i32): void {
  const count = pixelsOf(job, unit);
  const pixel = <usize>field(job, INS) * 4;
  const start = <usize>(unit * PIXELS_A_UNIT) * pixel;
  const factors = pointer(job, FACTORS);
  let x = pointer(job, X) + start;
  let to = pointer(job, OUT) + start;
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < pixel; k += 16) {
      const rest = madd(v128.load(x + k), v128.load(factors + pixel + k), v128.load(factors + 2 * pixel + k));
      v128.store(to + k, madd(v128.load(to + k), v128.load(factors + k), rest));
    }
    x += pixel;
    to += pixel;
  }
}
