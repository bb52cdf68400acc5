/** Inputs of a convolution, and the shape that the text of its programs depends on. */
import type * as tf from '@tensorflow/tfjs-core';
import { type Dtype, dtypeOf, type FeatureMapSize, featureMapSize } from '../dtype';
import { type Geometry, geometryKey } from './geometry';

/** Tensors and flags that a convolution is made from, beside its geometry. */
export interface ConvolutionInputs {
  /** `[1, H, W, in]` */
  x: tf.TensorInfo;
  /** `[planes, in, out]`, float32, or float16 in words (int32). */
  filter: tf.TensorInfo;
  /** `[out]`; zeros where it is missing. */
  bias?: tf.TensorInfo | undefined;
  /** Scale and shift of each input channel, `[2, in]`, applied to `x` inside its borders before the taps; then SiLU. */
  affine?: tf.TensorInfo | undefined;
  silu?: boolean | undefined;
  /** A map of the output's size and dtype to add. */
  add?: tf.TensorInfo | undefined;
}

export interface StoredFeatureMap extends FeatureMapSize {
  dtype: Dtype;
}

export interface ConvolutionShape {
  geometry: Geometry;
  x: StoredFeatureMap;
  out: StoredFeatureMap;
  filter: Dtype;
  bias: boolean;
  affine: boolean;
  silu: boolean;
  /** A map of the output's size and dtype is added. */
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
    x: { ...featureMapSize(x), dtype: dtypeOf(x) },
    out: { ...featureMapSize(out), dtype: dtypeOf(out) },
    filter: dtypeOf(filter),
    bias: bias !== undefined,
    affine: affine !== undefined,
    silu,
    add: add !== undefined,
    accumulate,
  };
}

/** Names a shape in a program's key, its filter's dtype aside. */
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
    .map(({ height, width, channels, dtype }) => `${height}x${width}x${channels} ${dtype}`)
    .join(' > ');
  return `${maps} ${geometryKey(geometry)} ${JSON.stringify({ bias, affine, silu, add, accumulate })}`;
}
