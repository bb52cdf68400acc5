import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { attend } from '@/kernels/attention';
import { conv2d, downsample } from '@/kernels/conv2d';
import { chooseKernels, currentKernels } from '@/kernels/currentKernels';
import { Float16Filter } from '@/kernels/float16Filter';
import { foldUpsample } from '@/kernels/foldUpsample';
import { groupNorm, groupStatistics } from '@/kernels/groupnorm';
import type { KernelSet } from '@/kernels/kernelSet';
import { normConv } from '@/kernels/normconv';
import { PlainKernels } from '@/kernels/plain';
import { upsample } from '@/kernels/upsample';
import { WasmKernels } from '@/kernels/wasm';
import { isFused, ThreadPool } from '@/kernels/wasm/threadPool';
import { encodeFloat16 } from '@/models/files/float16';
import { onBackends } from './backends';
import { checkKernel, toTensor, vector } from './check';
import { expectClose, relativeError } from './compare';
import { convolve, doubled, type Map3, noise, noiseMap, normalise, statistics } from './reference';

const backend = () => tf.backend() as BackendWasm;
const SAME = { size: [3, 3] as [number, number], stride: 1, pad: { top: 1, bottom: 1, left: 1, right: 1 } };

/** Channels that fill neither panels of eight outputs nor lines of the cache. */
const INS = 20;
const OUTS = 28;
const FILTER = noise(9 * INS * OUTS, 1).map((value) => 0.2 * value);
const BIAS = noise(OUTS, 2);

const weights = () => ({
  filter: tf.tensor4d(Float32Array.from(FILTER), [3, 3, INS, OUTS]),
  bias: vector(BIAS),
});

/** The thread pool must have been at work. */
async function byThreads(check: () => Promise<void>): Promise<void> {
  const run = vi.spyOn(ThreadPool.prototype, 'run');
  try {
    await check();
    expect(run).toHaveBeenCalled();
  } finally {
    run.mockRestore();
  }
}

onBackends(['wasm'], () => {
  let first: KernelSet;
  beforeAll(() => {
    first = currentKernels();
  });
  afterAll(() => chooseKernels(first));

  test('the engine starts a thread pool, and Chromium has relaxed SIMD', () => {
    expect(first.name).toBe('wasm');
    expect(isFused()).toBe(true);
  });

  const builds = [
    { fused: true, threads: 1 },
    { fused: true, threads: 2 },
    { fused: false, threads: 2 },
  ];
  describe.each(builds)('fused: $fused, $threads threads', ({ fused, threads }) => {
    beforeAll(async () => {
      const pool = await ThreadPool.start(backend(), threads, { fused });
      chooseKernels(new WasmKernels(pool as ThreadPool));
    });

    test.each([
      [7, 9],
      [8, 8],
      [1, 1],
      [2, 33],
    ])('3 x 3 over %i x %i, with its gradient', async (height, width) => {
      const given = weights();
      await byThreads(() =>
        checkKernel(
          (x) => conv2d(x, given),
          (x) => convolve(x, FILTER, BIAS, SAME),
          noiseMap(height, width, INS, 3),
        ),
      );
    });

    test('filters kept in float16, subnormal ones too', async () => {
      const small = Float32Array.from(FILTER, (value, at) => (at % 7 === 0 ? 1e-4 * value : value));
      const filter = new Float16Filter([3, 3, INS, OUTS], (bits) => bits.set(encodeFloat16(small)));
      const wide = tf.tidy(() => tf.keep(filter.widen()));
      const x = toTensor(noiseMap(6, 5, INS, 4));
      const [narrow, floats] = [filter, wide].map((each) => conv2d(x, { filter: each, bias: vector(BIAS) }));
      expect(relativeError(await narrow.data(), await floats.data())).toBe(0);
      // Numbers that float16 holds only below its normal range were among them.
      expect((await wide.data()).some((value) => value !== 0 && Math.abs(value) < 2 ** -14)).toBe(true);
    });

    test.each([
      [5, 6],
      [1, 7],
    ])('doubling and 3 x 3 over %i x %i, with its gradient', async (height, width) => {
      const filters = foldUpsample(Float32Array.from(FILTER), INS, OUTS);
      const bias = vector(BIAS);
      await byThreads(() =>
        checkKernel(
          (x) => upsample(x, { filters, bias }),
          (x) => convolve(doubled(x), FILTER, BIAS, SAME),
          noiseMap(height, width, INS, 5),
        ),
      );
    });

    test.each([
      { height: 1, width: 2, channels: 4, rows: 1 },
      { height: 7, width: 9, channels: 20, rows: 63 },
      // Sums of more terms than are added up at once, and several blocks of queries, the last one short.
      { height: 26, width: 27, channels: 12, rows: 250 },
    ])('attention over $height x $width x $channels, with its gradient', async (size) => {
      const { height, width, channels, rows } = size;
      const inputs = [20, 21, 22].map((seed) => {
        const map = noiseMap(height, width, channels, seed);
        // Sharp, so that a wrong scale or a sum that is not the row's shows.
        map.data = map.data.map((value) => 3 * value);
        return toTensor(map);
      });
      const dy = toTensor(noiseMap(height, width, channels, 23));
      const all = async () => {
        const forward = (...maps: tf.Tensor[]) => {
          const [q, k, v] = maps as tf.Tensor4D[];
          return attend(q, k, v, rows * height * width);
        };
        const before = tf.memory().numTensors;
        const results = [forward(...inputs), ...tf.grads(forward)(inputs, dy)];
        expect(tf.memory().numTensors - before).toBe(4);
        return Promise.all(results.map((each) => each.data()));
      };
      const byThePool = currentKernels();
      chooseKernels(new PlainKernels());
      const expected = await all();
      chooseKernels(byThePool);
      await byThreads(async () => {
        const values = await all();
        for (const [index, name] of ['value', 'queries', 'keys', 'values'].entries()) {
          expectClose(values[index], expected[index], 1e-5, name);
        }
      });
    });

    test.each([
      { side: 3, ins: 3, outs: 28, height: 4, width: 27 },
      { side: 3, ins: 20, outs: 3, height: 7, width: 9 },
      { side: 3, ins: 5, outs: 7, height: 1, width: 1 },
      { side: 1, ins: 20, outs: 28, height: 5, width: 11 },
      { side: 1, ins: 2, outs: 6, height: 1, width: 1 },
      { side: 1, ins: 12, outs: 16, height: 6, width: 8 },
    ])(
      'direct $side x $side, $ins to $outs channels over $height x $width, with its gradient',
      async (of) => {
        const { side, ins, outs, height, width } = of;
        const filter = noise(side * side * ins * outs, 1);
        const bias = noise(outs, 2);
        const given = {
          filter: tf.tensor4d(Float32Array.from(filter), [side, side, ins, outs]),
          bias: vector(bias),
        };
        const pad = (side - 1) / 2;
        const window = {
          size: [side, side] as [number, number],
          stride: 1,
          pad: { top: pad, bottom: pad, left: pad, right: pad },
        };
        await byThreads(() =>
          checkKernel(
            (x) => conv2d(x, given),
            (x) => convolve(x, filter, bias, window),
            noiseMap(height, width, ins, 3),
          ),
        );
        const packed = new Float16Filter([side, side, ins, outs], (bits) =>
          bits.set(encodeFloat16(Float32Array.from(filter))),
        );
        const wide = tf.tidy(() => tf.keep(packed.widen()));
        const x = toTensor(noiseMap(height, width, ins, 4));
        const onto = toTensor(noiseMap(height, width, ins, 5));
        const dy = toTensor(noiseMap(height, width, outs, 6));
        const [narrow, floats] = [packed, wide].map((each) => {
          const both = { filter: each, bias: vector(bias) };
          return [conv2d(x, both), currentKernels().conv2dVjpOnto(onto, dy, both)];
        });
        for (const index of [0, 1]) {
          expect(relativeError(await narrow[index].data(), await floats[index].data())).toBe(0);
        }
        const apart = tf.add(onto, tf.grad((map: tf.Tensor) => conv2d(map as tf.Tensor4D, given))(x, dy));
        // float16 has eleven bits.
        expectClose(await floats[1].data(), await apart.data(), 2e-3, 'onto');
      },
    );

    test.each([
      [6, 8, 20, 28],
      [2, 2, 4, 4],
      [4, 98, 3, 5],
    ])('stride 2 over %i x %i, %i to %i channels', async (height, width, ins, outs) => {
      const filter = noise(9 * ins * outs, 1);
      const bias = noise(outs, 2);
      const given = { filter: tf.tensor4d(Float32Array.from(filter), [3, 3, ins, outs]), bias: vector(bias) };
      const window = {
        size: [3, 3] as [number, number],
        stride: 2,
        pad: { top: 0, bottom: 1, left: 0, right: 1 },
      };
      const map = noiseMap(height, width, ins, 3);
      await byThreads(async () =>
        expectClose(
          await downsample(toTensor(map), given).data(),
          convolve(map, filter, bias, window).data,
          1e-5,
        ),
      );
    });

    test('direct convolutions in bands give what they give at once', async () => {
      // Rows of which a band has a few, and those of which it has not one.
      for (const [height, width, ins] of [
        [40, 4000, 20],
        [4, 60000, 20],
      ]) {
        const filter = tf.tensor4d(Float32Array.from(noise(9 * ins * 3, 7)), [3, 3, ins, 3]);
        const x = toTensor(noiseMap(height, width, ins, 10));
        for (const operation of [conv2d, downsample]) {
          const result = () => operation(x, { filter, bias: vector(noise(3, 8)) }).data();
          const banded = await result();
          const byThePool = currentKernels();
          chooseKernels(new PlainKernels());
          const expected = await result();
          chooseKernels(byThePool);
          expectClose(banded, expected, 1e-5, 'value');
        }
        tf.dispose([x, filter]);
      }
    });

    test('norm, SiLU, 3 x 3 and skip', async () => {
      const [scale, shift] = [noise(INS, 6), noise(INS, 7)];
      const learned = { norm: { scale: vector(scale), shift: vector(shift) }, groups: 5, conv: weights() };
      const skip = noiseMap(6, 9, OUTS, 8);
      const map = toTensor(skip);
      const reference = (x: Map3) => {
        const y = convolve(normalise(x, scale, shift, 5, true), FILTER, BIAS, SAME);
        return { ...y, data: y.data.map((value, at) => value + skip.data[at]) };
      };
      await byThreads(() =>
        checkKernel(
          (x) => normConv(x, learned, { skip: { featureMap: map, shortcut: null } }),
          reference,
          noiseMap(6, 9, INS, 9),
        ),
      );
    });

    test('large and small numbers through SiLU', async () => {
      const values = [-1e4, -88, -20, -1e-3, 0, 1e-3, 20, 88, 1e4];
      const x: Map3 = { ...noiseMap(1, values.length, 16, 1) };
      x.data = x.data.map((_, at) => values[Math.floor(at / 16)]);
      const norm = { scale: tf.ones([16]) as tf.Tensor1D, shift: tf.zeros([16]) as tf.Tensor1D };
      const centre = new Float32Array(9 * 256);
      for (let k = 0; k < 16; k++) centre[4 * 256 + 17 * k] = 1;
      const conv = {
        filter: tf.tensor4d(centre, [3, 3, 16, 16]),
        bias: tf.zeros([16]) as tf.Tensor1D,
      };
      const statistics = {
        mean: tf.zeros([1]) as tf.Tensor1D,
        variance: tf.fill([1], 1 - 1e-6) as tf.Tensor1D,
      };
      const y = await normConv(toTensor(x), { norm, groups: 1, conv }, { statistics }).data();
      values.forEach((value, pixel) => {
        const exact = value / (1 + Math.exp(-value));
        // The tile's other pixels have a part in rounding.
        const scale = Math.max(...[-1, 0, 1].map((d) => Math.abs(values[pixel + d] ?? 0)), 1e-3);
        expect(Math.abs(y[16 * pixel] - exact)).toBeLessThan(1e-6 * scale);
      });
    });

    test('in bands gives what it gives at once, and what tfjs gives', async () => {
      // Bands of twelve rows of tiles; and rows of more tiles than a band is meant to have.
      for (const [height, width] of [
        [61, 41],
        [5, 601],
      ]) {
        const x = toTensor(noiseMap(height, width, INS, 10));
        const given = weights();
        const banded = await conv2d(x, given).data();
        const byThePool = currentKernels();
        chooseKernels(new PlainKernels());
        const expected = await conv2d(x, given).data();
        chooseKernels(byThePool);
        expectClose(banded, expected, 1e-5, 'value');
      }
    });

    test('a pixel depends on its neighbours alone, to the last bit', async () => {
      const map = noiseMap(12, 12, INS, 11);
      const given = weights();
      const filters = foldUpsample(Float32Array.from(FILTER), INS, OUTS);
      const before = toTensor(map);
      const at = (5 * 12 + 6) * INS;
      map.data.fill(1e4, at, at + INS);
      const after = toTensor(map);
      const changed = async (operation: (x: tf.Tensor4D) => tf.Tensor4D) => {
        const [a, b] = [operation(before), operation(after)];
        const [, , width] = a.shape;
        const [old, now] = [await a.data(), await b.data()];
        const pixels = new Set<string>();
        old.forEach((value, index) => {
          if (value === now[index]) return;
          const pixel = Math.floor(index / OUTS);
          pixels.add(`${Math.floor(pixel / width)},${pixel % width}`);
        });
        return pixels;
      };
      const within = (rows: number[], cols: number[]) =>
        new Set(rows.flatMap((row) => cols.map((col) => `${row},${col}`)));
      expect(await changed((x) => conv2d(x, given))).toEqual(within([4, 5, 6], [5, 6, 7]));
      expect(await changed((x) => upsample(x, { filters, bias: given.bias }))).toEqual(
        within([9, 10, 11, 12], [11, 12, 13, 14]),
      );
    });

    test.each([
      { silu: true, frozen: false },
      { silu: true, frozen: true },
      { silu: false, frozen: false },
    ])('the gradient of a norm, SiLU $silu, frozen $frozen', async ({ silu, frozen }) => {
      // More pixels than a unit has; the second size has a mean that is large beside the deviation.
      for (const [height, width, offset] of [
        [19, 31, 0],
        [5, 4, 30],
      ]) {
        const map = noiseMap(height, width, INS, 13);
        map.data = map.data.map((value) => Math.fround(value + offset));
        const [x, dy] = [toTensor(map), toTensor(noiseMap(height, width, INS, 14))];
        const weights = { scale: vector(noise(INS, 15)), shift: vector(noise(INS, 16)) };
        const gradient = async () => {
          const statistics = frozen
            ? { mean: vector(noise(5, 17)), variance: vector([0.5, 1, 1.5, 2, 3]) }
            : undefined;
          const norm = (input: tf.Tensor) =>
            groupNorm(input as tf.Tensor4D, weights, 5, { silu, frozen, statistics });
          return tf.grad(norm)(x, dy).data();
        };
        const byThePool = currentKernels();
        chooseKernels(new PlainKernels());
        const expected = await gradient();
        chooseKernels(byThePool);
        await byThreads(async () => expectClose(await gradient(), expected, 2e-5, `${height} x ${width}`));
      }
    });

    test.each([
      [20, 31, 64, 8],
      [17, 16, 20, 5],
      [1, 1, 16, 4],
    ])('statistics of %i x %i x %i', async (height, width, channels, groups) => {
      // Far from zero, where sums of squares would lose all digits.
      const map = noiseMap(height, width, channels, 12);
      map.data = map.data.map((value) => Math.fround(value + 300));
      const expected = statistics(map, groups);
      await byThreads(async () => {
        const { mean, variance } = groupStatistics(toTensor(map), groups);
        expectClose(await mean.data(), expected.mean, 1e-6, 'mean');
        expectClose(await variance.data(), expected.variance, 1e-5, 'variance');
      });
    });
  });

  test('a heap that is full is told, and leaves nothing behind', () => {
    const { wasm } = backend() as unknown as { wasm: { _malloc(bytes: number): number } };
    const real = wasm._malloc;
    const x = toTensor(noiseMap(6, 5, INS, 4));
    const given = weights();
    const before = tf.memory();
    let calls = 0;
    wasm._malloc = (bytes) => {
      calls += 1;
      // The result's memory is there, that of the workspaces is not.
      if (calls > 1) throw new Error('full');
      return real(bytes);
    };
    try {
      expect(() => conv2d(x, given)).toThrow('full');
    } finally {
      wasm._malloc = real;
    }
    expect(tf.memory().numTensors).toBe(before.numTensors);
  });
});
