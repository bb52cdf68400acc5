/** A bench in small: all contenders compute the same, and each has its rows. */
import { expect, test } from 'vitest';
import { syntheticUniform } from '@/models/synthetic';
import { relativeError } from './entry';
import { Lane } from './lane';
import { BENCH_MODELS } from './options';
import { small } from './small';
import { spawnContender } from './spawn';
import { reportText } from './text';

test('ours, stock tfjs and onnxruntime agree within 1e-4 in WebAssembly, and every pass and layer has its row', async () => {
  const report = await small({ backends: ['wasm'], kernels: true });
  const rows = report.passes.map(({ part, framework, outcome }) => ({ part, framework, outcome }));
  expect(rows.map(({ part, framework }) => `${part} ${framework}`)).toEqual(
    ['decoder', 'encoder'].flatMap((part) => ['ours', 'tfjs', 'ort'].map((name) => `${part} ${name}`)),
  );
  for (const { framework, outcome } of rows) {
    expect(outcome).toMatchObject({ kind: 'timed' });
    if (outcome.kind !== 'timed') continue;
    expect(outcome.milliseconds.median).toBeGreaterThan(0);
    expect(outcome.wasmBytes).toBeGreaterThan(2 ** 20);
    if (framework === 'ours') expect(outcome).toMatchObject({ ratio: null, error: null });
    else expect(outcome.error).toBeLessThan(1e-4);
    if (framework !== 'ours') expect(outcome.ratio!.median).toBeGreaterThan(0);
  }
  const kinds = new Set(report.layers.map(({ layer }) => layer.kind));
  expect(kinds).toEqual(
    new Set(['convolution', 'normConvolution', 'norm', 'attention', 'upsample', 'downsample']),
  );
  for (const { framework, outcome } of report.layers) {
    expect(outcome.kind).toBe('timed');
    if (framework === 'tfjs' && outcome.kind === 'timed') expect(outcome.error).toBeLessThan(1e-4);
  }
  expect(report.norms[0].alone).toBeGreaterThan(0);
  expect(report.weights).toMatch(/^[0-9a-f]{64}$/);
  expect(reportText(report)).toMatch(/wasm +32 px +decode +onnxruntime-web +\S+ m?s/);
});

test('the file in float16 holds the same network, within what halves allow', async () => {
  const size = 32;
  const input = Float32Array.from(syntheticUniform(1, 'input', size * size * 3));
  const [single, half] = await Promise.all(
    (['float32', 'float16'] as const).map(async (precision) => {
      const lane = new Lane(
        { framework: 'ort', backend: 'wasm', precision, threads: 1, config: BENCH_MODELS.tiny },
        spawnContender,
        120,
      );
      await lane.ask('prepare', { part: 'encoder', size });
      const { output } = await lane.ask('pass', { part: 'encoder', size, input: input.slice() });
      lane.stop();
      return output;
    }),
  );
  const error = relativeError(half, single);
  expect(error).toBeLessThan(1e-2);
  expect(error).toBeGreaterThan(1e-5);
});
