import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BufferManager } from '@tensorflow/tfjs-backend-webgpu/dist/buffer_manager';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { influence } from '@/experiments/influence/influence';
import { DTYPES } from '@/kernels/dtype';
import { trimPool } from '@/kernels/webgpu/pool';
import { computesInLanes } from '@/kernels/webgpu/variant';
import { preferWinograd, WINOGRAD_BYTES } from '@/kernels/webgpu/winograd';
import { parseConfig } from '@/vae/config';
import { planMemory, planNetwork } from '@/vae/memory';
import { onBackends } from '../kernels/backends';
import { loadGolden, syntheticNetwork } from './golden';
import { type LiveMemory, watchMemory } from './live';

const MB = 1e6;

let live: LiveMemory | null = null;
afterEach(() => {
  live?.stop();
  live = null;
});

onBackends(['wasm'], () => {
  test('the plan of the full network keeps to what a device may be asked for', async () => {
    const { config, seed } = await loadGolden('full-64');
    const vae = syntheticNetwork(config, seed);
    const plan = (cells: number, dtype: 'float32' | 'float16', winograd = false) =>
      planMemory(vae.decoderStages, cells, cells, { dtype, winograd });
    expect(plan(64, 'float32')).toEqual({
      peakBytes: 4 * (256 + 128 + 128) * 512 ** 2,
      at: 'decoder, level 4 of 4',
      largestFeatureMapBytes: 4 * 256 * 512 ** 2,
    });
    for (const winograd of [false, true]) {
      expect(plan(64, 'float32', winograd).peakBytes).toBeLessThan(700 * MB);
      expect(plan(64, 'float16', winograd).peakBytes).toBeLessThan(400 * MB);
      expect(plan(128, 'float32', winograd).peakBytes).toBeLessThan(2500 * MB);
    }
    // The config says as much as the network that was built.
    const options = { dtype: 'float16', ahead: true, winograd: true } as const;
    const { decode, encode } = planNetwork(config, 512, 512, options);
    expect(decode).toEqual(planMemory(vae.decoderStages, 64, 64, options));
    expect(encode).toEqual(planMemory(vae.encoderStages, 512, 512, { ...options, dtype: 'float32' }));
    vae.dispose();
  });
});

onBackends(['webgpu'], () => {
  test('a decode takes what its plan says', async () => {
    const config = parseConfig({
      block_out_channels: [16, 16],
      layers_per_block: 1,
      norm_num_groups: 8,
      latent_channels: 4,
      mid_block_add_attention: false,
    });
    // So large that maps of the last level take 16 MiB: from there on buffers are not kept for reuse.
    const cells = 256;
    const vae = syntheticNetwork(config, 1);
    const { device } = tf.backend() as WebGPUBackend;
    const latent = tf.randomUniform([1, cells, cells, 4], -1, 1, 'float32', 1) as tf.Tensor4D;
    await latent.data();
    const ahead = computesInLanes(device) !== null;
    const { peakBytes } = planMemory(vae.decoderStages, cells, cells, { ahead });
    trimPool(tf.backend() as WebGPUBackend, 0);
    live = watchMemory(device);
    const decoded = await vae.decodeStaged(latent);
    await decoded.data();
    expect(live.peak).toBeGreaterThan(0.9 * peakBytes);
    // Small buffers, which are not planned, and those kept for reuse.
    expect(live.peak).toBeLessThan(peakBytes + 24 * MB);
    tf.dispose([latent, decoded]);
    vae.dispose();
  });

  test('the gradients of the full network at 512 x 512 pixels would fit into two gigabytes', async () => {
    // The same network, a quarter as wide and high and an eighth as many channels: memory goes with each. So its filters
    // weigh no more beside the maps than they do there.
    const config = parseConfig({
      block_out_channels: [16, 32, 64, 64],
      layers_per_block: 2,
      norm_num_groups: 8,
      latent_channels: 4,
    });
    const scale = 4 * 4 * 8;
    const vae = syntheticNetwork(config, 1);
    const { bufferManager } = tf.backend() as WebGPUBackend;
    // Large buffers are let go of at once; here all are small, so every program is submitted by itself.
    const batch = tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE');
    tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
    // Its workspace does not grow with the picture: it is added below.
    preferWinograd((tf.backend() as WebGPUBackend).device, []);
    const before = bufferManager.numBytesUsed;
    let peak = 0;
    const acquire = vi.spyOn(bufferManager, 'acquireBuffer');
    const { acquireBuffer } = BufferManager.prototype;
    acquire.mockImplementation((...args) => {
      const buffer = acquireBuffer.apply(bufferManager, args);
      peak = Math.max(peak, bufferManager.numBytesUsed - before);
      return buffer;
    });
    try {
      await influence(vae, {
        rows: 16,
        cols: 16,
        channels: 4,
        data: new Float32Array(16 * 16 * 4).fill(0.5),
      });
    } finally {
      acquire.mockRestore();
      preferWinograd((tf.backend() as WebGPUBackend).device, DTYPES);
      tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', batch);
      vae.dispose();
    }
    expect(peak * scale).toBeGreaterThan(1e9);
    // The encoder's weights and the decoder's; a graphics processor of two gigabytes has binary ones.
    const weights = 4 * 83_653_863;
    expect(peak * scale + WINOGRAD_BYTES + weights).toBeLessThan(2 ** 31);
    // What it takes beside them was measured with a network of full size: see docs/performance.md.
    expect(peak * scale + WINOGRAD_BYTES).toBeLessThan(1.75e9);
  });

  test('pokes leave the memory of the device where it was', async () => {
    const config = parseConfig({
      block_out_channels: [16, 32],
      layers_per_block: 1,
      norm_num_groups: 8,
      latent_channels: 4,
    });
    const vae = syntheticNetwork(config, 1);
    const { device } = tf.backend() as WebGPUBackend;
    const poke = async (strength: number) => {
      const latent = tf.fill([1, 4, 4, 4], strength) as tf.Tensor4D;
      const decoded = await vae.decodeStaged(latent);
      await decoded.data();
      tf.dispose([latent, decoded]);
    };
    await poke(0);
    live = watchMemory(device);
    await poke(1);
    const { numTensors } = tf.memory();
    const after = live.now;
    for (let strength = 2; strength <= 50; strength++) await poke(strength);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(live.now).toBe(after);
    vae.dispose();
  });
});
