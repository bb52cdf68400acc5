/** Files whose weights are not all numbers: the half that holds them is refused by name, the other one is of use. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { influence } from '@/experiments/influence/influence';
import { type FloatType, writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import type { Stage } from '@/vae/stage';

const CONFIG = parseConfig({ block_out_channels: [8, 8], layers_per_block: 1, norm_num_groups: 4 });
const NAME = 'model.safetensors';

/** The network's tensors with some numbers replaced: `{ tensor: { index: number } }`. */
function tensors(changes: Record<string, Record<number, number>>) {
  const all = new Map(syntheticTensors(CONFIG, 1));
  for (const [name, numbers] of Object.entries(changes)) {
    const { shape, data } = all.get(name)!;
    const changed = data.slice();
    for (const [at, value] of Object.entries(numbers)) changed[Number(at)] = value;
    all.set(name, { shape, data: changed });
  }
  return all;
}

interface Opened {
  file: ModelFile;
  /** Reads of tensors. */
  reads: () => number;
}

async function open(
  changes: Record<string, Record<number, number>>,
  dtype: FloatType = 'F32',
  sequential = false,
): Promise<Opened> {
  const source = bufferSource(writeSafetensors(tensors(changes), { dtype }), NAME);
  let reads = 0;
  const counted = {
    ...source,
    name: NAME,
    byteLength: source.byteLength,
    sequential,
    read: (offset: number, length: number) => {
      reads += 1;
      return source.read(offset, length);
    },
  };
  return { file: await ModelFile.open([counted], NAME, CONFIG), reads: () => reads };
}

beforeAll(() => tf.setBackend('cpu'));

const CASES: [what: string, part: Part, tensor: string, value: number, kind: string][] = [
  ['a convolution', 'encoder', 'encoder.conv_in.weight', Number.NaN, 'NaN'],
  ['its bias', 'decoder', 'decoder.conv_out.bias', Number.NEGATIVE_INFINITY, 'infinite'],
  ["a norm's weight", 'encoder', 'encoder.conv_norm_out.weight', Number.NaN, 'NaN'],
  ["a norm's bias", 'decoder', 'decoder.conv_norm_out.bias', Number.NaN, 'NaN'],
  [
    'attention',
    'encoder',
    'encoder.mid_block.attentions.0.to_k.weight',
    Number.POSITIVE_INFINITY,
    'infinite',
  ],
  ['what is folded', 'decoder', 'decoder.up_blocks.0.upsamplers.0.conv.weight', Number.NaN, 'NaN'],
];

test.each(CASES)(
  '%s: the %s is refused, and the other half is there',
  async (_, part, tensor, value, kind) => {
    for (const dtype of ['F32', 'F16', 'BF16'] as const) {
      for (const sequential of [false, true]) {
        const before = tf.memory().numTensors;
        const { file, reads } = await open({ [tensor]: { 1: value } }, dtype, sequential);
        const other = part === 'encoder' ? 'decoder' : 'encoder';
        const refusal = { code: 'bad-model', message: expect.stringContaining(`in "${tensor}" (${kind}).`) };
        await expect(file.load(part)).rejects.toMatchObject(refusal);
        await file.load(other);
        expect([file.has(part), file.has(other)]).toEqual([false, true]);
        const readBefore = reads();
        await expect(file.load(part)).rejects.toMatchObject(refusal);
        expect(reads(), 'nothing is read again').toBe(readBefore);
        file.dispose();
        expect(tf.memory().numTensors, 'tensors left').toBe(before);
      }
    }
  },
);

test('all that is damaged is counted', async () => {
  const { file } = await open({
    'decoder.conv_in.weight': { 0: Number.NaN, 7: Number.POSITIVE_INFINITY },
    'decoder.conv_out.weight': { 3: Number.NaN },
    'encoder.conv_in.bias': { 0: Number.NaN },
  });
  await expect(file.load('decoder')).rejects.toThrow(
    /^The decoder of "model\.safetensors" holds weights that are not numbers: 2 of \d+ in "decoder\.conv_in\.weight" \(1 NaN, 1 infinite\), and 1 in 1 other tensor\.$/,
  );
  file.dispose();
});

test('the largest numbers of each type are numbers', async () => {
  for (const [dtype, largest] of [
    ['F32', 3.4028234e38],
    ['F16', 65504],
    ['BF16', 3.38e38],
  ] as const) {
    const { file } = await open({ 'encoder.conv_in.weight': { 0: largest, 1: -largest } }, dtype);
    await file.load('encoder');
    file.dispose();
  }
});

test('a network of given tensors is refused likewise', () => {
  const before = tf.memory().numTensors;
  expect(() =>
    AutoencoderKL.fromTensors(CONFIG, tensors({ 'decoder.conv_in.bias': { 0: Number.NaN } })),
  ).toThrow(
    'The decoder of this model holds weights that are not numbers: 1 of 8 in "decoder.conv_in.bias" (NaN).',
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('gradients that are not numbers are refused', async () => {
  const stage = {
    name: 'stage',
    resize: 1,
    channels: { in: 3, out: 3 },
    work: () => 1,
    run: (flow: unknown) => flow,
    vjp: (_: unknown, dy: tf.Tensor) => tf.mul(dy, Number.NaN),
  } as unknown as Stage;
  const vae = { decoderStages: [stage], factor: 1, name: 'steep' } as unknown as AutoencoderKL;
  const mean = { rows: 2, cols: 2, channels: 3, data: new Float32Array(12).fill(1) };
  await expect(influence(vae, mean)).rejects.toMatchObject({
    code: 'bad-model',
    message: 'The gradients of "steep" are not numbers here.',
  });
});
