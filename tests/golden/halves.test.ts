import { expect, test } from 'vitest';
import type { HandlerRun } from '@/common/rpc';
import type { LiveBackend } from '@/engine/backends/live';
import { startWebgpu } from '@/engine/backends/webgpu';
import type { ModelInfo, Precision } from '@/engine/protocol';
import { macrotask } from '@/engine/worker/macrotask';
import { Scheduler } from '@/engine/worker/scheduler';
import { Studies } from '@/engine/worker/studies';
import type { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import { Parameters } from '@/vae/parameters';
import { onBackends } from '../kernels/backends';
import { relativeError } from '../kernels/compare';
import { noise } from '../kernels/reference';

const CONFIG = parseConfig({
  block_out_channels: [16],
  layers_per_block: 1,
  norm_num_groups: 8,
  latent_channels: 4,
  mid_block_add_attention: false,
});
const ID = 'network';

/** @param loudness multiplies the decoder's first convolution: the norms behind it take it back, but it has to be held until then */
function network(config: AutoencoderConfig, loudness: number): AutoencoderKL {
  const parameters = new Parameters(config);
  for (const [name, { shape, data }] of syntheticTensors(config, 1)) {
    const factor = name === 'decoder.conv_in.weight' ? loudness : 1;
    parameters.add(name, { shape, data: data.map((value) => factor * value) });
  }
  return new AutoencoderKL(config, parameters);
}

let backend: Promise<LiveBackend> | null = null;

/** One device for all tests: programs are compiled once for each. */
function device(): Promise<LiveBackend> {
  backend ??= navigator.gpu.requestAdapter().then((adapter) => startWebgpu(adapter as GPUAdapter));
  return backend;
}

async function studies(loudness: number, precision: Precision): Promise<Studies> {
  const all = new Studies(new Scheduler(macrotask), await device(), precision);
  const file = { network: network(CONFIG, loudness), has: () => true, load: async () => {}, dispose() {} };
  const info = { id: ID, name: ID, factor: 1 } as ModelInfo;
  all.addModel(info, file as unknown as ModelFile, () => {});
  return all;
}

const run: HandlerRun = { signal: new AbortController().signal, onProgress() {}, onPartial() {} };
const latent = { rows: 6, cols: 5, channels: 4, data: Float32Array.from(noise(6 * 5 * 4, 2)) };

async function decoded(loudness: number, precision: Precision): Promise<Float32Array> {
  const all = await studies(loudness, precision);
  const { value } = await all.decode(ID, latent, run);
  return value.data;
}

onBackends(['webgpu'], () => {
  test('a decode in half precision has three digits of the exact one', async () => {
    const error = relativeError(await decoded(1, 'half'), await decoded(1, 'single'));
    expect(error).toBeLessThan(1e-2);
    expect(error).toBeGreaterThan(1e-5);
  });

  test('a network whose numbers halves cannot hold is decoded in single precision, base and edit alike', async () => {
    const loud = 1e6;
    expect(await decoded(loud, 'half')).toEqual(await decoded(loud, 'single'));
    const effects = [];
    for (const precision of ['half', 'single'] as const) {
      const all = await studies(loud, precision);
      all.restore(1, ID, latent);
      const edits = [{ cell: { row: 2, col: 2 }, kind: 'zero' as const }];
      const { value } = await all.edited({ study: 1, edits, radius: 1 }, run);
      effects.push(value.change);
    }
    expect(effects[0]).toEqual(effects[1]);
  });
});
