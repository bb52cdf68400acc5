/**
 * Measures what computes here with one model: whole encodes and decodes, and every layer of the decoder by itself. The
 * visitor's work goes first: a run in which something else had the device is made again, so that it counts for nothing.
 */
import * as tf from '@tensorflow/tfjs-core';
import { syntheticUniform } from '@/models/synthetic';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { loadLayer } from './kernels';
import { type CountedLayer, type Half, type Layer, layerFlops, networkFlops, networkLayers } from './layers';
import { backendBytes } from './memory';
import { type Timing, timing } from './spread';
import { callsPerRun, timeCalls } from './timing';

export interface MeasureOptions {
  /** Sides of the square pictures, pixels, each a multiple of the model's factor. */
  sizes: readonly number[];
  /** Timed runs of each thing, after one that is not counted. */
  runs: number;
}

/** A whole encode or decode. */
export interface PassMeasurement {
  size: number;
  half: Half;
  /** Operations of the direct algorithm, see `layerFlops`. */
  flops: number;
  milliseconds: Timing;
  /** Most that the backend held at once, see `backendBytes`; weights, and what is kept for reuse, are in it. */
  peakBytes: number;
}

/** One layer of the decoder by itself. */
export interface LayerMeasurement {
  layer: Layer;
  /** Number of such layers in a decode. */
  count: number;
  /** Operations of one of them. */
  flops: number;
  /** Time for one of them. */
  milliseconds: Timing;
}

export interface Measurement {
  passes: PassMeasurement[];
  /** Layers of the decoder at the largest size, those that take longest in a decode first. */
  layers: LayerMeasurement[];
  /** The size at which the layers were measured. */
  layersSize: number;
  /** Runs that were made again because something else had the device meanwhile. */
  disturbed: number;
}

export interface MeasureContext {
  vae: AutoencoderKL;
  /**
   * Awaited between stages: lets the device catch up, gives way to what the visitor waits for, and throws to stop. Resolves
   * to true where something else had its turn.
   */
  pause(): Promise<boolean>;
  onProgress(fraction: number, doing: string): void;
}

export async function measure(
  { vae, pause, onProgress }: MeasureContext,
  { sizes, runs }: MeasureOptions,
): Promise<Measurement> {
  const ascending = [...sizes].sort((a, b) => a - b);
  const layersSize = Math.max(...sizes);
  const layers = networkLayers(vae.config, 'decoder', layersSize, layersSize);
  const total = totalWork(vae, ascending, layers, runs);
  let done = 0;
  let disturbed = 0;
  const result: Measurement = { passes: [], layers: [], layersSize, disturbed };

  /** Times one thing until it has been undisturbed often enough; the first run only prepares. */
  const repeat = async (work: number, doing: string, once: () => Promise<Run>): Promise<Timing> => {
    const times: number[] = [];
    for (let run = 0; run <= runs; ) {
      onProgress(Math.min(1, done / total), doing);
      const { milliseconds, isDisturbed } = await once();
      if (isDisturbed) {
        disturbed += 1;
        continue;
      }
      if (run > 0) times.push(milliseconds);
      run += 1;
      done += work;
    }
    return timing(times);
  };

  for (const size of ascending) {
    const picture = testPicture(size);
    const passes = new Passes(vae, picture, pause);
    try {
      for (const half of ['encoder', 'decoder'] as const) {
        passes.peakBytes = 0;
        const flops = networkFlops(vae.config, half, size, size);
        const doing = `${half === 'encoder' ? 'encoding' : 'decoding'} at ${size} px`;
        const milliseconds = await repeat(flops, doing, () => passes.run(half));
        result.passes.push({ size, half, flops, milliseconds, peakBytes: passes.peakBytes });
      }
    } finally {
      passes.dispose();
      picture.dispose();
    }
  }

  for (const [index, { layer, count }] of layers.entries()) {
    const loaded = loadLayer(layer);
    try {
      const calls = await callsPerRun(loaded.run);
      const doing = `layer ${index + 1} of ${layers.length} of the decoder at ${layersSize} px`;
      const milliseconds = await repeat(layerWork(layer), doing, async () => {
        // Nothing else has the device between two pauses, so a layer is never disturbed.
        await pause();
        return { milliseconds: await timeCalls(loaded.run, calls), isDisturbed: false };
      });
      result.layers.push({ layer, count, flops: layerFlops(layer), milliseconds });
    } finally {
      loaded.dispose();
    }
  }
  result.layers.sort((a, b) => b.count * b.milliseconds.median - a.count * a.milliseconds.median);
  return { ...result, disturbed };
}

interface Run {
  milliseconds: number;
  isDisturbed: boolean;
}

/** Encodes and decodes of one picture, in stages as the page does them. */
class Passes {
  peakBytes = 0;
  private latent: tf.Tensor4D | null = null;

  constructor(
    private readonly vae: AutoencoderKL,
    private readonly picture: tf.Tensor4D,
    private readonly pause: () => Promise<boolean>,
  ) {}

  /** The decoder takes what the encoder has made: that is measured first. */
  async run(half: Half): Promise<Run> {
    let isDisturbed = false;
    const options = {
      checkpoint: async () => {
        this.notePeak();
        isDisturbed = (await this.pause()) || isDisturbed;
      },
    };
    const start = performance.now();
    if (half === 'encoder') {
      const { mean, logvar, rawLogvar } = await this.vae.encodeStaged(this.picture, options);
      this.latent?.dispose();
      this.latent = mean;
      await Promise.all([mean, logvar, rawLogvar].map((tensor) => tensor.data()));
      tf.dispose([logvar, rawLogvar]);
    } else {
      if (!this.latent) throw new Error('Nothing was encoded yet.');
      const decoded = await this.vae.decodeStaged(this.latent, options);
      await decoded.data();
      decoded.dispose();
    }
    const milliseconds = performance.now() - start;
    this.notePeak();
    return { milliseconds, isDisturbed };
  }

  dispose(): void {
    this.latent?.dispose();
  }

  private notePeak(): void {
    this.peakBytes = Math.max(this.peakBytes, backendBytes());
  }
}

/** Noise; what it shows makes no difference to the time. */
function testPicture(size: number): tf.Tensor4D {
  const values = Float32Array.from(syntheticUniform(1, `picture ${size}`, 3 * size * size));
  return tf.tensor4d(values, [1, size, size, 3]);
}

function totalWork(
  { config }: AutoencoderKL,
  sizes: readonly number[],
  layers: readonly CountedLayer[],
  runs: number,
): number {
  const passes = sizes.reduce(
    (sum, size) =>
      sum + networkFlops(config, 'encoder', size, size) + networkFlops(config, 'decoder', size, size),
    0,
  );
  return (runs + 1) * layers.reduce((sum, { layer }) => sum + layerWork(layer), passes);
}

/** Work of a layer, for progress only: a norm takes about as long as this many operations of a convolution for each number. */
function layerWork(layer: Layer): number {
  const normed = layer.kind === 'norm' ? layer.channels : layer.kind === 'normConvolution' ? layer.ins : 0;
  return layerFlops(layer) + 100 * layer.rows * layer.cols * normed;
}
