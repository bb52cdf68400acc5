/** Findings of a bench, as they are written to the JSON file. */
import type { Layer } from '@/engine/measure/layers';
import type { Timing } from '@/engine/measure/spread';
import type { AutoencoderConfig } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import type { BenchBackend, Framework } from './contenders/contender';
import type { Matmul } from './matmul';
import type { NormCost } from './norms';
import type { Precision } from './onnx/graph';
import type { BenchModel, BenchOptions } from './options';

/** Time of the other as a multiple of this project's, of runs that were made one after the other. */
export interface Ratio {
  median: number;
  least: number;
  most: number;
}

/**
 * - `timed`: it computes the same, and this is how long it takes
 * - `exceeded`: a single run takes longer than the limit
 * - `wrong`: its output is another, so its time is of no interest
 * - `failed`: it does not run, and why
 */
export type Outcome =
  | (Timed & { gpuBytes: number; wasmBytes: number })
  | { kind: 'exceeded'; seconds: number; note: string }
  | { kind: 'wrong'; error: number }
  | { kind: 'failed'; reason: string };

export interface Timed {
  kind: 'timed';
  milliseconds: Timing;
  /** Null for this project itself. */
  ratio: Ratio | null;
  /** Largest difference from the reference over all runs, relative to its largest value; null for the reference. */
  error: number | null;
  /** Operations of the direct algorithm a second, in units of 1e9. */
  gflops: number;
}

export interface PassRow {
  backend: BenchBackend;
  size: number;
  part: Part;
  framework: Framework;
  precision: Precision;
  outcome: Outcome;
}

export interface LayerRow {
  backend: BenchBackend;
  size: number;
  part: Part;
  layer: Layer;
  /** Number of times that the half has it; 0 for a part of another layer. */
  count: number;
  framework: Framework;
  /** Of one of them. */
  outcome: Exclude<Outcome, { kind: 'timed' }> | Timed;
}

/** Cost of GroupNorm, with the SiLU behind it, for this project in a whole pass. */
export interface NormRow extends NormCost {
  backend: BenchBackend;
  size: number;
  part: Part;
  /** The whole pass, milliseconds. */
  pass: number;
}

export interface ContenderFacts {
  backend: BenchBackend;
  framework: Framework;
  precision: Precision;
  version: string;
  device: string;
  threads: number;
}

export interface BenchReport {
  format: 'latent-inspector-bench';
  version: 1;
  latentInspector: string;
  /** The browser or Node, in its own words. */
  runsIn: string;
  cores: number;
  model: BenchModel;
  config: AutoencoderConfig;
  /** SHA-256 of the weights, the same for all contenders; empty where none started. */
  weights: string;
  options: BenchOptions;
  contenders: ContenderFacts[];
  passes: PassRow[];
  layers: LayerRow[];
  norms: NormRow[];
  /** Of the WebGPU device; null where it was not asked for or failed. */
  matmul: Matmul | null;
  /** Sentences on what went otherwise than asked for. */
  notes: string[];
}
