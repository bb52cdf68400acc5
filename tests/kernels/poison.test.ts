/** The poison itself works: otherwise all other tests would say nothing about memory that was not written. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Emscripten } from '@/kernels/wasm/threadPool';
import { Recorder } from '@/kernels/webgpu/recorder';
import { takeFaults } from '../poison';
import { type Backend, onBackends } from './backends';

const COUNT = 1000;

/** A tensor that nothing has written. */
function unwritten(backend: Backend): tf.TensorInfo {
  if (backend === 'wasm') return (tf.backend() as BackendWasm).makeOutput([COUNT], 'float32');
  if (backend === 'webgl') {
    const program = { variableNames: [], outputShape: [COUNT], userCode: 'void main() { discard; }' };
    return (tf.backend() as MathBackendWebGL).runWebGLProgram(program, [], 'float32');
  }
  return new Recorder(tf.backend()).output([COUNT]);
}

onBackends(['wasm', 'webgpu', 'webgpu tiles', 'webgl'], (backend) => {
  test('memory is handed out full of NaN, new and used', async () => {
    for (let round = 0; round < 2; round++) {
      const tensor = tf.engine().makeTensorFromTensorInfo(unwritten(backend));
      expect([...(await tensor.data())].every(Number.isNaN)).toBe(true);
      tensor.dispose();
      const used = tf.zeros([COUNT]);
      used.dataSync();
      used.dispose();
    }
  });
});

onBackends(['wasm'], () => {
  test('what is written before or beyond a block of the heap is found', () => {
    const { wasm } = tf.backend() as unknown as { wasm: Emscripten & { HEAPU8: Uint8Array } };
    for (const at of [-1, 0, 15, 16]) {
      const address = wasm._malloc(16);
      wasm.HEAPU8[address + at] = 1;
      wasm._free(address);
    }
    expect(takeFaults()).toEqual([
      'a block of 16 bytes was written before its start',
      'a block of 16 bytes was written beyond its end',
    ]);
  });
});
