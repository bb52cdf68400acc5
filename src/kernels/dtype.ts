/**
 * Layouts of a map's numbers on the device. `float16` takes half the memory: two numbers, rounded to IEEE 754 binary16, in each
 * 32-bit word, in an int32 tensor `[1, H, W, C / 2]`. Every program widens them when it reads and sums in float32. WGSL's
 * `pack2x16float` is core, so no feature is needed; it is for WebGPU alone.
 */
import type * as tf from '@tensorflow/tfjs-core';

export const DTYPES = ['float32', 'float16'] as const;
export type Dtype = (typeof DTYPES)[number];

export function dtypeOf({ dtype }: tf.TensorInfo): Dtype {
  return dtype === 'int32' ? 'float16' : 'float32';
}

export interface FeatureMapSize {
  height: number;
  width: number;
  channels: number;
}

/** Size of a map on the device, whatever its dtype. */
export function featureMapSize(x: tf.TensorInfo): FeatureMapSize {
  const [, height, width, last] = x.shape;
  return { height, width, channels: dtypeOf(x) === 'float16' ? 2 * last : last };
}

/** Bytes of one number of a map. */
export function numberBytes(dtype: Dtype): number {
  return dtype === 'float16' ? 2 : 4;
}

/** The type of four consecutive channels in a WGSL buffer. */
export function quadType(dtype: Dtype): string {
  return dtype === 'float16' ? 'vec2<u32>' : 'vec4<f32>';
}

/** WGSL that makes a `vec4<f32>` of such a four. */
export function widenQuad(value: string, dtype: Dtype): string {
  return dtype === 'float16' ? `widen(${value})` : value;
}

/** WGSL that makes such a four of a `vec4<f32>`. */
export function narrowQuad(value: string, dtype: Dtype): string {
  return dtype === 'float16' ? `narrow(${value})` : value;
}

/**
 * WGSL functions behind `widenQuad` and `narrowQuad`. A number that float16 cannot hold becomes NaN rather than what the
 * device likes, so that it reaches the picture and is seen there.
 */
export const FLOAT16_FUNCTIONS = `
fn widen(words: vec2<u32>) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}
fn narrow(values: vec4<f32>) -> vec2<u32> {
  let words = vec2<u32>(
    pack2x16float(clamp(values.xy, vec2<f32>(-65504.0), vec2<f32>(65504.0))),
    pack2x16float(clamp(values.zw, vec2<f32>(-65504.0), vec2<f32>(65504.0))));
  let held = abs(values) <= vec4<f32>(65504.0);
  let nans = vec2<u32>(
    select(0x7e00u, 0u, held.x) | select(0x7e000000u, 0u, held.y),
    select(0x7e00u, 0u, held.z) | select(0x7e000000u, 0u, held.w));
  return words | nans;
}`;
