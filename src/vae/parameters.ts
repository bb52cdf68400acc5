import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '../errors';
import type { ConvWeights } from '../kernels/conv2d';
import type { NormWeights } from '../kernels/groupnorm';
import { foldUpsample, type UpsampleWeights } from '../kernels/upsample';
import type { AutoencoderConfig } from './config';
import { shapes } from './shapes';

/** A tensor as files hold it: PyTorch's layout, row-major. */
export interface TensorData {
  shape: number[];
  data: Float32Array;
}

/**
 * The network's tensors on the device, laid out as the kernels want them. They are added one at a time, so that a
 * loader need never hold a second copy of all of them; `finish` tells what is missing.
 */
export class Parameters {
  private readonly expected: Map<string, number[]>;
  private readonly tensors = new Map<string, tf.Tensor>();
  private readonly folded = new Map<string, UpsampleWeights>();

  constructor(config: AutoencoderConfig) {
    this.expected = shapes(config);
  }

  /**
   * Uploads one tensor, by its diffusers name.
   * @throws InspectorError 'bad-model' for a name the network does not have, or a wrong shape.
   */
  add(name: string, { shape, data }: TensorData): void {
    const expected = this.expected.get(name);
    if (!expected) throw mismatch(`The network has no tensor "${name}".`);
    if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
      throw mismatch(`The tensor "${name}" has the shape [${shape}]; the network needs [${expected}].`);
    }
    const count = shape.reduce((product, size) => product * size, 1);
    if (data.length !== count) {
      throw mismatch(
        `The tensor "${name}" of the shape [${shape}] has ${data.length} numbers, not ${count}.`,
      );
    }
    if (this.tensors.has(name)) throw mismatch(`The tensor "${name}" was given twice.`);
    this.tensors.set(name, tf.keep(tf.tidy(() => upload(shape, data))));
    this.foldWhenComplete(name);
  }

  /** @throws InspectorError 'bad-model', naming tensors that were never added. */
  finish(): void {
    const missing = [...this.expected.keys()].filter((name) => !this.tensors.has(name));
    if (missing.length === 0) return;
    const some = missing
      .slice(0, 4)
      .map((name) => `"${name}"`)
      .join(', ');
    const rest = missing.length > 4 ? ` and ${missing.length - 4} more` : '';
    throw mismatch(`The model lacks ${some}${rest}.`);
  }

  has(name: string): boolean {
    return this.expected.has(`${name}.weight`);
  }

  convolution(name: string): ConvWeights {
    return { filter: this.get<tf.Tensor4D>(`${name}.weight`), bias: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  norm(name: string): NormWeights {
    return { scale: this.get<tf.Tensor1D>(`${name}.weight`), shift: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  upsampler(name: string): UpsampleWeights {
    const weights = this.folded.get(name);
    if (!weights) throw new Error(`No upsampler "${name}" was loaded.`);
    return weights;
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    for (const { filters, bias } of this.folded.values()) tf.dispose([...filters, bias]);
    this.tensors.clear();
    this.folded.clear();
  }

  private get<T extends tf.Tensor>(name: string): T {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`No tensor "${name}" was loaded.`);
    return tensor as T;
  }

  /** An upsampler's convolution is needed only in its folded form: made once, and the original let go. */
  private foldWhenComplete(added: string): void {
    const name = added.replace(/\.(weight|bias)$/, '');
    if (!/\.upsamplers\.\d+\.conv$/.test(name)) return;
    const filter = this.tensors.get(`${name}.weight`) as tf.Tensor4D | undefined;
    const bias = this.tensors.get(`${name}.bias`) as tf.Tensor1D | undefined;
    if (!filter || !bias) return;
    const weights = foldUpsample(filter, bias);
    for (const tensor of [...weights.filters, weights.bias]) tf.keep(tensor);
    this.folded.set(name, weights);
    filter.dispose();
    bias.dispose();
  }
}

/** PyTorch's layout -> the kernels': `[out, in, h, w]` -> `[h, w, in, out]`, `[out, in]` -> `[1, 1, in, out]`. */
function upload(shape: number[], data: Float32Array): tf.Tensor {
  if (shape.length === 1) return tf.tensor1d(data);
  const [outs, ins, height = 1, width = 1] = shape;
  const taps = height * width;
  const moved = new Float32Array(data.length);
  for (let out = 0; out < outs; out++) {
    for (let input = 0; input < ins; input++) {
      const from = (out * ins + input) * taps;
      for (let tap = 0; tap < taps; tap++) moved[(tap * ins + input) * outs + out] = data[from + tap];
    }
  }
  return tf.tensor4d(moved, [height, width, ins, outs]);
}

function mismatch(message: string): InspectorError {
  return new InspectorError(
    'bad-model',
    message,
    'Choose the configuration that belongs to this file, or another file.',
  );
}
