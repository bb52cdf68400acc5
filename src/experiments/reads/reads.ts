/** The pixels that a cell of the latent reads: how its numbers depend on each pixel of the picture. */
import * as tf from '@tensorflow/tfjs-core';
import { cellIndex, ringDistances } from '@/latent/geometry';
import { toPlanes } from '@/latent/pixels';
import { channelSigma } from '@/latent/statistics';
import type { Cell, Latent } from '@/latent/types';
import { LEVELS_PER_UNIT } from '@/measures/change';
import { controlCell } from '@/measures/control';
import { requireNumbers } from '@/vae/finite';
import { vectorJacobianProducts } from '@/vae/vjp';
import type { ExperimentContext } from '../context';
import { encodeWork, type NextRun, progress } from '../network';

export interface ReadsOptions {
  cell: Cell;
}

export interface ReadMap {
  cell: Cell;
  /**
   * Length of the gradient of the cell's means with respect to each pixel, over red, green, blue and the channels, each
   * channel divided by its standard deviation over the cells: sigma per level, `[height, width]`.
   */
  map: Float32Array<ArrayBuffer>;
  /** RMS of the map at each Chebyshev distance from the cell, in cells. */
  profile: number[];
  /** Share of the squared map at most so many cells away, 0 to 1; the last is 1. NaN where the cell reads nothing at all. */
  within: number[];
}

export interface Reads extends ReadMap {
  width: number;
  height: number;
  radius: number;
  /** Share of the squared map beyond the radius. */
  farShare: number;
  /** The same of an ordinary cell as far from the border; null where none is far enough away. */
  control: (ReadMap & { farShare: number }) | null;
}

/** Channels in one sweep: each keeps a gradient of the largest maps on the device. */
const CHANNELS_A_SWEEP = 4;
/** A sweep computes forward once, and for each channel backward, which costs twice as much. */
const BACKWARD_WORK = 2;

/**
 * One vector-Jacobian product of the encoder for each channel, taken at the picture as it is: what a small change of a pixel
 * does. Channels that do not vary over the cells have no sigma to measure by, and are left out.
 */
export async function reads(context: ExperimentContext, { cell }: ReadsOptions): Promise<Reads> {
  const { vae, picture, mean, radius } = context;
  const sweeps = sweepsOf(mean);
  const other = controlCell(mean, [cell], radius);
  const work = encodeWork(vae, picture);
  const each = sweeps.map((sweep) => work * (1 + BACKWARD_WORK * sweep.length));
  const next = progress(context, (other ? 2 : 1) * each.reduce((sum, value) => sum + value, 0));
  const readMap = async (at: Cell, doing: string) => {
    const map = await gradientLength(context, at, sweeps, each, doing, next);
    const rings = byRings(map, at, context);
    return { cell: at, map, ...rings, farShare: 1 - (rings.within[radius] ?? 1) };
  };
  const own = await readMap(cell, `what cell (${cell.row}, ${cell.col}) reads`);
  const control = other && (await readMap(other, `what its control (${other.row}, ${other.col}) reads`));
  return { ...own, width: picture.width, height: picture.height, radius, control };
}

/** A channel and one over its sigma. */
interface Weighted {
  channel: number;
  weight: number;
}

function sweepsOf(mean: Latent): Weighted[][] {
  const varying = Array.from(channelSigma(mean), (sigma, channel) => ({ channel, weight: 1 / sigma })).filter(
    ({ weight }) => Number.isFinite(weight),
  );
  const sweeps: Weighted[][] = [];
  for (let at = 0; at < varying.length; at += CHANNELS_A_SWEEP)
    sweeps.push(varying.slice(at, at + CHANNELS_A_SWEEP));
  return sweeps;
}

async function gradientLength(
  { vae, picture, mean }: ExperimentContext,
  cell: Cell,
  sweeps: readonly Weighted[][],
  works: readonly number[],
  doing: string,
  next: NextRun,
): Promise<Float32Array<ArrayBuffer>> {
  const { width, height } = picture;
  const squares = new Float64Array(width * height);
  const image = tf.tensor4d(toPlanes(picture), [1, height, width, 3]);
  try {
    for (const [index, sweep] of sweeps.entries()) {
      const cotangents = sweep.map((weighted) => cotangentOf(mean, cell, weighted));
      try {
        const gradients = await vectorJacobianProducts(
          vae.encoderStages,
          image,
          cotangents,
          next(works[index], doing),
        );
        try {
          for (const gradient of gradients) {
            const slopes = (await gradient.data()) as Float32Array;
            requireNumbers(slopes, 'gradients', vae);
            addSquares(squares, slopes);
          }
        } finally {
          tf.dispose(gradients);
        }
      } finally {
        tf.dispose(cotangents);
      }
    }
  } finally {
    image.dispose();
  }
  return Float32Array.from(squares, (sum) => Math.sqrt(sum) / LEVELS_PER_UNIT);
}

/** Cotangent of the moments `[1, rows, cols, 2 channels]`, means first: the cell's mean of one channel, in sigma. */
function cotangentOf(mean: Latent, cell: Cell, { channel, weight }: Weighted): tf.Tensor4D {
  const { rows, cols, channels } = mean;
  const values = new Float32Array(rows * cols * 2 * channels);
  values[cellIndex(cell, mean) * 2 * channels + channel] = weight;
  return tf.tensor4d(values, [1, rows, cols, 2 * channels]);
}

function addSquares(squares: Float64Array, gradient: ArrayLike<number>): void {
  for (let at = 0; at < gradient.length; at++) squares[Math.floor(at / 3)] += gradient[at] ** 2;
}

function byRings(
  map: Float32Array,
  cell: Cell,
  { vae, picture, mean }: ExperimentContext,
): Pick<ReadMap, 'profile' | 'within'> {
  const rings = ringDistances(mean, [cell]);
  const count = rings.reduce((most, ring) => Math.max(most, ring), 0) + 1;
  const sums = new Float64Array(count);
  const pixels = new Float64Array(count);
  for (let y = 0, at = 0; y < picture.height; y++) {
    const first = Math.floor(y / vae.factor) * mean.cols;
    for (let x = 0; x < picture.width; x++, at++) {
      const ring = rings[first + Math.floor(x / vae.factor)];
      sums[ring] += map[at] ** 2;
      pixels[ring] += 1;
    }
  }
  const all = sums.reduce((sum, value) => sum + value, 0);
  let inside = 0;
  const within = Array.from(sums, (sum) => {
    inside += sum;
    return inside / all;
  });
  return { profile: Array.from(sums, (sum, ring) => Math.sqrt(sum / pixels[ring])), within };
}
