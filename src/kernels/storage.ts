/**
 * How a map's numbers lie on the device. `half` halves the memory: two numbers, rounded to IEEE 754 binary16, in each 32-bit word, in an int32
 * tensor `[1, H, W, C / 2]`. Every program widens them when it reads and sums in float32. WGSL's `pack2x16float` is core, so
 * no feature is needed; it is for WebGPU alone.
 */
import type * as tf from '@tensorflow/tfjs-core';

export const STORAGES = ['float', 'half'] as const;
export type Storage = (typeof STORAGES)[number];

export function storageOf({ dtype }: tf.TensorInfo): Storage {
  return dtype === 'int32' ? 'half' : 'float';
}

/** Height, width and channels of a map, however it is stored. */
export function mapSize(x: tf.TensorInfo): { height: number; width: number; channels: number } {
  const [, height, width, last] = x.shape;
  return { height, width, channels: storageOf(x) === 'half' ? 2 * last : last };
}

/** The tensor that holds such a map. */
export function mapTensor(
  { height, width, channels }: { height: number; width: number; channels: number },
  storage: Storage,
): { shape: [number, number, number, number]; dtype: 'float32' | 'int32' } {
  return storage === 'half'
    ? { shape: [1, height, width, channels / 2], dtype: 'int32' }
    : { shape: [1, height, width, channels], dtype: 'float32' };
}

/** Bytes of one number of a map. */
export function numberBytes(storage: Storage): number {
  return storage === 'half' ? 2 : 4;
}

/** The type of four consecutive channels in a WGSL buffer. */
export function quadType(storage: Storage): string {
  return storage === 'half' ? 'vec2<u32>' : 'vec4<f32>';
}

/** WGSL that makes a `vec4<f32>` of such a four. */
export function widenQuad(value: string, storage: Storage): string {
  return storage === 'half' ? `widen(${value})` : value;
}

/** WGSL that makes such a four of a `vec4<f32>`. */
export function narrowQuad(value: string, storage: Storage): string {
  return storage === 'half' ? `narrow(${value})` : value;
}

/**
 * WGSL functions behind `widenQuad` and `narrowQuad`. A number that a half cannot hold becomes NaN rather than what the
 * device likes, so that it reaches the picture and is seen there.
 */
export const HALF_FUNCTIONS = `
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
