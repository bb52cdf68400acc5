/** This project's network and the stock one: both on tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { AutoencoderKL } from '../../../src/vae/autoencoder';
import { type AutoencoderConfig, factor } from '../../../src/vae/config';
import type { Part } from '../../../src/vae/shapes';
import type { Tensors } from '../weights';
import type { Contender } from './contender';
import type { TfDevice } from './platform';
import { StockAutoencoder } from './stock';

type Numbers = Float32Array<ArrayBuffer>;

/** As the page runs it: in stages, with a pause between two of them. */
export class OwnContender implements Contender {
  private readonly network: AutoencoderKL;

  constructor(
    private readonly config: AutoencoderConfig,
    tensors: Tensors,
    private readonly device: TfDevice,
  ) {
    this.network = AutoencoderKL.fromTensors(config, new Map(tensors));
  }

  async prepare(): Promise<void> {}

  async pass(part: Part, size: number, input: Numbers): Promise<{ output: Numbers; milliseconds: number }> {
    const options = { checkpoint: () => this.device.pause() };
    const start = performance.now();
    const x = tf.tensor4d(input, inputShape(this.config, part, size));
    try {
      if (part === 'decoder') {
        const decoded = await this.network.decodeStaged(x, options);
        return await read(decoded, start);
      }
      const { mean, logvar, rawLogvar } = await this.network.encodeStaged(x, options);
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
  private readonly network: StockAutoencoder;

  constructor(
    private readonly config: AutoencoderConfig,
    tensors: Tensors,
  ) {
    this.network = new StockAutoencoder(config, tensors);
  }

  async prepare(): Promise<void> {}

  async pass(part: Part, size: number, input: Numbers): Promise<{ output: Numbers; milliseconds: number }> {
    const start = performance.now();
    const x = tf.tensor4d(input, inputShape(this.config, part, size));
    try {
      return await read(part === 'decoder' ? this.network.decode(x) : this.network.encode(x), start);
    } finally {
      x.dispose();
    }
  }
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
