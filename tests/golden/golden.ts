import * as tf from '@tensorflow/tfjs-core';
import { SafetensorsFile } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import { Parameters } from '@/vae/parameters';

const files = import.meta.glob<string>('./data/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** One case of an independent PyTorch implementation's outputs; tensors in PyTorch's layout `[1, C, h, w]`. */
export interface Golden {
  config: AutoencoderConfig;
  seed: number;
  tensors: Record<GoldenName, { shape: number[]; data: Float32Array }>;
}

export const GOLDEN_NAMES = [
  'image',
  'mean',
  'logvar',
  'decoded',
  'decoded_poked',
  'grad_mean_r',
  'grad_mean_g',
  'grad_mean_b',
] as const;
export type GoldenName = (typeof GOLDEN_NAMES)[number];

export async function loadGolden(name: string): Promise<Golden> {
  const response = await fetch(files[`./data/${name}.safetensors`]);
  const file = await SafetensorsFile.open(bufferSource(await response.arrayBuffer(), name));
  const tensors = {} as Golden['tensors'];
  for (const key of GOLDEN_NAMES) tensors[key] = await file.read(key);
  return { config: parseConfig(JSON.parse(file.metadata.config)), seed: Number(file.metadata.seed), tensors };
}

/** The case's network: its weights follow from their names, so no file holds them. */
export function syntheticNetwork(config: AutoencoderConfig, seed: number): AutoencoderKL {
  const parameters = new Parameters(config);
  for (const [name, tensor] of syntheticTensors(config, seed)) parameters.add(name, tensor);
  return new AutoencoderKL(config, parameters);
}

/** PyTorch's `[1, C, h, w]` -> `[1, h, w, C]` on the device. */
export function fromPlanes({ shape, data }: { shape: number[]; data: Float32Array }): tf.Tensor4D {
  const [, channels, height, width] = shape;
  const moved = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < height * width; at++)
      moved[at * channels + channel] = data[channel * height * width + at];
  }
  return tf.tensor4d(moved, [1, height, width, channels]);
}

/** The way back, for comparison: a tensor's values as PyTorch orders them. */
export async function toPlanes(tensor: tf.Tensor): Promise<Float32Array> {
  const [, height, width, channels] = tensor.shape;
  const data = await tensor.data();
  const moved = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < height * width; at++)
      moved[channel * height * width + at] = data[at * channels + channel];
  }
  return moved;
}
