/** Differences between a browser and Node. */
import type * as Ort from 'onnxruntime-web';
import type { BenchBackend } from './contender';

/** tfjs with a backend up and current. */
export interface TfDevice {
  /** "WebGPU, Apple M2", "this computer's CPU, 2 threads". */
  label: string;
  threads: number;
  /** Awaited between stages, as the page does: lets the device catch up, throws its faults, trims the pool. */
  pause(): Promise<void>;
}

export interface OrtRuntime {
  ort: typeof Ort;
  threads: number;
  label: string;
}

export interface Platform {
  startTf(backend: BenchBackend, threads: number): Promise<TfDevice>;
  /** @throws an error that says in words why onnxruntime-web does not run here */
  openOrt(backend: BenchBackend, threads: number): Promise<OrtRuntime>;
}
