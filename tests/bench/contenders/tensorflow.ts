/** This project's network and the stock one: both on tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from '@/kernels/dtype';
import { AutoencoderKL } from '@/vae/autoencoder';
import { type AutoencoderConfig, factor } from '@/vae/config';
import { Parameters } from '@/vae/parameters';
import { type Part, partOf } from '@/vae/shapes';
import type { Precision } from '../onnx/graph';
import type { Tensors } from '../weights';
import type { Contender } from './contender';
import type { TfDevice } from './platform';
import { StockAutoencoder } from './stock';

type Numbers = Float32Array<ArrayBuffer>;

/** As the page runs it: in stages, with a pause between two of them. */
export class OwnContender implements Contender {
  private network: AutoencoderKL | null = null;

  constructor(
    private readonly config: AutoencoderConfig,
    private readonly precision: Precision,
    private readonly tensors: Tensors,
    private readonly device: TfDevice,
  ) {}

  /** Only the half that is asked for is loaded: so it is in the other frameworks. */
  async prepare(part: Part): Promise<void> {
    this.network?.dispose();
    const parameters = new Parameters(this.config);
    for (const [name, tensor] of this.tensors) if (partOf(name) === part) parameters.add(name, tensor);
    this.network = new AutoencoderKL(this.config, parameters, [part]);
  }

  async pass(part: Part, size: number, input: Numbers): Promise<{ output: Numbers; milliseconds: number }> {
    const dtype: Dtype = this.precision === 'float16' ? 'float16' : 'float32';
    const options = { checkpoint: () => this.device.pause(), dtype };
    const network = prepared(this.network);
    const start = performance.now();
    const x = tf.tensor4d(input, inputShape(this.config, part, size));
    try {
      if (part === 'decoder') {
        const decoded = await network.decodeStaged(x, options);
        return await read(decoded, start);
      }
      const { mean, logvar, rawLogvar } = await network.encodeStaged(x, options);
      const [means, logvars] = await Promise.all([mean.data(), rawLogvar.data()]);
      const milliseconds = performance.now() - start;
      tf.dispose([mean, logvar, rawLogvar]);
      const channels = this.config.latent_channels;
      return { output: momentsOf(means as Numbers, logvars as Numbers, channels), milliseconds };
    } finally {
      x.dispose();
    }
  }
}

export class StockContender implements Contender {
  private network: StockAutoencoder | null = null;

  constructor(
    private readonly config: AutoencoderConfig,
    private readonly tensors: Tensors,
  ) {}

  async prepare(part: Part): Promise<void> {
    this.network?.dispose();
    const own = [...this.tensors].filter(([name]) => partOf(name) === part);
    this.network = new StockAutoencoder(this.config, new Map(own));
  }

  async pass(part: Part, size: number, input: Numbers): Promise<{ output: Numbers; milliseconds: number }> {
    const network = prepared(this.network);
    const start = performance.now();
    const x = tf.tensor4d(input, inputShape(this.config, part, size));
    try {
      return await read(part === 'decoder' ? network.decode(x) : network.encode(x), start);
    } finally {
      x.dispose();
    }
  }
}

function prepared<T>(network: T | null): T {
  if (!network) throw new Error('No half of the network was prepared.');
  return network;
}

/** Reads a tensor's numbers, takes the time, and lets go of it. */
async function read(tensor: tf.Tensor, start: number): Promise<{ output: Numbers; milliseconds: number }> {
  const values = await tensor.data();
  const milliseconds = performance.now() - start;
  tensor.dispose();
  // The backend may keep the array it gives out.
  return { output: new Float32Array(values), milliseconds };
}

function inputShape(config: AutoencoderConfig, part: Part, size: number): [number, number, number, number] {
  const side = size / factor(config);
  return part === 'encoder' ? [1, size, size, config.in_channels] : [1, side, side, config.latent_channels];
}

/** `[cells, C]` and `[cells, C]` -> `[cells, 2C]`. */
function momentsOf(means: Numbers, logvars: Numbers, channels: number): Numbers {
  const moments = new Float32Array(2 * means.length);
  for (let at = 0; at < means.length; at += channels) {
    moments.set(means.subarray(at, at + channels), 2 * at);
    moments.set(logvars.subarray(at, at + channels), 2 * at + channels);
  }
  return moments;
}
