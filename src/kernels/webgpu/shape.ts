/** What a convolution is made from, and what the text of its programs depends on. */
import type * as tf from '@tensorflow/tfjs-core';
import { mapSize, type Storage, storageOf } from '../storage';
import { type Geometry, geometryKey } from './geometry';

/** What a convolution reads beside its filter's taps. */
export interface ConvolutionInputs {
  /** `[1, H, W, in]` */
  x: tf.TensorInfo;
  /** `[planes, in, out]`, float32, or halves in words (int32). */
  filter: tf.TensorInfo;
  /** `[out]`; zeros where it is missing. */
  bias?: tf.TensorInfo;
  /** Scale and shift of each input channel, `[2, in]`, applied to `x` inside its borders before the taps; then SiLU. */
  affine?: tf.TensorInfo;
  silu?: boolean;
  /** A map of the output's size and storage to add. */
  add?: tf.TensorInfo;
}

export interface StoredMap {
  height: number;
  width: number;
  channels: number;
  storage: Storage;
}

export interface ConvolutionShape {
  geometry: Geometry;
  x: StoredMap;
  out: StoredMap;
  filter: Storage;
  bias: boolean;
  affine: boolean;
  silu: boolean;
  /** A map of the output's size and storage is added. */
  add: boolean;
  /** Adds to what `out` holds already. */
  accumulate: boolean;
}

/** The fields of every convolution's uniforms: the strip, and where the bound ranges begin, in the program's own units. */
export const STRIP = ['row0', 'rows', 'xShift', 'outShift'];

export function shapeOf(
  { x, filter, bias, affine, silu = false, add }: ConvolutionInputs,
  geometry: Geometry,
  out: tf.TensorInfo,
  accumulate: boolean,
): ConvolutionShape {
  return {
    geometry,
    x: { ...mapSize(x), storage: storageOf(x) },
    out: { ...mapSize(out), storage: storageOf(out) },
    filter: storageOf(filter),
    bias: bias !== undefined,
    affine: affine !== undefined,
    silu,
    add: add !== undefined,
    accumulate,
  };
}

/** Names a shape in a program's key, its filter's storage aside. */
export function shapeKey({
  geometry,
  x,
  out,
  bias,
  affine,
  silu,
  add,
  accumulate,
}: ConvolutionShape): string {
  const maps = [x, out]
    .map(({ height, width, channels, storage }) => `${height}x${width}x${channels} ${storage}`)
    .join(' > ');
  return `${maps} ${geometryKey(geometry)} ${JSON.stringify({ bias, affine, silu, add, accumulate })}`;
}
