/**
 * Filters kept on the device in half precision, as files hold them: half the memory, the very same numbers. They are
 * widened to float32 when a convolution needs them, and let go after it; that costs a pass over the filter, little beside
 * the convolution's passes over the map.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { getMainHeaderString, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat16 } from '../weights/half';
import { makeResident } from './resident';

/** A filter `[height, width, in, out]`, two halves in each 32-bit word. */
export class HalfFilter {
  readonly size: number;
  private readonly packed: tf.Tensor1D;

  /** @param fill writes the bits of IEEE 754 binary16, in the filter's row-major order */
  constructor(
    readonly shape: [number, number, number, number],
    fill: (halves: Uint16Array) => void,
  ) {
    this.size = shape.reduce((product, side) => product * side, 1);
    const words = new Int32Array(Math.ceil(this.size / 2));
    fill(new Uint16Array(words.buffer, 0, this.size));
    this.packed = makeResident(tf.keep(tf.tensor1d(words, 'int32')), words);
  }

  /** The filter in float32; the caller disposes it. */
  widen(): tf.Tensor4D {
    return tf.engine().runKernel(KERNEL, { packed: this.packed }, { shape: this.shape }) as tf.Tensor4D;
  }

  dispose(): void {
    this.packed.dispose();
  }
}

export type Filter = tf.Tensor4D | HalfFilter;

/** The filter as tfjs's operations take it. Within a `tf.tidy`: a widened one is disposed at its end, a kept one is not. */
export function floatFilter(filter: Filter): tf.Tensor4D {
  return filter instanceof HalfFilter ? filter.widen() : filter;
}

/** Backends on which halves may stay halves. WebGL would have to read them back from the device each time. */
export function keepsHalves(backend = tf.getBackend()): boolean {
  return backend !== 'webgl';
}

const KERNEL = 'WidenHalf';

type Inputs = { packed: tf.TensorInfo };
type Attributes = { shape: number[] };

function widenOnDevice({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const { packed } = inputs as unknown as Inputs;
  const { shape } = attrs as unknown as Attributes;
  return (backend as WebGPUBackend).runWebGPUProgram(new WidenProgram(shape), [packed], 'float32');
}

function widenInMemory({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const { packed } = inputs as unknown as Inputs;
  const { shape } = attrs as unknown as Attributes;
  const store = backend as tf.KernelBackend;
  const words = store.readSync(packed.dataId) as Int32Array;
  const count = shape.reduce((product, side) => product * side, 1);
  const values = decodeFloat16(new Uint16Array(words.buffer, words.byteOffset, count));
  return { dataId: store.write(values, shape, 'float32'), shape, dtype: 'float32' };
}

/** Each invocation widens one word: two numbers. `unpack2x16float` is in core WGSL, so no feature is needed. */
class WidenProgram implements WebGPUProgram {
  readonly variableNames = ['packed'];
  readonly shaderKey = 'widen-half';
  readonly size = true;
  readonly workgroupSize: [number, number, number] = [64, 1, 1];
  readonly dispatchLayout = { x: [0] };
  readonly dispatch: [number, number, number];

  constructor(readonly outputShape: number[]) {
    const words = Math.ceil(outputShape.reduce((product, side) => product * side, 1) / 2);
    const groups = Math.ceil(words / this.workgroupSize[0]);
    // One axis holds 65,535 workgroups at least; a filter of 512 x 512 x 9 needs 18,432.
    this.dispatch = [groups, 1, 1];
  }

  getUserCode(): string {
    return `
      ${getMainHeaderString('index')} {
        let first = 2 * index;
        if (first < uniforms.size) {
          let pair = unpack2x16float(bitcast<u32>(packed[index]));
          result[first] = pair.x;
          if (first + 1 < uniforms.size) {
            result[first + 1] = pair.y;
          }
        }
      }`;
  }
}

tf.registerKernel({ kernelName: KERNEL, backendName: 'webgpu', kernelFunc: widenOnDevice });
for (const backendName of ['wasm', 'webgl', 'cpu']) {
  tf.registerKernel({ kernelName: KERNEL, backendName, kernelFunc: widenInMemory });
}
