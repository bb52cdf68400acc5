import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { clear } from 'idb-keyval';
import { afterEach, expect, test } from 'vitest';
import { tuned } from '@/engine/backends/tuned';
import { same } from '@/kernels/webgpu/geometry';
import type { ConvolutionShape } from '@/kernels/webgpu/shape';
import { chooseTile, TILES } from '@/kernels/webgpu/tiled';
import { adopt, tune, UNTUNED } from '@/kernels/webgpu/tune';
import { suitsWinograd } from '@/kernels/webgpu/winograd';
import { onBackends } from './backends';

const map = { height: 16, width: 16, channels: 64, dtype: 'float32' as const };
const SHAPE: ConvolutionShape = {
  geometry: same(1, 16, 16),
  x: map,
  out: map,
  filter: 'float32',
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
  afterEach(() => adopt(device(), UNTUNED));

  test('all ways are tried on the device, one is chosen and used, and nothing is left behind', async () => {
    const before = tf.memory().numTensors;
    const { tile, winograd } = await tune({ side: 8, channels: 64 });
    expect(tile).toBeTypeOf('number');
    expect(chosen()).toBe(tile);
    expect(suitsWinograd(device(), { ...SHAPE, geometry: same(3, 16, 16) })).toBe(
      winograd.includes('float32'),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('the choice is made once, and remembered for the device', async () => {
    await clear();
    // Software is not tuned: this one says that it is none.
    const info = {
      vendor: 'some',
      architecture: 'some',
      device: '',
      description: '',
      isFallbackAdapter: false,
    };
    Object.defineProperty(device(), 'adapterInfo', { value: info, configurable: true });
    let times = 0;
    const choose = async () => {
      times += 1;
      return { ...UNTUNED, tile: 3, winograd: ['float32' as const] };
    };
    await tuned(device(), choose);
    expect(chosen()).toBe(0);
    await tuned(device(), choose);
    expect(times).toBe(1);
    expect(chosen()).toBe(3);
    expect(suitsWinograd(device(), { ...SHAPE, geometry: same(3, 16, 16) })).toBe(true);
    // Not for what it does not compute: other windows, fewer channels.
    expect(suitsWinograd(device(), SHAPE)).toBe(false);
    const few = { ...SHAPE, geometry: same(3, 16, 16), out: { ...map, channels: 3 } };
    expect(suitsWinograd(device(), few)).toBe(false);
    await clear();
    Reflect.deleteProperty(device(), 'adapterInfo');
  });
});

onBackends(['webgpu'], () => {
  test('a device without tiles is not tuned; it has its own programs, and Winograd’s way', async () => {
    await tuned(device(), () => Promise.reject(new Error('It was.')));
    expect(suitsWinograd(device(), { ...SHAPE, geometry: same(3, 16, 16) })).toBe(true);
  });
});
