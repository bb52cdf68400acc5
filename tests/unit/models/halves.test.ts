/** Files of which one half lacks tensors or has them in wrong shapes: the other half works, and the refusal names the half. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensor, syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';
import type { Part } from '@/vae/shapes';

const FIELDS = { block_out_channels: [8, 16], layers_per_block: 2, norm_num_groups: 8 };

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

const plain = (fields: object = {}): Tensors =>
  new Map(syntheticTensors(parseConfig({ ...FIELDS, ...fields }), 5));

const open = (tensors: Tensors, config?: unknown, sequential = false) => {
  const source = bufferSource(writeSafetensors(tensors), 'vae.safetensors');
  return ModelFile.open([{ ...source, sequential }], 'vae.safetensors', config);
};

const without = (tensors: Tensors, ...patterns: RegExp[]): Tensors =>
  new Map([...tensors].filter(([name]) => !patterns.some((pattern) => pattern.test(name))));

/** One tensor with an output more. */
function grown(tensors: Tensors, name: string): Tensors {
  const [outs, ...rest] = tensors.get(name)!.shape;
  const shape = [outs + 1, ...rest];
  const count = shape.reduce((product, side) => product * side, 1);
  return new Map([...tensors, [name, { shape, data: new Float32Array(count) }]]);
}

/** Outputs of a half for the same input. */
function outputs({ network }: ModelFile, part: Part): number[] {
  if (part === 'decoder') {
    return [
      ...network.decode(tf.tensor4d(syntheticTensor(3, 'latent', [1, 4, 4, 4]), [1, 4, 4, 4])).dataSync(),
    ];
  }
  const picture = syntheticTensor(3, 'picture', [1, 16, 16, 3]);
  return [...network.encode(tf.tensor4d(picture, [1, 16, 16, 3])).mean.dataSync()];
}

beforeAll(() => tf.setBackend('cpu'));

const DAMAGES: [what: string, broken: Part, damage: (tensors: Tensors) => Tensors, said: RegExp][] = [
  [
    'one norm',
    'decoder',
    (t) => without(t, /^decoder.conv_norm_out.weight/),
    /lacks "decoder.conv_norm_out.weight"\.$/,
  ],
  ['a bias', 'encoder', (t) => without(t, /^encoder.conv_out.bias/), /lacks "encoder.conv_out.bias"\.$/],
  [
    'its first convolution',
    'decoder',
    (t) => without(t, /^decoder.conv_in/),
    /lacks "decoder.conv_in.weight", "decoder/,
  ],
  [
    'its first convolution',
    'encoder',
    (t) => without(t, /^encoder.conv_in/),
    /lacks "encoder.conv_in.weight", "encoder/,
  ],
  [
    'its last convolution',
    'decoder',
    (t) => without(t, /^decoder.conv_out/),
    /lacks "decoder.conv_out.weight"/,
  ],
  [
    'the last level',
    'decoder',
    (t) => without(t, /^decoder.up_blocks.1/),
    /lacks "decoder.up_blocks.1.*" and \d+ more/,
  ],
  [
    'the first level',
    'encoder',
    (t) => without(t, /^encoder.down_blocks.0/),
    /lacks "encoder.down_blocks.0.*" and \d+ more/,
  ],
  ['its middle', 'encoder', (t) => without(t, /^encoder.mid_block/), /lacks "encoder.mid_block/],
  [
    'its attention',
    'decoder',
    (t) => without(t, /^decoder.*attentions/),
    /lacks "decoder.mid_block.attentions/,
  ],
  [
    'a wrong width',
    'decoder',
    (t) => grown(t, 'decoder.mid_block.resnets.0.conv1.weight'),
    /in the shape \[17,16,3,3\] where \[16,16,3,3\] is needed\.$/,
  ],
  [
    'a wrong width',
    'encoder',
    (t) => grown(t, 'encoder.conv_norm_out.weight'),
    /in the shape \[17\] where \[16\] is needed\.$/,
  ],
  ['half a quant convolution', 'decoder', (t) => without(t, /^post_quant_conv.weight/), /post_quant_conv/],
];

describe.each([
  ['without a configuration', undefined],
  ['with one', FIELDS],
])('%s', (_, config) => {
  test.each(DAMAGES)('%s of the %s', async (_what, broken, damage, said) => {
    const other = broken === 'encoder' ? 'decoder' : 'encoder';
    const whole = await open(plain(), FIELDS);
    await whole.load(other);
    const truth = outputs(whole, other);
    for (const sequential of [false, true]) {
      const file = await open(damage(plain()), config, sequential);
      const error = await file.load(broken).catch((reason) => reason);
      expect(error.message).toMatch(new RegExp(`^The ${broken} of vae.safetensors is not whole: it `));
      expect(error.message).toMatch(said);
      expect(error.advice).not.toContain('configuration');
      await file.load(other);
      expect(outputs(file, other)).toEqual(truth);
      file.dispose();
    }
  });

  test('with both halves damaged it is refused at once', async () => {
    const tensors = without(plain(), /^decoder.conv_norm_out.weight/, /^encoder.conv_norm_out.weight/);
    await expect(open(tensors, config)).rejects.toThrow(
      'do not make a whole AutoencoderKL: the network lacks "encoder.conv_norm_out.weight", "decoder.conv_norm_out.weight".',
    );
  });
});

test('in a whole checkpoint', async () => {
  const tensors = without(plain(), /^encoder.conv_in/);
  const prefixed = new Map([...tensors].map(([name, tensor]) => [`first_stage_model.${name}`, tensor]));
  const file = await open(prefixed);
  await expect(file.load('encoder')).rejects.toThrow('The encoder of vae.safetensors is not whole');
  await file.load('decoder');
});

test('a configuration that fits neither half of a whole file is what is refused', async () => {
  await expect(open(plain(), { ...FIELDS, block_out_channels: [8, 24] })).rejects.toThrow(
    'does not fit the configuration that was given with it',
  );
});

test('one quant convolution without the other is told of', async () => {
  const { assumptions } = await open(without(plain(), /^post_quant_conv/));
  expect(assumptions[0]).toContain('holds "quant_conv" and no "post_quant_conv"');
  expect((await open(plain())).assumptions[0]).not.toContain('quant_conv');
});
