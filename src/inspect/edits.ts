/** Edits on a latent. The latent that is decoded is always `applyEdits(mean, edits)`. */
import { cellIndex, chebyshev } from './geometry';
import { normal } from './random';
import { channelSigma } from './statistics';
import type { Cell, Edit, Latent } from './types';
import { validateEdits } from './validate';

export interface ApplyOptions {
  /** Per-channel sigma of the picture, if it is known already; otherwise it is taken from `mean` when needed. */
  sigma?: ArrayLike<number>;
}

export function isEnabled(edit: Edit): boolean {
  return edit.enabled !== false;
}

/** The cells that the enabled edits touch (both of a swap), each once, in the order in which they first appear. */
export function editedCells(edits: readonly Edit[]): Cell[] {
  const seen = new Map<string, Cell>();
  const add = ({ row, col }: Cell) => {
    const key = `${row},${col}`;
    if (!seen.has(key)) seen.set(key, { row, col });
  };
  for (const edit of edits) {
    if (!isEnabled(edit)) continue;
    add(edit.cell);
    if (edit.kind === 'swap') add(edit.with);
  }
  return [...seen.values()];
}

/**
 * Applies the enabled edits, in order, to a copy of `mean`. With v the cell's current values, one a channel:
 *
 * - `set`, `paste`: v = values; `add`: v + values; `scale`: factor * v; `zero`: 0 (all raw units)
 * - `heal`: the mean of those of the 8 neighbours that exist and are not edited, that is, that no enabled edit of the
 *   whole list touches. Where all of them are edited (the middle of a healed block) the next ring outwards that has
 *   an unedited cell stands in; where the whole latent is edited the cell keeps its values.
 * - `noise`: v + sigma * s_c * z_c, with s_c the channel's standard deviation over the cells of `mean` (the unedited
 *   picture) and z_c independent standard normal numbers from the seed, channel by channel (see random.ts). So
 *   `sigma` 1 is noise as strong as the picture's own variation.
 * - `swap`: exchanges the current values of two cells
 *
 * @throws InspectorError `bad-edit` when an edit does not fit the latent
 */
export function applyEdits(mean: Latent, edits: readonly Edit[], options: ApplyOptions = {}): Latent {
  validateEdits(edits, mean);
  const { channels } = mean;
  const data = mean.data.slice();
  const touched = editedCells(edits);
  let sigma = options.sigma;

  const offset = (cell: Cell) => cellIndex(cell, mean) * channels;
  for (const edit of edits) {
    if (!isEnabled(edit)) continue;
    const at = offset(edit.cell);
    switch (edit.kind) {
      case 'set':
      case 'paste':
        data.set(edit.values, at);
        break;
      case 'add':
        for (let c = 0; c < channels; c++) data[at + c] += edit.values[c];
        break;
      case 'scale':
        for (let c = 0; c < channels; c++) data[at + c] *= edit.factor;
        break;
      case 'zero':
        data.fill(0, at, at + channels);
        break;
      case 'heal':
        data.set(healed(mean, edit.cell, touched), at);
        break;
      case 'noise': {
        sigma ??= channelSigma(mean);
        const draw = normal(edit.seed);
        for (let c = 0; c < channels; c++) data[at + c] += edit.sigma * sigma[c] * draw();
        break;
      }
      case 'swap': {
        const other = offset(edit.with);
        const held = data.slice(at, at + channels);
        data.copyWithin(at, other, other + channels);
        data.set(held, other);
        break;
      }
    }
  }
  return { rows: mean.rows, cols: mean.cols, channels, data };
}

/** What `heal` sets the cell to, given the cells that the edits touch. One number a channel. */
function healed(mean: Latent, cell: Cell, touched: readonly Cell[]): Float64Array {
  const { rows, cols, channels, data } = mean;
  const edited = new Set(touched.map((each) => cellIndex(each, mean)));
  edited.add(cellIndex(cell, mean));
  const farthest = Math.max(rows, cols);
  for (let ring = 1; ring < farthest; ring++) {
    const sum = new Float64Array(channels);
    let found = 0;
    for (let row = Math.max(0, cell.row - ring); row <= Math.min(rows - 1, cell.row + ring); row++) {
      for (let col = Math.max(0, cell.col - ring); col <= Math.min(cols - 1, cell.col + ring); col++) {
        const index = row * cols + col;
        if (edited.has(index) || chebyshev({ row, col }, cell) !== ring) continue;
        for (let c = 0; c < channels; c++) sum[c] += data[index * channels + c];
        found += 1;
      }
    }
    if (found > 0) return sum.map((value) => value / found);
  }
  return Float64Array.from(cellValues(mean, cell));
}

/** The values of one cell, one a channel. */
export function cellValues(latent: Latent, cell: Cell): number[] {
  const at = cellIndex(cell, latent) * latent.channels;
  return Array.from(latent.data.subarray(at, at + latent.channels));
}

/** How far the edits moved one cell. */
export interface CellShift {
  cell: Cell;
  /** Edited minus unedited, one number a channel, raw units. */
  delta: number[];
}

/** The shift that the enabled edits, all together, give each edited cell; in the order of `editedCells`. */
export function cellShifts(mean: Latent, edits: readonly Edit[], options?: ApplyOptions): CellShift[] {
  const edited = applyEdits(mean, edits, options);
  return editedCells(edits).map((cell) => {
    const before = cellValues(mean, cell);
    return { cell, delta: cellValues(edited, cell).map((value, c) => value - before[c]) };
  });
}
