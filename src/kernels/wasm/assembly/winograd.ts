/** Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray 2016); see `../winograd.ts` for how the jobs follow one another. */
import {
  ACROSS,
  ADD,
  BAND,
  BIAS,
  DOUBLED,
  FILTER,
  FILTER_2,
  FILTER_3,
  FILTER_4,
  FIRST,
  HALVES,
  HEIGHT,
  INS,
  OUT,
  OUTS,
  PANEL,
  PANELS_A_TRANSFORM,
  PANELS_A_UNIT,
  POOLED,
  PRODUCTS,
  ROWS,
  TILES,
  TILES_AT_ONCE,
  TILES_A_UNIT,
  TRANSPOSED,
  WEIGHTS,
  WIDTH,
} from '../fields';
import { field, pointer, roundUp } from './job';
import { rowsByPanels } from './product';
import { weights4 } from './weights';

/** `G g G^T` of the filters of some panels of eight output channels, to `WEIGHTS[place][panel][in][8]`. */
export function transformFilter(job: usize, unit: i32): void {
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
  const next: usize = transposed ? <usize>0 - step : step;
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

/** `B^T d B` of eight tiles of 4 x 4 pixels, which overlap by two, to `TILES[place][tile][in]`. */
export function transformTiles(job: usize, unit: i32): void {
  const across = field(job, ACROSS);
  const tiles = field(job, ROWS) * across;
  const padded = roundUp(tiles, TILES_AT_ONCE);
  const pixel = <usize>field(job, INS) * 4;
  const line = <usize>(field(job, WIDTH) + 2) * pixel;
  const step = <usize>padded * pixel;
  const doubled = field(job, DOUBLED) != 0;
  const last = min(tiles, (unit + 1) * TILES_A_UNIT);
  if (last == tiles) zeroTiles(job, tiles, padded);
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

/** The tiles that fill the last ones multiplied at once. */
function zeroTiles(job: usize, tiles: i32, padded: i32): void {
  const pixel = <usize>field(job, INS) * 4;
  const places = field(job, DOUBLED) != 0 || field(job, POOLED) != 0 ? 9 : 16;
  const from = pointer(job, TILES);
  for (let place = 0; place < places; place++) {
    memory.fill(from + <usize>(place * padded + tiles) * pixel, 0, <usize>(padded - tiles) * pixel);
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
export function multiply(job: usize, unit: i32): void {
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
  const panelStep = <usize>PANEL * rowIn;
  rowsByPanels(
    from,
    rowIn,
    tiles,
    weights + <usize>first * panelStep,
    panelStep,
    last - first,
    ins,
    to + <usize>(first * PANEL * 4),
    rowOut,
    false,
  );
}

/** `A^T m A` of eight tiles: four pixels each, with bias and what is added. */
export function transformBack(job: usize, unit: i32): void {
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
