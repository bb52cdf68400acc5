/**
 * Convolutions as they are written down, for those that Winograd's way does not suit: 1x1, stride 2, and few channels. Pixels that are
 * beside one another lie beside one another in memory, so that a row of a filter is one product.
 */
import {
  ACROSS,
  ADD,
  BAND,
  BIAS,
  DEPTH,
  FILTER,
  FIRST,
  HALVES,
  INS,
  OUT,
  OUTS,
  PANEL,
  PIXELS_AT_ONCE,
  SCRATCH,
  SCRATCH_STEP,
  SIDE,
  STEP,
  TRANSPOSED,
  WEIGHTS,
  WIDTH,
  X,
} from '../fields';
import { field, pointer, roundUp } from './job';
import { sixByEight } from './product';
import { weight, weights4 } from './weights';

/** A panel of eight output channels. */
export function packFilter(job: usize, unit: i32): void {
  const side = field(job, SIDE);
  const ins = field(job, INS);
  const outs = field(job, OUTS);
  const depth = field(job, DEPTH);
  const panels = roundUp(outs, PANEL) / PANEL;
  for (let row = 0; row < side; row++) {
    let to = pointer(job, WEIGHTS) + <usize>((row * panels + unit) * depth * PANEL * 4);
    for (let col = 0; col < side; col++) {
      for (let k = 0; k < ins; k++) {
        packWeights(job, row * side + col, k, unit * PANEL, to);
        to += PANEL * 4;
      }
    }
    // What makes the depth even.
    for (let k = side * ins; k < depth; k++) memory.fill(to, 0, PANEL * 4);
  }
}

/** Those of one tap and one input channel for eight output channels. */
@inline
function packWeights(job: usize, tap: i32, k: i32, first: i32, to: usize): void {
  const filter = pointer(job, FILTER);
  const halves = field(job, HALVES) != 0;
  const transposed = field(job, TRANSPOSED) != 0;
  const ins = field(job, INS);
  const outs = field(job, OUTS);
  const side = field(job, SIDE);
  // Mirrored, the taps come from the last to the first.
  const plane = (transposed ? side * side - 1 - tap : tap) * ins * outs;
  const start = plane + (transposed ? first * ins + k : k * outs + first);
  const stride = transposed ? ins : 1;
  if (first + PANEL <= outs) {
    v128.store(to, weights4(filter, start, stride, halves));
    v128.store(to, weights4(filter, start + 4 * stride, stride, halves), 16);
    return;
  }
  for (let o = 0; o < PANEL; o++) {
    const value: f32 = first + o < outs ? weight(filter, start + o * stride, halves) : 0;
    store<f32>(to + <usize>(o * 4), value);
  }
}

/** Some pixels of a row of results. */
export function convolve(job: usize, unit: i32, place: i32): void {
  const side = field(job, SIDE);
  const step = field(job, STEP);
  const across = field(job, ACROSS);
  const pixel = <usize>field(job, INS) * 4;
  const outs = field(job, OUTS);
  const depth = field(job, DEPTH);
  const panels = roundUp(outs, PANEL) / PANEL;
  const units = roundUp(across, PIXELS_AT_ONCE) / PIXELS_AT_ONCE;
  const row = unit / units;
  const first = (unit % units) * PIXELS_AT_ONCE;
  const count = min(PIXELS_AT_ONCE, across - first);
  const rows = roundUp(count, 6);
  const rowOut = <usize>(panels * PANEL * 4);
  const sums = pointer(job, SCRATCH) + <usize>place * pointer(job, SCRATCH_STEP);
  const line = <usize>(field(job, WIDTH) + 2) * pixel;
  let from: usize;
  if (side == 1) {
    from = pointer(job, X) + <usize>first * pixel;
    if (rows > count) {
      // Nothing is read beyond the map.
      const copy = sums + <usize>PIXELS_AT_ONCE * rowOut;
      memory.copy(copy, from, <usize>count * pixel);
      memory.fill(copy + <usize>count * pixel, 0, <usize>(rows - count) * pixel);
      from = copy;
    }
  } else {
    // A band begins a row and a column ahead of the map; a filter of stride 2 begins at the map's own first.
    const shift = step - 1;
    from = pointer(job, BAND) + <usize>(step * row + shift) * line + <usize>(step * first + shift) * pixel;
  }
  const rowIn = <usize>step * pixel;
  const panelStep = <usize>(depth * PANEL * 4);
  for (let panel = 0; panel < panels; panel++) {
    let factor = pointer(job, WEIGHTS) + <usize>panel * panelStep;
    const to = sums + <usize>(panel * PANEL * 4);
    for (let tap = 0; tap < side; tap++) {
      const at = from + <usize>tap * line;
      for (let r = 0; r < rows; r += 6) {
        sixByEight(at + <usize>r * rowIn, rowIn, factor, depth, to + <usize>r * rowOut, rowOut, tap > 0);
      }
      factor += <usize>panels * panelStep;
    }
  }
  const start = <usize>((field(job, FIRST) + row) * across + first) * <usize>(outs * 4);
  finish(job, sums, rowOut, count, start);
}

/** Sums with bias and what is added, to the result from `start` on. */
function finish(job: usize, sums: usize, rowIn: usize, count: i32, start: usize): void {
  const bytes = <usize>field(job, OUTS) * 4;
  const bias = pointer(job, BIAS);
  const add = pointer(job, ADD);
  let to = pointer(job, OUT) + start;
  let more = add + start;
  for (let r = 0; r < count; r++) {
    let k: usize = 0;
    for (; k + 16 <= bytes; k += 16) {
      let value = v128.load(sums + k);
      if (bias != 0) value = f32x4.add(value, v128.load(bias + k));
      if (add != 0) value = f32x4.add(value, v128.load(more + k));
      v128.store(to + k, value);
    }
    for (; k < bytes; k += 4) {
      let value = load<f32>(sums + k);
      if (bias != 0) value += load<f32>(bias + k);
      if (add != 0) value += load<f32>(more + k);
      store<f32>(to + k, value);
    }
    sums += rowIn;
    to += bytes;
    more += bytes;
  }
}
