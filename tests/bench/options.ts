/** Options of a bench: what it measures. */

import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import planted from '../../models/mini-planted.json';
import type { BenchBackend, Framework } from './contenders/contender';

/** Weights are synthetic for all of them; of `mini-planted` only the network's shape is taken. */
export const BENCH_MODELS = {
  /** Stable Diffusion's. */
  full: parseConfig({
    block_out_channels: [128, 256, 512, 512],
    layers_per_block: 2,
    norm_num_groups: 32,
    latent_channels: 4,
  }),
  'mini-planted': parseConfig(planted.config),
  tiny: parseConfig({
    block_out_channels: [16, 32],
    layers_per_block: 1,
    norm_num_groups: 8,
    latent_channels: 4,
  }),
} satisfies Record<string, AutoencoderConfig>;

export type BenchModel = keyof typeof BENCH_MODELS;

export interface BenchOptions {
  model: BenchModel;
  /** Sides of the square pictures, in pixels. */
  sizes: readonly number[];
  backends: readonly BenchBackend[];
  /** The first of them is what the others are compared with. */
  frameworks: readonly Framework[];
  /** Timed runs of each, after one that is compared only. */
  runs: number;
  /** Threads for WebAssembly. */
  threads: number;
  /** A contender whose single run takes longer is stopped, seconds. */
  limit: number;
  /** Also this project in half precision where the adapter has no shader-f16; where it has, it is measured anyway. */
  half: boolean;
  /** Also every layer by itself, and on WebGPU the yardstick. */
  kernels: boolean;
}

export const DEFAULTS: BenchOptions = {
  model: 'mini-planted',
  sizes: [64, 128],
  backends: ['webgpu', 'wasm'],
  frameworks: ['ours', 'tfjs', 'ort'],
  runs: 5,
  threads: 2,
  limit: 300,
  half: false,
  kernels: false,
};
