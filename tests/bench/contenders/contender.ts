/** Messages between the bench and the worker of a contender. */
import type { Layer } from '@/engine/measure/layers';
import type { AutoencoderConfig } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import type { Matmul } from '../matmul';
import type { Precision } from '../onnx/graph';

/** This project's network; the same in tfjs's own operations; the same in onnxruntime-web. */
export type Framework = 'ours' | 'tfjs' | 'ort';

export type BenchBackend = 'webgpu' | 'wasm';

export interface ContenderSpec {
  framework: Framework;
  backend: BenchBackend;
  /** Of weights and maps. */
  precision: Precision;
  /** Asked for; on WebGPU without meaning. */
  threads: number;
  config: AutoencoderConfig;
}

export interface Started {
  /** The framework's own version. */
  version: string;
  /** Name of what computes. */
  device: string;
  /** Used, as far as the framework says. */
  threads: number;
  /** SHA-256 of the weights it computes with. */
  weights: string;
  /** True where its adapter has `shader-f16`. */
  hasHalf: boolean;
}

/** A whole encode or decode: from numbers in memory to numbers in memory. */
export interface Pass {
  /** Moments `[h, w, 2C]`, or the picture `[H, W, 3]`. */
  output: Float32Array<ArrayBuffer>;
  milliseconds: number;
  /** The most it held in GPU buffers meanwhile. */
  gpuBytes: number;
  wasmBytes: number;
}

export interface ContenderCalls {
  start: { args: ContenderSpec; result: Started };
  /** Makes ready for passes of this size; a framework may compile its graph here. */
  prepare: { args: { part: Part; size: number }; result: null };
  /** `input`: `[H, W, 3]`, or the latent `[h, w, C]`. */
  pass: { args: { part: Part; size: number; input: Float32Array<ArrayBuffer> }; result: Pass };
  /** Loads one layer, computes it once, and finds out how often it must run to be timed well. */
  loadLayer: { args: { layer: Layer }; result: { output: Float32Array<ArrayBuffer>; calls: number } };
  /** Milliseconds for one call of the layer that is loaded. */
  timeLayer: { args: Record<string, never>; result: number };
  /** The fastest product of two float32 matrices that a few WGSL programs reach on this device. */
  matmul: { args: Record<string, never>; result: Matmul };
}

/** One framework on one backend with its weights loaded. */
export interface Contender {
  prepare(part: Part, size: number): Promise<void>;
  pass(
    part: Part,
    size: number,
    input: Float32Array<ArrayBuffer>,
  ): Promise<Pick<Pass, 'output' | 'milliseconds'>>;
}
