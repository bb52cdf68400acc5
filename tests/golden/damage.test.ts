/** Networks that give no numbers are refused by name, and leave nothing behind: a healthy model computes as if they had not been. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { HandlerRun } from '@/common/rpc';
import type { Edit } from '@/edits';
import type { LiveBackend } from '@/engine/backends/live';
import type { ModelInfo, Pixels } from '@/engine/protocol';
import { macrotask } from '@/engine/worker/macrotask';
import { Scheduler } from '@/engine/worker/scheduler';
import { Studies } from '@/engine/worker/studies';
import { chooseKernels } from '@/kernels/currentKernels';
import { WasmKernels } from '@/kernels/wasm';
import { ThreadPool } from '@/kernels/wasm/threadPool';
import type { PosteriorData } from '@/latent/types';
import { writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';
import { draw } from '../experiments/open';
import { onBackends } from '../kernels/backends';

const CONFIG = parseConfig({ block_out_channels: [16, 32], layers_per_block: 1, norm_num_groups: 8 });
const PICTURE = draw(16, 24) as Pixels;
const HEAL: Edit[] = [{ cell: { row: 5, col: 3 }, kind: 'heal' }];

type Change = (value: number, index: number) => number;
const first =
  (value: number): Change =>
  (old, index) =>
    index === 0 ? value : old;
const times =
  (factor: number): Change =>
  (old) =>
    old * factor;

/** Faults of the network, and what is said when it is opened, decoded, or asked for gradients. */
const BROKEN: [what: string, changes: Record<string, Change>, refusal: RegExp][] = [
  [
    'NaN in the encoder',
    { 'encoder.down_blocks.1.resnets.0.conv1.weight': first(Number.NaN) },
    /^The encoder of "broken" holds weights that are not numbers: 1 of 4,608 in "encoder\.down_blocks\.1\.resnets\.0\.conv1\.weight" \(NaN\)\.$/,
  ],
  [
    'infinity in a norm',
    { 'encoder.conv_norm_out.weight': first(Infinity) },
    /norm_out\.weight" \(infinite\)/,
  ],
  [
    'NaN in attention',
    { 'encoder.mid_block.attentions.0.to_q.bias': first(Number.NaN) },
    /to_q\.bias" \(NaN\)/,
  ],
  [
    'NaN in the decoder',
    { 'decoder.conv_out.weight': first(Number.NaN) },
    /in "decoder\.conv_out\.weight" \(NaN\)/,
  ],
  [
    'huge weights in the encoder',
    { 'encoder.conv_out.weight': times(1e38), 'quant_conv.weight': times(1e6) },
    /^The encoder of "broken" gives values that are not numbers for this picture\.$/,
  ],
  [
    'huge weights in the attention of the encoder',
    {
      'encoder.mid_block.attentions.0.to_q.weight': times(1e30),
      'encoder.mid_block.attentions.0.to_k.weight': times(1e30),
    },
    /^The encoder of "broken" gives values that are not numbers for this picture\.$/,
  ],
  [
    'huge weights in the decoder',
    { 'decoder.conv_out.weight': times(1e38), 'decoder.conv_norm_out.weight': times(1e6) },
    /^The decoder of "broken" gives values that are not numbers for this latent\.$/,
  ],
];

async function fileOf(name: string, changes: Record<string, Change> = {}): Promise<ModelFile> {
  const tensors = new Map(syntheticTensors(CONFIG, 1));
  for (const [key, change] of Object.entries(changes)) {
    const { shape, data } = tensors.get(key)!;
    tensors.set(key, { shape, data: data.map(change) });
  }
  return ModelFile.open([bufferSource(writeSafetensors(tensors), name)], name, CONFIG);
}

const run: HandlerRun = { signal: new AbortController().signal, onProgress() {}, onPartial() {} };

/** The engine's own way of computing, on tfjs's current backend. */
function engine(): Studies {
  const live: LiveBackend = {
    threads: 1,
    settle: async () => {},
    check() {},
    explain: () => null,
    trim() {},
  };
  return new Studies(new Scheduler(macrotask), live);
}

/** Opens the picture in a model, and does to it what the page and the report do. */
async function results(name: string, changes?: Record<string, Change>) {
  const studies = engine();
  const file = await fileOf(name, changes);
  studies.addModel({ id: name, name, factor: 2, config: CONFIG } as unknown as ModelInfo, file, () => {});
  try {
    const opened = await studies.open({ study: 1, model: name, picture: PICTURE }, run);
    const { posterior } = opened.value;
    const base = await studies.base({ study: 1 }, run);
    const edited = await studies.edited({ study: 1, edits: HEAL, radius: 2 }, run);
    const influence = await studies.experiment(
      {
        model: name,
        name: 'influence',
        options: {},
        picture: PICTURE,
        posterior: posterior as PosteriorData,
        edits: [],
        radius: 2,
      },
      run,
    );
    const { pixels, difference, change } = edited.value;
    return { posterior, base: base.value.pixels, pixels, difference, change, influence };
  } finally {
    studies.removeModel(name);
  }
}

/** @param each whether the healthy model is looked at after each of the broken ones, and not only after the last */
function leavesNothingBehind(broken: typeof BROKEN, each: boolean): void {
  test('each is named, and a healthy model computes the very same after it', async () => {
    const before = tf.memory().numTensors;
    const expected = await results('healthy');
    for (const [index, [what, changes, refusal]] of broken.entries()) {
      const failure = await results('broken', changes).catch((error) => error);
      expect(failure, what).toMatchObject({ code: 'bad-model', message: expect.stringMatching(refusal) });
      if (!each && index < broken.length - 1) continue;
      expect(await results('healthy'), `after ${what}`).toEqual(expected);
    }
    expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  });
}

// Slow here.
const FEW = BROKEN.filter(([what]) => ['NaN in the encoder', 'huge weights in the decoder'].includes(what));
onBackends(['cpu', 'webgpu'], () => leavesNothingBehind(FEW, false));

onBackends(['wasm'], () => {
  describe.each([1, 2])('%i threads', (threads) => {
    beforeAll(async () => {
      const backend = tf.backend() as BackendWasm;
      chooseKernels(new WasmKernels((await ThreadPool.start(backend, threads)) as ThreadPool));
    });
    leavesNothingBehind(BROKEN, true);
  });
});

onBackends(['wasm'], () => {
  test('a change that makes a healthy decoder overflow is not blamed on the model', async () => {
    const studies = engine();
    const file = await fileOf('healthy', { 'decoder.conv_in.weight': times(1e33) });
    studies.addModel({ id: 'healthy', factor: 2 } as unknown as ModelInfo, file, () => {});
    await studies.open({ study: 1, model: 'healthy', picture: PICTURE }, run);
    const edits: Edit[] = [{ cell: { row: 1, col: 1 }, kind: 'scale', factor: 1e6 }];
    await expect(studies.edited({ study: 1, edits, radius: 2 }, run)).rejects.toMatchObject({
      code: 'bad-edit',
      message:
        'With this change the decoder of "healthy" gives values that are not numbers; without it, it does not.',
    });
    studies.removeModel('healthy');
  });
});
