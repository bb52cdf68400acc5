import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { ModelFile } from '@/models/load';
import { parseConfig } from '@/vae/config';
import { PARTS } from '@/vae/shapes';
import { zeroFullSize } from '../../hub/full-size';

/** Bytes that loading may take beyond the weights themselves. */
const EXTRA = 64 * 2 ** 20;

test('the full network is loaded tensor by tensor: the heap grows by little more than its weights, which stay halves', {
  timeout: 60_000,
}, async () => {
  await tf.setBackend('wasm');
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  const config = parseConfig({ block_out_channels: [128, 256, 512, 512], layers_per_block: 2 });
  const served = zeroFullSize(config);
  let longest = 0;
  const source = {
    name: 'model.safetensors',
    byteLength: served.bytes,
    read: async (offset: number, length: number) => {
      longest = Math.max(longest, length);
      return served.read(offset, length).buffer as ArrayBuffer;
    },
  };
  const before = wasm.HEAPU8.length;
  const file = await ModelFile.open([source], source.name, config);
  for (const part of PARTS) await file.load(part);
  const weights = tf.memory().numBytes;
  // 2 bytes a number, but for the three folded upsamplers: 4 bytes, and 16/9 as many.
  expect(weights).toBeLessThan(1.2 * served.bytes);
  expect(wasm.HEAPU8.length - before).toBeLessThan(weights + EXTRA / 2);
  // An array as it is read, one in the other order, and for what is folded one in float32.
  expect(4 * longest).toBeLessThan(EXTRA / 2);
  file.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
