/** Winograd's convolutions on WebAssembly: which layers, in which bands, and the jobs of each. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  FILL_BAND,
  MULTIPLY,
  PANEL,
  PANELS_A_TRANSFORM,
  PANELS_A_UNIT,
  TILES_A_UNIT,
  TILES_AT_ONCE,
  TRANSFORM_BACK,
  TRANSFORM_FILTER,
  TRANSFORM_TILES,
} from './fields';
import type { Convolution } from './job';
import { convolutionJob } from './job';
import { type ThreadPool, withOutput } from './threadPool';

/** Tiles of a band, unless a row of the map has more: what is made of them is still in the processor's cache when it is used. */
const TILES_OF_A_BAND = 256;

/** Fewest channels: with fewer the transforms outweigh the products. */
const FEWEST = 16;

/** Tells whether Winograd's way suits a filter `[height, width, in, out]` at a stride of 1, and its gradient. */
export function suitsWinograd([height, width, ins, outs]: readonly number[]): boolean {
  return height === 3 && width === 3 && ins % 4 === 0 && outs % 4 === 0 && Math.min(ins, outs) >= FEWEST;
}

/**
 * A 3x3 convolution of stride 1 with zeros around, for layers that suit; of four filters one of the map doubled.
 * @returns `[1, H, W, out]`; of four filters `[1, 2H, 2W, out]`, as a gradient `[1, H / 2, W / 2, out]`
 */
export function winograd(pool: ThreadPool, convolution: Convolution): tf.Tensor4D {
  const { x, filters, outs, transposed = false } = convolution;
  const [, height, width, ins] = x.shape;
  const folded = filters.length === 4;
  const doubled = folded && !transposed;
  const pooled = folded && transposed;
  const scale = doubled ? 2 : pooled ? 0.5 : 1;
  const perTile = doubled ? 1 : 2;
  const across = Math.ceil(width / perTile);
  const down = Math.ceil(height / perTile);
  const most = Math.min(down, Math.max(1, Math.floor(TILES_OF_A_BAND / across)));
  const places = folded ? 9 : 16;
  const padded = TILES_AT_ONCE * Math.ceil((most * across) / TILES_AT_ONCE);
  const panels = Math.ceil(outs / PANEL);
  const bandRows = (rows: number) => perTile * rows + 2;
  const room = [
    4 * places * panels * PANEL * ins,
    4 * bandRows(most) * (width + 2) * ins,
    4 * places * padded * ins,
    4 * places * padded * panels * PANEL,
    4 * 2 * ins,
  ];
  return withOutput([1, scale * height, scale * width, outs], (out) =>
    pool.withRoom(room, ([weights, band, tiles, products, coefficients]) => {
      const others = filters.slice(1).map((each) => pool.address(each));
      const common = {
        ...convolutionJob(pool, convolution, out, coefficients),
        DOUBLED: Number(doubled),
        POOLED: Number(pooled),
        STEP: perTile,
        ACROSS: across,
        WEIGHTS: weights,
        BAND: band,
        TILES: tiles,
        PRODUCTS: products,
      };
      pool.run({
        ...common,
        ...(folded && { FILTER_2: others[0], FILTER_3: others[1], FILTER_4: others[2] }),
        OPERATION: TRANSFORM_FILTER,
        UNITS: Math.ceil(panels / PANELS_A_TRANSFORM),
      });
      for (let first = 0; first < down; first += most) {
        const rows = Math.min(most, down - first);
        const job = { ...common, FIRST: first, ROWS: rows };
        const units = Math.ceil((rows * across) / TILES_A_UNIT);
        pool.run({ ...job, OPERATION: FILL_BAND, UNITS: bandRows(rows) });
        pool.run({ ...job, OPERATION: TRANSFORM_TILES, UNITS: units });
        pool.run({ ...job, OPERATION: MULTIPLY, UNITS: places * Math.ceil(panels / PANELS_A_UNIT) });
        pool.run({ ...job, OPERATION: TRANSFORM_BACK, UNITS: units });
      }
    }),
  );
}
