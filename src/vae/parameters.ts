import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { type Filter, Float16Filter, keepsFloat16Filters } from '@/kernels/float16Filter';
import { foldUpsample } from '@/kernels/foldUpsample';
import { makeResident } from '@/kernels/resident';
import type { ConvWeights, NormWeights, UpsampleWeights } from '@/kernels/weights';
import { decodeFloat16 } from '@/models/files/float16';
import type { AutoencoderConfig } from './config';
import { type Damage, damagedWeights, damageOf } from './finite';
import { PARTS, type Part, partOf, shapes } from './shapes';

/** A tensor as files hold it: PyTorch's layout, row-major. A `Uint16Array` holds float16 (IEEE 754 binary16). */
export interface TensorData {
  shape: number[];
  data: Float32Array | Uint16Array;
}

/** Weights that the network's stages are built of, by diffusers names. */
export interface Weights {
  has(name: string): boolean;
  convolution(name: string): ConvWeights;
  norm(name: string): NormWeights;
  upsampler(name: string): UpsampleWeights;
}

/**
 * The network's tensors on the device, laid out as the kernels want them. They are added one at a time, so that a
 * loader need never hold a second copy of all of them, and encoder and decoder may come at different times; `finish` tells
 * what is missing. Filters that come in float16 stay so where the backend can; what is folded does not, nor what is small.
 */
export class Parameters implements Weights {
  private readonly expected: Map<string, number[]>;
  private readonly tensors = new Map<string, tf.Tensor1D | Filter>();
  /** Folded filters by the tensor's name: an upsampler's is kept in this form only. */
  private readonly folded = new Map<string, tf.Tensor4D[]>();
  private readonly damage: Record<Part, Damage[]> = { encoder: [], decoder: [] };

  /** @param name the model's, or its file's, for messages */
  constructor(
    config: AutoencoderConfig,
    readonly name?: string,
  ) {
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
    if (this.given(name)) throw mismatch(`The tensor "${name}" was given twice.`);
    const damage = damageOf(name, data);
    if (damage) this.damage[partOf(name)].push(damage);
    if (UPSAMPLER.test(name)) this.folded.set(name, foldUpsample(moved(shape, data), shape[1], shape[0]));
    else this.tensors.set(name, upload(shape, data));
  }

  /** @throws InspectorError 'bad-model', naming tensors of the part that were never added, or hold values that are not numbers. */
  finish(part: Part): void {
    const missing = [...this.expected.keys()].filter((name) => partOf(name) === part && !this.given(name));
    if (missing.length === 0) {
      if (this.damage[part].length > 0) throw damagedWeights(this.name, part, this.damage[part]);
      return;
    }
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
    return { filter: this.get<Filter>(`${name}.weight`), bias: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  norm(name: string): NormWeights {
    return { scale: this.get<tf.Tensor1D>(`${name}.weight`), shift: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  upsampler(name: string): UpsampleWeights {
    const filters = this.folded.get(`${name}.weight`);
    if (!filters) throw new Error(`No upsampler "${name}" was loaded.`);
    return { filters, bias: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  /** Lets go of a half's tensors; they may be added again. */
  drop(part: Part): void {
    this.damage[part] = [];
    for (const [name, tensor] of this.tensors) {
      if (partOf(name) !== part) continue;
      tensor.dispose();
      this.tensors.delete(name);
    }
    for (const [name, filters] of this.folded) {
      if (partOf(name) !== part) continue;
      tf.dispose(filters);
      this.folded.delete(name);
    }
  }

  dispose(): void {
    for (const part of PARTS) this.drop(part);
  }

  private get<T extends tf.Tensor1D | Filter>(name: string): T {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`No tensor "${name}" was loaded.`);
    return tensor as T;
  }

  private given(name: string): boolean {
    return this.tensors.has(name) || this.folded.has(name);
  }
}

const UPSAMPLER = /\.upsamplers\.\d+\.conv\.weight$/;

/** PyTorch's layout -> the kernels': `[out, in, h, w]` -> `[h, w, in, out]`, `[out, in]` -> `[1, 1, in, out]`. */
function upload(shape: number[], data: Float32Array | Uint16Array): tf.Tensor1D | Filter {
  if (shape.length === 1) return tf.keep(tf.tensor1d(widened(data)));
  const [outs, ins, height = 1, width = 1] = shape;
  const layout: [number, number, number, number] = [height, width, ins, outs];
  if (data instanceof Uint16Array && keepsFloat16Filters()) {
    return new Float16Filter(layout, (bits) => outputsLast(data, bits, outs, ins, height * width));
  }
  const values = moved(shape, data);
  return makeResident(tf.keep(tf.tensor4d(values, layout)), values);
}

/** The same in float32, not yet on the device. */
function moved([outs, ins, height = 1, width = 1]: number[], data: Float32Array | Uint16Array): Float32Array {
  const values = new Float32Array(data.length);
  outputsLast(widened(data), values, outs, ins, height * width);
  return values;
}

function widened(data: Float32Array | Uint16Array): Float32Array {
  return data instanceof Uint16Array ? decodeFloat16(data) : data;
}

/** Writes `from`, `[out, in, taps]`, into `to` as `[taps, in, out]`. */
function outputsLast<T extends Float32Array | Uint16Array>(
  from: T,
  to: T,
  outs: number,
  ins: number,
  taps: number,
): void {
  for (let out = 0; out < outs; out++) {
    for (let input = 0; input < ins; input++) {
      const start = (out * ins + input) * taps;
      for (let tap = 0; tap < taps; tap++) to[(tap * ins + input) * outs + out] = from[start + tap];
    }
  }
}

function mismatch(message: string): InspectorError {
  return new InspectorError(
    'bad-model',
    message,
    'Choose the configuration that belongs to this file, or another file.',
  );
}
