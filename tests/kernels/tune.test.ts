import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { clear } from 'idb-keyval';
import { expect, test } from 'vitest';
import { tuned } from '../../src/engine/backends/tuned';
import { same } from '../../src/kernels/webgpu/geometry';
import type { ConvolutionShape } from '../../src/kernels/webgpu/shape';
import { chooseTile, preferTile, TILES } from '../../src/kernels/webgpu/tiled';
import { tuneTiles } from '../../src/kernels/webgpu/tune';
import { onBackends } from './backends';

const map = { height: 16, width: 16, channels: 64, storage: 'float' as const };
const SHAPE: ConvolutionShape = {
  geometry: same(1, 16, 16),
  x: map,
  out: map,
  filter: 'float',
  bias: false,
  affine: false,
  silu: false,
  add: false,
  accumulate: false,
};

const device = () => (tf.backend() as WebGPUBackend).device;
const chosen = () =>
  TILES.findIndex(({ rows, cols, pixels, quads }) => {
    const tile = chooseTile(device(), SHAPE);
    return tile.rows === rows && tile.cols === cols && tile.pixels === pixels && tile.quads === quads;
  });

onBackends(['webgpu tiles'], () => {
  test('all tiles are tried on the device, one is chosen and used, and nothing is left behind', async () => {
    const before = tf.memory().numTensors;
    const place = await tuneTiles({ side: 8, channels: 16 });
    expect(place).toBeTypeOf('number');
    expect(chosen()).toBe(place);
    expect(tf.memory().numTensors).toBe(before);
    preferTile(device(), null);
  });

  test('the choice is made once, and remembered for the device', async () => {
    await clear();
    let times = 0;
    const tune = async () => {
      times += 1;
      return 3;
    };
    await tuned(device(), tune);
    preferTile(device(), null);
    expect(chosen()).toBe(0);
    await tuned(device(), tune);
    expect(times).toBe(1);
    expect(chosen()).toBe(3);
    preferTile(device(), null);
    await clear();
  });
});

onBackends(['webgpu'], () => {
  test('a device without tiles is not tuned', async () => {
    await tuned(device(), () => Promise.reject(new Error('It was.')));
  });
});
