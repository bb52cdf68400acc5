import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LiveBackend } from '@/engine/backends/live';
import { selfTest, TOLERANCE } from '@/engine/device/selfTest';
import { startFirstBackend } from '@/engine/device/startFirstBackend';

// The network in plain JavaScript takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(() => tf.setBackend('cpu'));

/** Runs `work` while the cpu backend's kernel answers what `alter` makes of the right answer. */
async function withKernel<T>(
  name: string,
  alter: (values: Float32Array) => void,
  work: () => Promise<T>,
): Promise<T> {
  const config = tf.getKernel(name, 'cpu');
  tf.unregisterKernel(name, 'cpu');
  tf.registerKernel({
    ...config,
    kernelFunc: (params) => {
      const output = config.kernelFunc(params) as tf.TensorInfo;
      alter(tf.backend().readSync(output.dataId) as Float32Array);
      return output;
    },
  });
  try {
    return await work();
  } finally {
    tf.unregisterKernel(name, 'cpu');
    tf.registerKernel(config);
  }
}

describe('the self-test', () => {
  it('finds that the cpu backend computes what PyTorch computed, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { largestError, milliseconds } = await selfTest();
    expect(largestError).toBeGreaterThan(0);
    expect(largestError).toBeLessThan(1e-5);
    expect(milliseconds).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('sees a convolution that is wrong by one part in a hundred', async () => {
    const { largestError } = await withKernel(
      'FusedConv2D',
      (values) => {
        for (let i = 0; i < values.length; i++) values[i] *= 1.01;
      },
      selfTest,
    );
    expect(largestError).toBeGreaterThan(TOLERANCE);
  });

  it('does not let a result that is not a number pass', async () => {
    const { largestError } = await withKernel('FusedConv2D', (values) => values.fill(Number.NaN), selfTest);
    expect(largestError).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('bringing up a backend', () => {
  const live: LiveBackend = {
    threads: 1,
    settle: async () => {},
    check: () => {},
    explain: () => null,
    trim: () => {},
  };
  const right = { milliseconds: 1, largestError: 1e-6 };

  it('takes the first that is right, and takes down and names those that were not', async () => {
    const stopped: string[] = [];
    const tried: string[] = [];
    const results = [{ milliseconds: 1, largestError: 0.25 }, right];
    const up = await startFirstBackend(['webgpu', 'wasm', 'cpu'], {
      trying: (backend) => tried.push(backend),
      start: async () => live,
      stop: (backend) => stopped.push(backend),
      test: async () => results.shift()!,
    });
    expect(up.backend).toBe('wasm');
    expect(stopped).toEqual(['webgpu']);
    expect(tried).toEqual(['webgpu', 'wasm']);
    expect(up.rejected).toEqual([
      {
        backend: 'webgpu',
        reason: 'WebGPU computes wrongly in this browser: its self-test was off by 25 %.',
      },
    ]);
  });

  it('moves on from a backend whose answer is not a number', async () => {
    const results = [{ milliseconds: 1, largestError: Number.NaN }, right];
    const up = await startFirstBackend(['webgl', 'cpu'], {
      trying: () => {},
      start: async () => live,
      stop: () => {},
      test: async () => results.shift()!,
    });
    expect(up.backend).toBe('cpu');
  });

  it('moves on from one that does not start, and from one whose device reports a fault', async () => {
    const up = await startFirstBackend(['webgpu', 'wasm', 'cpu'], {
      trying: () => {},
      start: async (backend) => {
        if (backend === 'wasm') throw new Error('404');
        if (backend === 'cpu') return live;
        return {
          ...live,
          check: () => {
            throw new Error('invalid pipeline');
          },
        };
      },
      stop: () => {},
      test: async () => right,
    });
    expect(up.backend).toBe('cpu');
    expect(up.rejected.map(({ reason }) => reason)).toEqual([
      'WebGPU failed its self-test: invalid pipeline.',
      'WebAssembly failed its self-test: 404.',
    ]);
  });

  it('says so when none is left', async () => {
    const nothing = startFirstBackend(['cpu'], {
      trying: () => {},
      start: async () => {
        throw new Error('no');
      },
      stop: () => {},
      test: async () => right,
    });
    await expect(nothing).rejects.toMatchObject({ code: 'no-backend' });
  });
});
