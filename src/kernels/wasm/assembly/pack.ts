/** Matrices in the order in which products read them: panels of eight, which a sum's terms lie one after the other in. */
import { CELLS, INS, OUT, PADDED, PANEL, ROWS_A_PACK, X } from '../fields';
import { field, pointer, roundUp } from './job';
import { transpose4 } from './product';

/** Eight rows to a panel `[in][8]`, of zeros where there are no more rows. `in` is a multiple of four. */
export function packAcross(job: usize, unit: i32): void {
  const ins = field(job, INS);
  const first = unit * PANEL;
  const row = <usize>ins * 4;
  const from = pointer(job, X) + <usize>first * row;
  const to = pointer(job, OUT) + <usize>first * row;
  const count = min(PANEL, field(job, CELLS) - first);
  if (count < PANEL) {
    memory.fill(to, 0, <usize>PANEL * row);
    for (let r = 0; r < count; r++) {
      for (let k = 0; k < ins; k++) {
        store<f32>(to + <usize>((k * PANEL + r) * 4), load<f32>(from + <usize>r * row + <usize>(k * 4)));
      }
    }
    return;
  }
  for (let k: usize = 0; k < row; k += 16) {
    transpose4(from + k, row, to + k * PANEL, PANEL * 4);
    transpose4(from + k + 4 * row, row, to + k * PANEL + 16, PANEL * 4);
  }
}

/** Rows to panels of eight columns `[in / 8][rows][8]`; zeros where there are no more rows or columns. */
export function packDown(job: usize, unit: i32): void {
  const ins = field(job, INS);
  const cells = field(job, CELLS);
  const padded = field(job, PADDED);
  const row = <usize>ins * 4;
  const step = <usize>padded * (PANEL * 4);
  const panels = roundUp(ins, PANEL) / PANEL;
  const zero = f32x4.splat(0);
  const last = min(padded, (unit + 1) * ROWS_A_PACK);
  for (let r = unit * ROWS_A_PACK; r < last; r++) {
    let from = pointer(job, X) + <usize>r * row;
    const end = from + row;
    let to = pointer(job, OUT) + <usize>r * (PANEL * 4);
    for (let panel = 0; panel < panels; panel++) {
      v128.store(to, r < cells ? v128.load(from) : zero);
      v128.store(to, r < cells && from + 16 < end ? v128.load(from, 16) : zero, 16);
      from += PANEL * 4;
      to += step;
    }
  }
}
