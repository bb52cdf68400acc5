/** Exponentials, SiLU and its slope, four numbers at a time. */
import { madd } from './job';

/** `exp(v) + plus`, exp as in Cephes (`expf`), to two units in the last place; `v` is held within 80 of zero. */
@inline
export function expPlus(v: v128, plus: v128): v128 {
  const x = f32x4.max(f32x4.min(v, f32x4.splat(80)), f32x4.splat(-80));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  const f = madd(n, f32x4.splat(2.12194440e-4), madd(n, f32x4.splat(-0.693359375), x));
  let p = madd(f32x4.splat(1.9875691500e-4), f, f32x4.splat(1.3981999507e-3));
  p = madd(p, f, f32x4.splat(8.3334519073e-3));
  p = madd(p, f, f32x4.splat(4.1665795894e-2));
  p = madd(p, f, f32x4.splat(1.6666665459e-1));
  p = madd(p, f, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(f, f), f), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return madd(p, power, plus);
}

@inline
function onePlusExp(v: v128): v128 {
  return expPlus(f32x4.neg(v), f32x4.splat(1));
}

@inline
function silu4(v: v128): v128 {
  return f32x4.div(v, onePlusExp(v));
}

/** `s (1 + v (1 - s))` with `s = 1 / (1 + exp(-v))`. */
@inline
export function siluSlope(v: v128): v128 {
  const one = f32x4.splat(1);
  const s = f32x4.div(one, onePlusExp(v));
  return f32x4.mul(s, madd(v, f32x4.sub(one, s), one));
}

/** Pixels scaled and shifted, and their SiLU. */
export function normalisePixels(from: usize, to: usize, count: i32, pixel: usize, affine: usize, silu: bool): void {
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < pixel; k += 16) {
      const v = madd(v128.load(from + k), v128.load(affine + k), v128.load(affine + pixel + k));
      v128.store(to + k, silu ? silu4(v) : v);
    }
    from += pixel;
    to += pixel;
  }
}
