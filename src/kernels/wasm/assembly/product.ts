/** Products of matrices, of which convolutions and attention are made. */
import { PANEL } from '../fields';
import { madd } from './job';

/**
 * Six rows of `depth` numbers, which is even, times a panel `[depth][8]`: the sums stay in registers, of which there are sixteen.
 *
 * @param rowIn bytes from one row to the next
 * @param onto added to what is there
 */
export function sixByEight(
  a: usize,
  rowIn: usize,
  b: usize,
  depth: i32,
  c: usize,
  rowOut: usize,
  onto: bool,
): void {
  let a0 = a;
  let a1 = a0 + rowIn;
  let a2 = a1 + rowIn;
  let a3 = a2 + rowIn;
  let a4 = a3 + rowIn;
  let a5 = a4 + rowIn;
  const zero = f32x4.splat(0);
  let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
  let s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
  if (onto) {
    let at = c;
    s00 = v128.load(at), s01 = v128.load(at, 16);
    at += rowOut;
    s10 = v128.load(at), s11 = v128.load(at, 16);
    at += rowOut;
    s20 = v128.load(at), s21 = v128.load(at, 16);
    at += rowOut;
    s30 = v128.load(at), s31 = v128.load(at, 16);
    at += rowOut;
    s40 = v128.load(at), s41 = v128.load(at, 16);
    at += rowOut;
    s50 = v128.load(at), s51 = v128.load(at, 16);
  }
  const end = b + (<usize>depth << 5);
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

/**
 * Rows, a multiple of six of them, times panels of eight columns.
 *
 * @param rowIn, rowOut bytes from one row to the next
 * @param panelStep bytes from one panel to the next
 */
export function rowsByPanels(
  a: usize,
  rowIn: usize,
  rows: i32,
  b: usize,
  panelStep: usize,
  panels: i32,
  depth: i32,
  c: usize,
  rowOut: usize,
  onto: bool,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row += 6) {
      sixByEight(a + <usize>row * rowIn, rowIn, b, depth, c + <usize>row * rowOut, rowOut, onto);
    }
    b += panelStep;
    c += PANEL * 4;
  }
}

/** Four by four numbers, rows to columns. */
@inline
export function transpose4(from: usize, rowIn: usize, to: usize, rowOut: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + rowIn);
  const r2 = v128.load(from + 2 * rowIn);
  const r3 = v128.load(from + 3 * rowIn);
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to + rowOut, v128.shuffle<i64>(low01, low23, 1, 3));
  v128.store(to + 2 * rowOut, v128.shuffle<i64>(high01, high23, 0, 2));
  v128.store(to + 3 * rowOut, v128.shuffle<i64>(high01, high23, 1, 3));
}
