/**
 * Attention of one head over all cells, and its gradient (see `../../attention.ts` for the formulas). A unit has the scores of its own
 * queries at a time, for which it has a workspace.
 */
import {
  CELLS,
  FIRST,
  INS,
  KEYS_ACROSS,
  KEYS_A_UNIT,
  KEYS_DOWN,
  ONTO,
  OUT,
  PADDED,
  PANEL,
  QUERIES_A_UNIT,
  ROWS,
  SCALED,
  SCORES,
  SCRATCH,
  SCRATCH_STEP,
  SLOPE,
  SLOPES,
  STRIDE,
  VALUES_ACROSS,
  VALUES_DOWN,
  X,
} from '../fields';
import { field, pointer, roundUp } from './job';
import { rowsByPanels, transpose4 } from './product';
import { expPlus } from './silu';

/** Terms of a sum that are added up at once: as much of a panel as the processor's nearest cache holds. */
const DEPTH = 512;

@inline
function scaleOf(job: usize): f32 {
  return <f32>1 / sqrt<f32>(<f32>field(job, INS));
}

@inline
function scratchOf(job: usize, place: i32): usize {
  return pointer(job, SCRATCH) + <usize>place * pointer(job, SCRATCH_STEP);
}

/** Bytes of a row of a mixture, whose panels are whole. */
@inline
function mixtureRow(job: usize): usize {
  return <usize>(roundUp(field(job, INS), PANEL) * 4);
}

export function attend(job: usize, unit: i32, place: i32): void {
  const ins = field(job, INS);
  const row = <usize>ins * 4;
  const line = <usize>field(job, STRIDE) * 4;
  const first = unit * QUERIES_A_UNIT;
  const count = min(QUERIES_A_UNIT, field(job, CELLS) - first);
  const queries = scratchOf(job, place);
  const scores = queries + <usize>QUERIES_A_UNIT * row;
  const mixture = scores + <usize>QUERIES_A_UNIT * line;
  copyRows(pointer(job, X) + <usize>first * row, queries, count, row, scaleOf(job));
  multiplyAcross(job, queries, pointer(job, KEYS_ACROSS), scores, line);
  // Their sums divide the mixture, which has fewer numbers.
  const sums = mixture + <usize>QUERIES_A_UNIT * mixtureRow(job);
  for (let r = 0; r < count; r++) {
    store<f32>(sums + <usize>(r * 4), expOfRow(job, scores + <usize>r * line));
  }
  multiplyDown(job, scores, line, QUERIES_A_UNIT, field(job, PADDED), pointer(job, VALUES_DOWN), mixture);
  let out = pointer(job, OUT) + <usize>first * row;
  for (let r = 0; r < count; r++) {
    const share = <f32>1 / load<f32>(sums + <usize>(r * 4));
    scaleRow(mixture + <usize>r * mixtureRow(job), out, row, share, false);
    out += row;
  }
}

/** The queries' part of the gradient; what the keys' and the values' parts need of these queries is left to be gathered. */
export function attendBack(job: usize, unit: i32, place: i32): void {
  const ins = field(job, INS);
  const row = <usize>ins * 4;
  const line = <usize>field(job, STRIDE) * 4;
  const local = unit * QUERIES_A_UNIT;
  const first = field(job, FIRST) + local;
  const count = min(QUERIES_A_UNIT, field(job, CELLS) - first);
  const scale = scaleOf(job);
  const rows = scratchOf(job, place);
  const mixture = rows + <usize>QUERIES_A_UNIT * row;
  const weights = pointer(job, SCORES) + <usize>local * line;
  const slopes = pointer(job, SLOPES) + <usize>local * line;
  copyRows(pointer(job, X) + <usize>first * row, rows, count, row, scale);
  multiplyAcross(job, rows, pointer(job, KEYS_ACROSS), weights, line);
  copyRows(pointer(job, SLOPE) + <usize>first * row, rows, count, row, 1);
  multiplyAcross(job, rows, pointer(job, VALUES_ACROSS), slopes, line);
  for (let r = 0; r < QUERIES_A_UNIT; r++) {
    const at = <usize>r * line;
    const share = <f32>1 / expOfRow(job, weights + at);
    slopesOfRow(job, weights + at, slopes + at, share);
  }
  multiplyDown(job, slopes, line, QUERIES_A_UNIT, field(job, PADDED), pointer(job, KEYS_DOWN), mixture);
  let out = pointer(job, OUT) + <usize>first * row;
  for (let r = 0; r < count; r++) {
    scaleRow(mixture + <usize>r * mixtureRow(job), out, row, scale, false);
    out += row;
  }
}

/** Of some keys, a block of `SCORES` turned round, times as many rows in panels. */
export function attendGather(job: usize, unit: i32, place: i32): void {
  const row = <usize>field(job, INS) * 4;
  const line = <usize>field(job, STRIDE) * 4;
  const first = unit * KEYS_A_UNIT;
  const width = min(KEYS_A_UNIT, field(job, PADDED) - first);
  const count = min(KEYS_A_UNIT, field(job, CELLS) - first);
  // The block's rows, those of zeros too that fill its last unit.
  const depth = roundUp(field(job, ROWS), QUERIES_A_UNIT);
  const turned = scratchOf(job, place);
  const deep = <usize>depth * 4;
  // As many rows as are multiplied at once; the last are no key's.
  const rows = roundUp(count, 6);
  const mixture = turned + <usize>KEYS_A_UNIT * deep;
  const from = pointer(job, SCORES) + <usize>first * 4;
  for (let r = 0; r < depth; r += 4) {
    for (let k = 0; k < width; k += 4) {
      transpose4(from + <usize>r * line + <usize>k * 4, line, turned + <usize>k * deep + <usize>r * 4, deep);
    }
  }
  for (let k = width; k < rows; k++) memory.fill(turned + <usize>k * deep, 0, deep);
  multiplyDown(job, turned, deep, rows, depth, pointer(job, VALUES_DOWN), mixture);
  const scale: f32 = field(job, SCALED) != 0 ? scaleOf(job) : 1;
  const onto = field(job, ONTO) != 0;
  let out = pointer(job, OUT) + <usize>first * row;
  for (let k = 0; k < count; k++) {
    scaleRow(mixture + <usize>k * mixtureRow(job), out, row, scale, onto);
    out += row;
  }
}

/** Rows times `scale`, and rows of zeros up to a unit's. */
function copyRows(from: usize, to: usize, count: i32, row: usize, scale: f32): void {
  for (let r = 0; r < count; r++) scaleRow(from + <usize>r * row, to + <usize>r * row, row, scale, false);
  memory.fill(to + <usize>count * row, 0, <usize>(QUERIES_A_UNIT - count) * row);
}

function scaleRow(from: usize, to: usize, row: usize, scale: f32, onto: bool): void {
  const factor = f32x4.splat(scale);
  for (let k: usize = 0; k < row; k += 16) {
    const value = f32x4.mul(v128.load(from + k), factor);
    v128.store(to + k, onto ? f32x4.add(v128.load(to + k), value) : value);
  }
}

/** A unit's rows `[24][in]` times all cells'. */
@inline
function multiplyAcross(job: usize, rows: usize, panels: usize, to: usize, line: usize): void {
  const ins = field(job, INS);
  const count = field(job, PADDED) / PANEL;
  rowsByPanels(
    rows,
    <usize>ins * 4,
    QUERIES_A_UNIT,
    panels,
    <usize>(ins * PANEL * 4),
    count,
    ins,
    to,
    line,
    false,
  );
}

/** Rows of scores times panels of eight channels. */
function multiplyDown(
  job: usize,
  from: usize,
  line: usize,
  rows: i32,
  depth: i32,
  panels: usize,
  to: usize,
): void {
  const count = roundUp(field(job, INS), PANEL) / PANEL;
  const step = <usize>depth * (PANEL * 4);
  for (let k = 0; k < depth; k += DEPTH) {
    rowsByPanels(
      from + <usize>k * 4,
      line,
      rows,
      panels + <usize>k * (PANEL * 4),
      step,
      count,
      min(DEPTH, depth - k),
      to,
      mixtureRow(job),
      k > 0,
    );
  }
}

/** `exp(s - max)` of a row of scores, and the sum of these. */
function expOfRow(job: usize, at: usize): f32 {
  const end = at + <usize>field(job, PADDED) * 4;
  // No cells are there to fill the last panel.
  for (let pad = at + <usize>field(job, CELLS) * 4; pad < end; pad += 4) store<f32>(pad, -Infinity);
  let m0 = v128.load(at), m1 = m0;
  for (let k = at; k < end; k += 32) {
    m0 = f32x4.max(m0, v128.load(k));
    m1 = f32x4.max(m1, v128.load(k, 16));
  }
  m0 = f32x4.max(m0, m1);
  const most = f32x4.splat(
    max(
      max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)),
      max(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)),
    ),
  );
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero;
  for (let k = at; k < end; k += 32) {
    const e0 = expPlus(f32x4.sub(v128.load(k), most), zero);
    const e1 = expPlus(f32x4.sub(v128.load(k, 16), most), zero);
    v128.store(k, e0);
    v128.store(k, e1, 16);
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
  }
  return sumOf(f32x4.add(s0, s1));
}

@inline
function sumOf(v: v128): f32 {
  const two = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

/** `P = share * exp`, and `dS = P (dP - sum(P dP))` over `dP`. */
function slopesOfRow(job: usize, weights: usize, slopes: usize, share: f32): void {
  const bytes = <usize>field(job, PADDED) * 4;
  const factor = f32x4.splat(share);
  let s0 = f32x4.splat(0), s1 = s0;
  for (let k: usize = 0; k < bytes; k += 32) {
    const p0 = f32x4.mul(v128.load(weights + k), factor);
    const p1 = f32x4.mul(v128.load(weights + k, 16), factor);
    v128.store(weights + k, p0);
    v128.store(weights + k, p1, 16);
    s0 = f32x4.add(s0, f32x4.mul(p0, v128.load(slopes + k)));
    s1 = f32x4.add(s1, f32x4.mul(p1, v128.load(slopes + k, 16)));
  }
  const mean = f32x4.splat(sumOf(f32x4.add(s0, s1)));
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(slopes + k, f32x4.mul(v128.load(weights + k), f32x4.sub(v128.load(slopes + k), mean)));
  }
}
