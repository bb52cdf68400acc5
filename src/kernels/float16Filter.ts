/**
 * Filters kept on the device in float16, as files hold them: half the memory, the very same numbers. Our WebGPU
 * programs read them as they are; elsewhere they are widened to float32 when a convolution needs them, and let go after it; that costs
 * a pass over the filter, little beside the convolution's passes over the map.
 */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat16 } from '@/models/files/float16';
import { makeResident } from './resident';

/** A filter `[height, width, in, out]`, two numbers in each 32-bit word. */
export class Float16Filter {
  readonly size: number;
  /** The words, int32. */
  readonly packed: tf.Tensor1D;

  /** @param fill writes the bits of IEEE 754 binary16, in the filter's row-major order */
  constructor(
    readonly shape: [number, number, number, number],
    fill: (bits: Uint16Array) => void,
  ) {
    this.size = shape.reduce((product, side) => product * side, 1);
    const words = new Int32Array(Math.ceil(this.size / 2));
    fill(new Uint16Array(words.buffer, 0, this.size));
    this.packed = makeResident(tf.keep(tf.tensor1d(words, 'int32')), words);
  }

  /** The filter in float32; the caller disposes it. */
  widen(): tf.Tensor4D {
    const { packed, shape } = this;
    return tf.engine().runKernel(WIDEN_FLOAT16, { packed }, { shape }) as tf.Tensor4D;
  }

  dispose(): void {
    this.packed.dispose();
  }
}

export type Filter = tf.Tensor4D | Float16Filter;

/** The filter as tfjs's operations take it. Within a `tf.tidy`: a widened one is disposed at its end, a kept one is not. */
export function floatFilter(filter: Filter): tf.Tensor4D {
  return filter instanceof Float16Filter ? filter.widen() : filter;
}

/** The filter as our WebGPU programs take it: float32, or float16 in words. */
export function deviceFilter(filter: Filter): tf.Tensor {
  return filter instanceof Float16Filter ? filter.packed : filter;
}

/** Backends on which filters in float16 may stay so. WebGL would have to read them back from the device each time. */
export function keepsFloat16Filters(backend = tf.getBackend()): boolean {
  return backend !== 'webgl';
}

/** The name in tfjs's registry of what widens; WebGPU's is `webgpu/widen.ts`. */
export const WIDEN_FLOAT16 = 'WidenFloat16';

function widenInMemory({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const { packed } = inputs as unknown as { packed: tf.TensorInfo };
  const { shape } = attrs as unknown as { shape: number[] };
  const store = backend as tf.KernelBackend;
  const words = store.readSync(packed.dataId) as Int32Array;
  const count = shape.reduce((product, side) => product * side, 1);
  const values = decodeFloat16(new Uint16Array(words.buffer, words.byteOffset, count));
  return { dataId: store.write(values, shape, 'float32'), shape, dtype: 'float32' };
}

for (const backendName of ['wasm', 'webgl', 'cpu']) {
  tf.registerKernel({ kernelName: WIDEN_FLOAT16, backendName, kernelFunc: widenInMemory });
}
