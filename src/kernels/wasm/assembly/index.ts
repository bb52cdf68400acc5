/**
 * Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray 2016) in WebAssembly, on maps `[H, W, C]` of float32 in the memory
 * that it shares with tfjs. In AssemblyScript; `npm run kernels` compiles it.
 *
 * Each thread calls `work` with the same job and takes its units until there are no more. See `winograd.ts` for how the jobs
 * follow one another.
 */
import {
  ACROSS,
  ADD,
  AFFINE,
  BAND,
  BIAS,
  DOUBLED,
  FACTORS,
  FILL_BAND,
  FILTER,
  FILTER_2,
  FILTER_3,
  FILTER_4,
  FIRST,
  HALVES,
  HEIGHT,
  INS,
  MEANS,
  MEASURE,
  MULTIPLY,
  NORMALISE,
  NORM_BACK,
  NORM_SLOPE,
  OPERATION,
  OUT,
  OUTS,
  PANEL,
  PANELS_A_TRANSFORM,
  PANELS_A_UNIT,
  PARTIAL,
  PIXELS_A_UNIT,
  POOLED,
  PRODUCTS,
  ROWS,
  SILU,
  SLOPE,
  TAKEN,
  TILES,
  TILES_A_UNIT,
  TILES_AT_ONCE,
  TRANSFORM_BACK,
  TRANSFORM_FILTER,
  TRANSFORM_TILES,
  TRANSPOSED,
  UNITS,
  WEIGHTS,
  WIDTH,
  X,
} from './fields';

@inline
function field(job: usize, index: i32): i32 {
  return load<i32>(job + (<usize>index << 2));
}

@inline
function pointer(job: usize, index: i32): usize {
  return <usize>load<u32>(job + (<usize>index << 2));
}

@inline
function roundUp(value: i32, step: i32): i32 {
  return ((value + step - 1) / step) * step;
}

/** `a * b + c`, rounded once where the processor can. */
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

export function work(job: usize): void {
  const units = field(job, UNITS);
  const operation = field(job, OPERATION);
  for (;;) {
    const unit = atomic.add<i32>(job + (<usize>TAKEN << 2), 1);
    if (unit >= units) return;
    if (operation == TRANSFORM_FILTER) transformFilter(job, unit);
    else if (operation == FILL_BAND) fillBand(job, unit);
    else if (operation == TRANSFORM_TILES) transformTiles(job, unit);
    else if (operation == MULTIPLY) multiply(job, unit);
    else if (operation == TRANSFORM_BACK) transformBack(job, unit);
    else if (operation == MEASURE) measure(job, unit);
    else if (operation == NORMALISE) normalise(job, unit);
    else if (operation == NORM_SLOPE) normSlope(job, unit);
    else if (operation == NORM_BACK) normBack(job, unit);
  }
}

/** Four weights, `stride` apart; halves become the numbers that they are, infinities aside. */
@inline
function weights4(filter: usize, index: i32, stride: i32, halves: bool): v128 {
  if (!halves) {
    const at = filter + (<usize>index << 2);
    if (stride == 1) return v128.load(at);
    const step = <usize>stride << 2;
    let four = v128.load32_zero(at);
    four = v128.load_lane<u32>(at + step, four, 1);
    four = v128.load_lane<u32>(at + 2 * step, four, 2);
    return v128.load_lane<u32>(at + 3 * step, four, 3);
  }
  const at = filter + (<usize>index << 1);
  let bits: v128;
  if (stride == 1) bits = v128.load16x4_u(at);
  else {
    const step = <usize>stride << 1;
    bits = i32x4.splat(load<u16>(at));
    bits = i32x4.replace_lane(bits, 1, load<u16>(at + step));
    bits = i32x4.replace_lane(bits, 2, load<u16>(at + 2 * step));
    bits = i32x4.replace_lane(bits, 3, load<u16>(at + 3 * step));
  }
  const magnitude = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  // 2 ** 112: from the exponents of halves to those of float32, subnormal ones too.
  return v128.or(f32x4.mul(magnitude, f32x4.splat(5.192296858534828e33)), sign);
}

/** `G g G^T` of the filters of some panels of eight output channels, to `WEIGHTS[place][panel][in][8]`. */
function transformFilter(job: usize, unit: i32): void {
  const ins = field(job, INS);
  const outs = field(job, OUTS);
  const folded = field(job, DOUBLED) != 0 || field(job, POOLED) != 0;
  const transposed = field(job, TRANSPOSED) != 0;
  const panels = roundUp(outs, PANEL) / PANEL;
  const step = <usize>panels * <usize>(ins * PANEL * 4);
  const first = unit * PANELS_A_TRANSFORM;
  const last = min(panels, first + PANELS_A_TRANSFORM);
  for (let k = 0; k < ins; k++) {
    for (let panel = first; panel < last; panel++) {
      let to = pointer(job, WEIGHTS) + <usize>((panel * ins + k) * PANEL * 4);
      for (let four = 0; four < PANEL; four += 4) {
        const out = panel * PANEL + four;
        const at = transposed ? out * ins + k : k * outs + out;
        const stride = transposed ? ins : 1;
        if (out >= outs) zeroWeights(to, step, folded ? 9 : 16);
        else if (folded) transformFolded(job, to, step, at, stride, ins * outs);
        else transformWeights(job, to, step, at, stride, ins * outs);
        to += 16;
      }
    }
  }
}

@inline
function zeroWeights(to: usize, step: usize, places: i32): void {
  for (let place = 0; place < places; place++) v128.store(to + <usize>place * step, f32x4.splat(0));
}

@inline
function transformWeights(job: usize, to: usize, step: usize, at: i32, stride: i32, plane: i32): void {
  const filter = pointer(job, FILTER);
  // Mirrored, the taps come from the last to the first.
  const transposed = field(job, TRANSPOSED) != 0;
  const first = transposed ? at + 8 * plane : at;
  const next = transposed ? -plane : plane;
  const halves = field(job, HALVES) != 0;
  const g00 = weights4(filter, first, stride, halves);
  const g01 = weights4(filter, first + 1 * next, stride, halves);
  const g02 = weights4(filter, first + 2 * next, stride, halves);
  const g10 = weights4(filter, first + 3 * next, stride, halves);
  const g11 = weights4(filter, first + 4 * next, stride, halves);
  const g12 = weights4(filter, first + 5 * next, stride, halves);
  const g20 = weights4(filter, first + 6 * next, stride, halves);
  const g21 = weights4(filter, first + 7 * next, stride, halves);
  const g22 = weights4(filter, first + 8 * next, stride, halves);
  const half = f32x4.splat(0.5);
  const s0 = f32x4.add(g00, g20);
  const s1 = f32x4.add(g01, g21);
  const s2 = f32x4.add(g02, g22);
  spread(to, step, g00, g01, g02);
  spread(
    to + 4 * step,
    step,
    f32x4.mul(half, f32x4.add(s0, g10)),
    f32x4.mul(half, f32x4.add(s1, g11)),
    f32x4.mul(half, f32x4.add(s2, g12)),
  );
  spread(
    to + 8 * step,
    step,
    f32x4.mul(half, f32x4.sub(s0, g10)),
    f32x4.mul(half, f32x4.sub(s1, g11)),
    f32x4.mul(half, f32x4.sub(s2, g12)),
  );
  spread(to + 12 * step, step, g20, g21, g22);
}

/**
 * A tile of a doubled map repeats its middle row and column. Along one axis its products are with `g0`, `g0 + g1 + g2` and
 * `g2`, of which the folded filters (see `foldUpsample`) are made: `g0` and `g1 + g2` after a corner, `g0 + g1` and `g2` before it.
 */
@inline
function transformFolded(job: usize, to: usize, step: usize, at: i32, stride: i32, plane: i32): void {
  const before = pointer(job, FILTER);
  const beforeAfter = pointer(job, FILTER_2);
  const afterBefore = pointer(job, FILTER_3);
  const after = pointer(job, FILTER_4);
  const a00 = weights4(after, at, stride, false);
  const a01 = weights4(after, at + plane, stride, false);
  const a10 = weights4(after, at + 2 * plane, stride, false);
  const a11 = weights4(after, at + 3 * plane, stride, false);
  const b01 = weights4(afterBefore, at + plane, stride, false);
  const b11 = weights4(afterBefore, at + 3 * plane, stride, false);
  const c10 = weights4(beforeAfter, at + 2 * plane, stride, false);
  const c11 = weights4(beforeAfter, at + 3 * plane, stride, false);
  // Mirrored, the places come from the last to the first.
  const transposed = field(job, TRANSPOSED) != 0;
  let place = transposed ? to + 8 * step : to;
  const next = transposed ? 0 - step : step;
  v128.store(place, a00);
  place += next;
  v128.store(place, f32x4.add(a00, a01));
  place += next;
  v128.store(place, b01);
  place += next;
  v128.store(place, f32x4.add(a00, a10));
  place += next;
  v128.store(place, f32x4.add(f32x4.add(a00, a01), f32x4.add(a10, a11)));
  place += next;
  v128.store(place, f32x4.add(b01, b11));
  place += next;
  v128.store(place, c10);
  place += next;
  v128.store(place, f32x4.add(c10, c11));
  place += next;
  v128.store(place, weights4(before, at + 3 * plane, stride, false));
}

/** `G` times three numbers. */
@inline
function spread(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const half = f32x4.splat(0.5);
  const outer = f32x4.add(g0, g2);
  v128.store(to, g0);
  v128.store(to + step, f32x4.mul(half, f32x4.add(outer, g1)));
  v128.store(to + 2 * step, f32x4.mul(half, f32x4.sub(outer, g1)));
  v128.store(to + 3 * step, g2);
}

/** `1 + exp(-v)`; exp as in Cephes (`expf`), to two units in the last place. */
@inline
function onePlusExp(v: v128): v128 {
  const x = f32x4.max(f32x4.min(f32x4.neg(v), f32x4.splat(80)), f32x4.splat(-80));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  const f = madd(n, f32x4.splat(2.12194440e-4), madd(n, f32x4.splat(-0.693359375), x));
  let p = madd(f32x4.splat(1.9875691500e-4), f, f32x4.splat(1.3981999507e-3));
  p = madd(p, f, f32x4.splat(8.3334519073e-3));
  p = madd(p, f, f32x4.splat(4.1665795894e-2));
  p = madd(p, f, f32x4.splat(1.6666665459e-1));
  p = madd(p, f, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(f, f), f), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return madd(p, power, f32x4.splat(1));
}

@inline
function silu4(v: v128): v128 {
  return f32x4.div(v, onePlusExp(v));
}

/** `s (1 + v (1 - s))` with `s = 1 / (1 + exp(-v))`. */
@inline
function siluSlope(v: v128): v128 {
  const one = f32x4.splat(1);
  const s = f32x4.div(one, onePlusExp(v));
  return f32x4.mul(s, madd(v, f32x4.sub(one, s), one));
}

/** Pixels scaled and shifted, and their SiLU. */
function normalisePixels(from: usize, to: usize, count: i32, pixel: usize, affine: usize, silu: bool): void {
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < pixel; k += 16) {
      const v = madd(v128.load(from + k), v128.load(affine + k), v128.load(affine + pixel + k));
      v128.store(to + k, silu ? silu4(v) : v);
    }
    from += pixel;
    to += pixel;
  }
}

/** One row of the map with a pixel of zeros at either end, normalised; rows outside the map are zeros. */
function fillBand(job: usize, unit: i32): void {
  const height = field(job, HEIGHT);
  const width = field(job, WIDTH);
  const ins = field(job, INS);
  const perTile = field(job, DOUBLED) != 0 ? 1 : 2;
  const row = field(job, FIRST) * perTile - 1 + unit;
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

/** `B^T d B` of eight tiles of 4 x 4 pixels, which overlap by two, to `TILES[place][tile][in]`. */
function transformTiles(job: usize, unit: i32): void {
  const across = field(job, ACROSS);
  const tiles = field(job, ROWS) * across;
  const padded = roundUp(tiles, TILES_AT_ONCE);
  const pixel = <usize>field(job, INS) * 4;
  const line = <usize>(field(job, WIDTH) + 2) * pixel;
  const step = <usize>padded * pixel;
  const doubled = field(job, DOUBLED) != 0;
  const last = min(tiles, (unit + 1) * TILES_A_UNIT);
  // The band has a column of zeros ahead, and ends with the map's last column and one of zeros.
  const right = <usize>(field(job, WIDTH) + 1);
  for (let tile = unit * TILES_A_UNIT; tile < last; tile++) {
    const row = tile / across;
    const col = tile % across;
    const to = pointer(job, TILES) + <usize>tile * pixel;
    const from = pointer(job, BAND);
    if (doubled) {
      const at = from + <usize>row * line + <usize>col * pixel;
      for (let k: usize = 0; k < pixel; k += 16) {
        transformDoubled(to + k, step, at + k, line, pixel);
      }
    } else {
      const at = from + <usize>(2 * row) * line + <usize>(2 * col) * pixel;
      // Of an odd width the last tile reaches one column beyond: it reads the zeros before that instead.
      const fourth = <usize>min<i32>(2 * col + 3, <i32>right) * pixel - <usize>(2 * col) * pixel;
      if (field(job, POOLED) != 0) {
        for (let k: usize = 0; k < pixel; k += 16) transformPooled(to + k, step, at + k, line, pixel);
      } else {
        for (let k: usize = 0; k < pixel; k += 16) transformTile(to + k, step, at + k, line, pixel, fourth);
      }
    }
  }
}

@inline
function transformTile(
  to: usize,
  step: usize,
  d: usize,
  line: usize,
  pixel: usize,
  fourth: usize,
): void {
  const d2 = d + 2 * line;
  transformRow(
    to,
    step,
    f32x4.sub(v128.load(d), v128.load(d2)),
    f32x4.sub(v128.load(d + pixel), v128.load(d2 + pixel)),
    f32x4.sub(v128.load(d + 2 * pixel), v128.load(d2 + 2 * pixel)),
    f32x4.sub(v128.load(d + fourth), v128.load(d2 + fourth)),
  );
  const d1 = d + line;
  const b0 = v128.load(d1);
  const b1 = v128.load(d1 + pixel);
  const b2 = v128.load(d1 + 2 * pixel);
  const b3 = v128.load(d1 + fourth);
  const c0 = v128.load(d2);
  const c1 = v128.load(d2 + pixel);
  const c2 = v128.load(d2 + 2 * pixel);
  const c3 = v128.load(d2 + fourth);
  transformRow(to + 4 * step, step, f32x4.add(b0, c0), f32x4.add(b1, c1), f32x4.add(b2, c2), f32x4.add(b3, c3));
  transformRow(to + 8 * step, step, f32x4.sub(c0, b0), f32x4.sub(c1, b1), f32x4.sub(c2, b2), f32x4.sub(c3, b3));
  const d3 = d + 3 * line;
  transformRow(
    to + 12 * step,
    step,
    f32x4.sub(b0, v128.load(d3)),
    f32x4.sub(b1, v128.load(d3 + pixel)),
    f32x4.sub(b2, v128.load(d3 + 2 * pixel)),
    f32x4.sub(b3, v128.load(d3 + fourth)),
  );
}

/** `B^T` times four numbers. */
@inline
function transformRow(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + step, f32x4.add(d1, d2));
  v128.store(to + 2 * step, f32x4.sub(d2, d1));
  v128.store(to + 3 * step, f32x4.sub(d1, d3));
}

/** Of a tile whose four results are added up, the third row and column of places would have no part in the sum. */
@inline
function transformPooled(to: usize, step: usize, d: usize, line: usize, pixel: usize): void {
  const d1 = d + line;
  const d2 = d1 + line;
  const d3 = d2 + line;
  for (let row = 0; row < 3; row++) {
    const above = row == 0 ? d : d1;
    const below = row == 2 ? d3 : d2;
    const sign = f32x4.splat(row == 1 ? 1 : -1);
    const a0 = f32x4.add(v128.load(above), f32x4.mul(sign, v128.load(below)));
    const a1 = f32x4.add(v128.load(above + pixel), f32x4.mul(sign, v128.load(below + pixel)));
    const a2 = f32x4.add(v128.load(above + 2 * pixel), f32x4.mul(sign, v128.load(below + 2 * pixel)));
    const a3 = f32x4.add(v128.load(above + 3 * pixel), f32x4.mul(sign, v128.load(below + 3 * pixel)));
    v128.store(to, f32x4.sub(a0, a2));
    v128.store(to + step, f32x4.add(a1, a2));
    v128.store(to + 2 * step, f32x4.sub(a1, a3));
    to += 3 * step;
  }
}

/** A tile of a doubled map is of 3 x 3 pixels, the middle ones twice. */
@inline
function transformDoubled(to: usize, step: usize, d: usize, line: usize, pixel: usize): void {
  const a0 = v128.load(d);
  const a1 = v128.load(d + pixel);
  const a2 = v128.load(d + 2 * pixel);
  const e = d + line;
  const b0 = v128.load(e);
  const b1 = v128.load(e + pixel);
  const b2 = v128.load(e + 2 * pixel);
  const f = e + line;
  const c0 = v128.load(f);
  const c1 = v128.load(f + pixel);
  const c2 = v128.load(f + 2 * pixel);
  doubledRow(to, step, f32x4.sub(a0, b0), f32x4.sub(a1, b1), f32x4.sub(a2, b2));
  doubledRow(to + 3 * step, step, b0, b1, b2);
  doubledRow(to + 6 * step, step, f32x4.sub(b0, c0), f32x4.sub(b1, c1), f32x4.sub(b2, c2));
}

@inline
function doubledRow(to: usize, step: usize, a: v128, b: v128, c: v128): void {
  v128.store(to, f32x4.sub(a, b));
  v128.store(to + step, b);
  v128.store(to + 2 * step, f32x4.sub(b, c));
}

/** For one place, all tiles times some panels of the filter, to `PRODUCTS[place][tile][out]`. */
function multiply(job: usize, unit: i32): void {
  const ins = field(job, INS);
  const tiles = roundUp(field(job, ROWS) * field(job, ACROSS), TILES_AT_ONCE);
  const panels = roundUp(field(job, OUTS), PANEL) / PANEL;
  const chunks = roundUp(panels, PANELS_A_UNIT) / PANELS_A_UNIT;
  const place = unit / chunks;
  const first = (unit % chunks) * PANELS_A_UNIT;
  const last = min(panels, first + PANELS_A_UNIT);
  const rowIn = <usize>ins * 4;
  const rowOut = <usize>(panels * PANEL * 4);
  const from = pointer(job, TILES) + <usize>place * <usize>tiles * rowIn;
  const to = pointer(job, PRODUCTS) + <usize>place * <usize>tiles * rowOut;
  const weights = pointer(job, WEIGHTS) + <usize>place * <usize>panels * (<usize>PANEL * rowIn);
  for (let panel = first; panel < last; panel++) {
    const factor = weights + <usize>panel * (<usize>PANEL * rowIn);
    for (let tile = 0; tile < tiles; tile += TILES_AT_ONCE) {
      sixByEight(
        from + <usize>tile * rowIn,
        rowIn,
        factor,
        ins,
        to + <usize>tile * rowOut + <usize>(panel * PANEL * 4),
        rowOut,
      );
    }
  }
}

/** Six rows of `ins` numbers times a panel: the sums stay in registers, of which there are sixteen. `ins` is even. */
function sixByEight(a: usize, rowIn: usize, b: usize, ins: i32, c: usize, rowOut: usize): void {
  let a0 = a;
  let a1 = a0 + rowIn;
  let a2 = a1 + rowIn;
  let a3 = a2 + rowIn;
  let a4 = a3 + rowIn;
  let a5 = a4 + rowIn;
  const zero = f32x4.splat(0);
  let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
  let s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
  const end = b + (<usize>ins << 5);
  while (b < end) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let v = v128.load32_splat(a0);
    s00 = madd(v, b0, s00);
    s01 = madd(v, b1, s01);
    v = v128.load32_splat(a1);
    s10 = madd(v, b0, s10);
    s11 = madd(v, b1, s11);
    v = v128.load32_splat(a2);
    s20 = madd(v, b0, s20);
    s21 = madd(v, b1, s21);
    v = v128.load32_splat(a3);
    s30 = madd(v, b0, s30);
    s31 = madd(v, b1, s31);
    v = v128.load32_splat(a4);
    s40 = madd(v, b0, s40);
    s41 = madd(v, b1, s41);
    v = v128.load32_splat(a5);
    s50 = madd(v, b0, s50);
    s51 = madd(v, b1, s51);
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    v = v128.load32_splat(a0, 4);
    s00 = madd(v, b0, s00);
    s01 = madd(v, b1, s01);
    v = v128.load32_splat(a1, 4);
    s10 = madd(v, b0, s10);
    s11 = madd(v, b1, s11);
    v = v128.load32_splat(a2, 4);
    s20 = madd(v, b0, s20);
    s21 = madd(v, b1, s21);
    v = v128.load32_splat(a3, 4);
    s30 = madd(v, b0, s30);
    s31 = madd(v, b1, s31);
    v = v128.load32_splat(a4, 4);
    s40 = madd(v, b0, s40);
    s41 = madd(v, b1, s41);
    v = v128.load32_splat(a5, 4);
    s50 = madd(v, b0, s50);
    s51 = madd(v, b1, s51);
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    a4 += 8;
    a5 += 8;
    b += 64;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  c += rowOut;
  v128.store(c, s10);
  v128.store(c, s11, 16);
  c += rowOut;
  v128.store(c, s20);
  v128.store(c, s21, 16);
  c += rowOut;
  v128.store(c, s30);
  v128.store(c, s31, 16);
  c += rowOut;
  v128.store(c, s40);
  v128.store(c, s41, 16);
  c += rowOut;
  v128.store(c, s50);
  v128.store(c, s51, 16);
}

/** `A^T m A` of eight tiles: four pixels each, with bias and what is added. */
function transformBack(job: usize, unit: i32): void {
  const across = field(job, ACROSS);
  const tiles = field(job, ROWS) * across;
  const padded = roundUp(tiles, TILES_AT_ONCE);
  const outs = field(job, OUTS);
  const doubled = field(job, DOUBLED) != 0;
  const height = field(job, HEIGHT) << <i32>doubled;
  const width = field(job, WIDTH) << <i32>doubled;
  const pixel = <usize>outs * 4;
  const line = <usize>width * pixel;
  const rowIn = <usize>(roundUp(outs, PANEL) * 4);
  const step = <usize>padded * rowIn;
  const bias = pointer(job, BIAS);
  const add = pointer(job, ADD);
  const out = pointer(job, OUT);
  const last = min(tiles, (unit + 1) * TILES_A_UNIT);
  if (field(job, POOLED) != 0) {
    for (let tile = unit * TILES_A_UNIT; tile < last; tile++) {
      const from = pointer(job, PRODUCTS) + <usize>tile * rowIn;
      const to = out + <usize>(field(job, FIRST) * across + tile) * pixel;
      for (let k: usize = 0; k < pixel; k += 16) v128.store(to + k, pooled(from + k, step));
    }
    return;
  }
  for (let tile = unit * TILES_A_UNIT; tile < last; tile++) {
    const row = 2 * (field(job, FIRST) + tile / across);
    const col = 2 * (tile % across);
    const place = <usize>row * line + <usize>col * pixel;
    const right = col + 1 < width;
    const below = row + 1 < height;
    const from = pointer(job, PRODUCTS) + <usize>tile * rowIn;
    for (let k: usize = 0; k < pixel; k += 16) {
      const m = from + k;
      let y00: v128, y01: v128, y10: v128, y11: v128;
      if (doubled) {
        const m0 = m;
        const m1 = m + 3 * step;
        const m2 = m + 6 * step;
        const p0 = v128.load(m0), p1 = v128.load(m0 + step), p2 = v128.load(m0 + 2 * step);
        const q0 = v128.load(m1), q1 = v128.load(m1 + step), q2 = v128.load(m1 + 2 * step);
        const r0 = v128.load(m2), r1 = v128.load(m2 + step), r2 = v128.load(m2 + 2 * step);
        const t1 = f32x4.add(p1, q1);
        const u1 = f32x4.sub(q1, r1);
        y00 = f32x4.add(f32x4.add(p0, q0), t1);
        y01 = f32x4.sub(t1, f32x4.add(p2, q2));
        y10 = f32x4.add(f32x4.sub(q0, r0), u1);
        y11 = f32x4.sub(u1, f32x4.sub(q2, r2));
      } else {
        const s0 = upper(m, step), t0 = lower(m, step);
        const s1 = upper(m + step, step), t1 = lower(m + step, step);
        const s2 = upper(m + 2 * step, step), t2 = lower(m + 2 * step, step);
        const s3 = upper(m + 3 * step, step), t3 = lower(m + 3 * step, step);
        y00 = f32x4.add(f32x4.add(s0, s1), s2);
        y01 = f32x4.sub(f32x4.sub(s1, s2), s3);
        y10 = f32x4.add(f32x4.add(t0, t1), t2);
        y11 = f32x4.sub(f32x4.sub(t1, t2), t3);
      }
      if (bias != 0) {
        const value = v128.load(bias + k);
        y00 = f32x4.add(y00, value);
        y01 = f32x4.add(y01, value);
        y10 = f32x4.add(y10, value);
        y11 = f32x4.add(y11, value);
      }
      const at = place + k;
      write(out, add, at, y00);
      if (right) write(out, add, at + pixel, y01);
      if (below) {
        write(out, add, at + line, y10);
        if (right) write(out, add, at + line + pixel, y11);
      }
    }
  }
}

/** `A^T` times a column of four places: its first and its second number. */
@inline
function upper(m: usize, step: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(m), v128.load(m + 4 * step)), v128.load(m + 8 * step));
}

@inline
function lower(m: usize, step: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(m + 4 * step), v128.load(m + 8 * step)), v128.load(m + 12 * step));
}

/** The sum of a tile's four pixels. */
@inline
function pooled(m: usize, step: usize): v128 {
  return f32x4.sub(
    f32x4.add(pooledRow(m, step), pooledRow(m + 3 * step, step)),
    pooledRow(m + 6 * step, step),
  );
}

@inline
function pooledRow(m: usize, step: usize): v128 {
  return f32x4.sub(f32x4.add(v128.load(m), v128.load(m + step)), v128.load(m + 2 * step));
}

@inline
function write(out: usize, add: usize, at: usize, value: v128): void {
  v128.store(out + at, add != 0 ? f32x4.add(value, v128.load(add + at)) : value);
}

/** How many pixels a unit of the statistics and norms has. */
@inline
function pixelsOf(job: usize, unit: i32): i32 {
  return min(PIXELS_A_UNIT, field(job, HEIGHT) * field(job, WIDTH) - unit * PIXELS_A_UNIT);
}

/**
 * Over 256 pixels, of each channel to `PARTIAL[unit][3][in]`: about the mean, the mean of what is left of the numbers without that,
 * and the sum of its squares. They are put together in doubles (Chan, Golub and LeVeque 1983).
 */
function measure(job: usize, unit: i32): void {
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

function normalise(job: usize, unit: i32): void {
  const pixel = <usize>field(job, INS) * 4;
  const start = <usize>(unit * PIXELS_A_UNIT) * pixel;
  const from = pointer(job, X) + start;
  const to = pointer(job, OUT) + start;
  normalisePixels(from, to, pixelsOf(job, unit), pixel, pointer(job, AFFINE), field(job, SILU) != 0);
}

/** To `PARTIAL[unit][2][in]`: sums of the gradient, and of the gradient times the number less its group's mean. */
function normSlope(job: usize, unit: i32): void {
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

function normBack(job: usize, unit: i32): void {
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
