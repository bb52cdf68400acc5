import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { codebookNorms, codebookOf } from '@/latent/codebook';
import { writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';

const CONFIG = parseConfig({ block_out_channels: [8, 8], layers_per_block: 1, norm_num_groups: 4 });

type Tensors = Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }>;

/** Norms 0, 1, ..., 9, each entry of three equal numbers. */
const CODEBOOK = {
  shape: [10, 3],
  data: Float32Array.from({ length: 30 }, (_, at) => Math.floor(at / 3) / Math.sqrt(3)),
};

const withCodebook = (prefix = '', name = 'quantize.embedding.weight'): Tensors => {
  const own = [...syntheticTensors(CONFIG, 1)].map(([key, tensor]) => [prefix + key, tensor] as const);
  return new Map([...own, [prefix + name, CODEBOOK]]);
};

/** As a VQ model's file is: the encoder ends in as many channels as the decoder begins with. */
const quantised = (prefix = ''): Tensors => {
  const tensors = withCodebook(prefix);
  for (const [key, shape] of Object.entries({
    'encoder.conv_out.weight': [4, 8, 3, 3],
    'encoder.conv_out.bias': [4],
    'quant_conv.weight': [4, 4, 1, 1],
    'quant_conv.bias': [4],
    // What such models also have, and this network does not.
    'encoder.down.1.attn.0.norm.weight': [8],
  })) {
    const length = shape.reduce((product, side) => product * side, 1);
    tensors.set(prefix + key, { shape, data: new Float32Array(length) });
  }
  return tensors;
};

const open = (tensors: Tensors, config?: unknown) =>
  ModelFile.open([bufferSource(writeSafetensors(tensors), 'model.safetensors')], 'model.safetensors', config);

beforeAll(() => tf.setBackend('cpu'));

describe('a codebook', () => {
  it.each([
    ['alone, as diffusers and CompVis name it', '', 'quantize.embedding.weight'],
    ['in a whole checkpoint', 'first_stage_model.', 'quantize.embedding.weight'],
    ['of Gumbel quantisation', '', 'quantize.embed.weight'],
  ])('beside a network with a posterior is read with its first half: %s', async (_, prefix, name) => {
    const file = await open(withCodebook(prefix, name));
    expect(file.codebook).toBeNull();
    await file.load('decoder');
    const { length, norms } = file.codebook!;
    expect(length).toBe(3);
    expect([...norms].map(Math.round)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const before = file.codebook;
    await file.load('encoder');
    expect(file.codebook).toBe(before);
    file.dispose();
  });

  it('is none where the file has none, and elsewhere than at the autoencoder', async () => {
    for (const tensors of [new Map(syntheticTensors(CONFIG, 1)) as Tensors, withCodebook()]) {
      if (tensors.delete('quantize.embedding.weight'))
        tensors.set('other.quantize.embedding.weight', CODEBOOK);
      const file = await open(tensors);
      await file.load('encoder');
      expect(file.codebook).toBeNull();
      file.dispose();
    }
  });

  it.each(['', 'first_stage_model.'])(
    'of a VQ model is told of where the model itself cannot be opened (%j)',
    async (prefix) => {
      await expect(open(quantised(prefix))).rejects.toMatchObject({
        code: 'bad-model',
        message: expect.stringMatching(
          /model\.safetensors holds a VQ model: .* no log-variance.* 10 entries of 3 numbers with norms of 0 to 9, median 4\.5; 10 % of them are below 1 % of the median\.$/,
        ),
        advice: expect.stringContaining('AutoencoderKL'),
      });
      // Also where a config.json comes with it.
      await expect(open(quantised(prefix), { _class_name: 'VQModel' })).rejects.toThrow('holds a VQ model');
    },
  );
});

describe('the norms of a codebook', () => {
  it('are those of its rows, counted in bins of one width', () => {
    const norms = codebookNorms(codebookOf(CODEBOOK.data, 3));
    expect(norms).toMatchObject({ entries: 10, length: 3, least: 0, nearZero: 1 });
    expect(norms.median).toBeCloseTo(4.5, 6);
    expect(norms.largest).toBeCloseTo(9, 6);
    expect(norms.counts.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(norms.counts[0]).toBe(1);
    expect(norms.counts.at(-1)).toBe(1);
  });

  it('may all be zero', () => {
    const norms = codebookNorms(codebookOf(new Float32Array(6), 2));
    expect(norms).toMatchObject({ entries: 3, median: 0, largest: 0, nearZero: 0 });
    expect(norms.counts[0]).toBe(3);
  });
});
