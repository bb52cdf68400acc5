/** A window of cells around one, large enough to tell them apart, of a map and of the picture under it. */
import type { Pixels } from '@/engine/protocol';
import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { stepOf } from '../parts/colourMaps';
import type { Painting } from '../parts/PixelCanvas';
import type { LatentMap } from './useLatentMap';

/** Cells on each side of the one in the middle. */
export const REACH = 4;

/** Cells along a side of the window. */
export const SPAN = 2 * REACH + 1;

/** The cells around one, in the colours of the map; transparent beyond its border, where there are none. */
export function cellsPainting(
  { grid, values, view }: Pick<LatentMap, 'grid' | 'values' | 'view'>,
  cell: Cell,
): Painting {
  return {
    width: SPAN,
    height: SPAN,
    paint({ data }) {
      const { bytes } = view.map;
      for (let at = 0; at < SPAN * SPAN; at++) {
        const row = cell.row - REACH + Math.floor(at / SPAN);
        const col = cell.col - REACH + (at % SPAN);
        const value = isInside(row, col, grid) ? values[row * grid.cols + col] : undefined;
        if (value === undefined) data.fill(0, 4 * at, 4 * at + 4);
        else {
          const step = 4 * stepOf(value, view.low, view.high);
          data.set(bytes.subarray(step, step + 4), 4 * at);
        }
      }
    },
  };
}

/** The pixels of the same cells; transparent beyond the picture. */
export function pixelsPainting({ data, width, height }: Pixels, grid: Grid, cell: Cell): Painting {
  const factor = Math.max(1, Math.round(width / grid.cols));
  const side = SPAN * factor;
  const [top, left] = [(cell.row - REACH) * factor, (cell.col - REACH) * factor];
  return {
    width: side,
    height: side,
    paint(image) {
      image.data.fill(0);
      const from = Math.max(0, left);
      const to = Math.min(width, left + side);
      for (let row = Math.max(0, top); row < Math.min(height, top + side) && from < to; row++) {
        const pixels = data.subarray(4 * (row * width + from), 4 * (row * width + to));
        image.data.set(pixels, 4 * ((row - top) * side + from - left));
      }
    },
  };
}

function isInside(row: number, col: number, { rows, cols }: Grid): boolean {
  return row >= 0 && row < rows && col >= 0 && col < cols;
}
