/** One small network in every way of naming and keeping its tensors: what is opened decodes to the very same picture. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { scaledValues, scalingOf } from '@/latent/scaled';
import { writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensor, syntheticTensors } from '@/models/synthetic';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';

const FIELDS = { block_out_channels: [8, 16], layers_per_block: 1, norm_num_groups: 8 };
const CONFIG = parseConfig(FIELDS);

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

const plain = (config: AutoencoderConfig = CONFIG): Tensors => new Map(syntheticTensors(config, 5));

const renamed = (tensors: Tensors, name: (key: string) => string): Tensors =>
  new Map([...tensors].map(([key, tensor]) => [name(key), tensor]));

const open = (tensors: Tensors, config?: unknown, name = 'vae.safetensors') =>
  ModelFile.open([bufferSource(writeSafetensors(tensors), name)], name, config);

/** Outputs of the network for one picture: mean and decode, so that every tensor plays a part. */
async function outputs(file: ModelFile): Promise<number[]> {
  for (const part of ['encoder', 'decoder'] as const) await file.load(part);
  const picture = syntheticTensor(3, 'picture', [1, 16, 16, 3]);
  const posterior = file.network.encode(tf.tensor4d(picture, [1, 16, 16, 3]));
  const decoded = file.network.decode(posterior.mean);
  return [...posterior.mean.dataSync(), ...posterior.logvar.dataSync(), ...decoded.dataSync()];
}

const opened = async (tensors: Tensors, config?: unknown) => outputs(await open(tensors, config));

/** diffusers' names -> CompVis's; `levels` of the decoder count the other way there. */
function compVis(key: string): string {
  return key
    .replace(/down_blocks\.(\d)\.resnets/, 'down.$1.block')
    .replace(/down_blocks\.(\d)\.downsamplers\.0/, 'down.$1.downsample')
    .replace(/up_blocks\.(\d)\.resnets/, (_, level) => `up.${1 - Number(level)}.block`)
    .replace(/up_blocks\.(\d)\.upsamplers\.0/, (_, level) => `up.${1 - Number(level)}.upsample`)
    .replace(/mid_block\.resnets\.(\d)/, (_, block) => `mid.block_${Number(block) + 1}`)
    .replace('mid_block.attentions.0.group_norm', 'mid.attn_1.norm')
    .replace(/mid_block\.attentions\.0\.to_([qkv])/, 'mid.attn_1.$1')
    .replace('mid_block.attentions.0.to_out.0', 'mid.attn_1.proj_out')
    .replace('conv_shortcut', 'nin_shortcut')
    .replace('conv_norm_out', 'norm_out');
}

const old = (key: string) =>
  key
    .replace('to_q', 'query')
    .replace('to_k', 'key')
    .replace('to_v', 'value')
    .replace('to_out.0', 'proj_attn');

/** CompVis's blocks with diffusers' attention, as converters leave them. */
const mixed = (key: string) =>
  compVis(key)
    .replace(/attn_1\.([qkv])\./, 'attn_1.to_$1.')
    .replace('attn_1.proj_out', 'attn_1.to_out.0');

const ownQuant = (key: string) =>
  compVis(key)
    .replace(/^quant_conv/, 'encoder.quant_conv')
    .replace(/^post_quant_conv/, 'decoder.post_quant_conv');

/** The same with linear layers as 1x1 convolutions, or 1x1 convolutions as linear layers. */
const reshaped = (tensors: Tensors, shape: (own: number[]) => number[]): Tensors =>
  new Map([...tensors].map(([key, { shape: own, data }]) => [key, { shape: shape(own), data }]));

const asConvolutions = (shape: number[]) => (shape.length === 2 ? [...shape, 1, 1] : shape);
const asLinear = (shape: number[]) => (shape.length === 4 && shape[3] === 1 ? shape.slice(0, 2) : shape);

let truth: number[];

beforeAll(async () => {
  await tf.setBackend('cpu');
  truth = await opened(plain());
});

describe('the same network opens', () => {
  test.each<[string, Tensors]>([
    ["under CompVis's names", reshaped(renamed(plain(), compVis), asConvolutions)],
    ["with diffusers' old attention", renamed(plain(), old)],
    ['with old attention as convolutions', reshaped(renamed(plain(), old), asConvolutions)],
    ["under CompVis's names with attention as diffusers has it", renamed(plain(), mixed)],
    ['the same in a checkpoint', renamed(plain(), (key) => `first_stage_model.${mixed(key)}`)],
    ['with old attention in a CompVis file', renamed(renamed(plain(), mixed), (key) => old(key))],
    [
      "with diffusers' blocks and CompVis's middle",
      renamed(plain(), (key) => (key.includes('mid_block') ? compVis(key) : key)),
    ],
    [
      'with CompVis attention in a diffusers file',
      renamed(plain(), (key) => key.replace('attentions.0.to_q', 'attentions.0.q')),
    ],
    ['with a quant convolution in each half', renamed(plain(), ownQuant)],
    ['with 1x1 convolutions as linear layers', reshaped(plain(), asLinear)],
    ['inside a wrapper', renamed(plain(), (key) => `module.vae.${key}`)],
  ])('%s', async (_, tensors) => {
    expect(await opened(tensors, FIELDS)).toEqual(truth);
  });

  test('with a class that names FLUX.2', async () => {
    const config = { ...FIELDS, _class_name: 'AutoencoderKLFlux2', latent_channels: 4, act_fn: 'silu' };
    expect(await opened(plain(), config)).toEqual(truth);
  });
});

describe('a decoder of other widths than the encoder', () => {
  const fields = { ...FIELDS, decoder_block_out_channels: [16, 24] };
  const tensors = plain(parseConfig(fields));

  test('is told by its shapes, in either layout', async () => {
    const expected = await opened(tensors, fields);
    for (const own of [tensors, renamed(tensors, ownQuant)]) {
      const file = await open(own);
      expect(file.network.config).toEqual(parseConfig(fields));
      expect(await outputs(file)).toEqual(expected);
    }
  });

  test('is refused where the configuration that was given says otherwise', async () => {
    await expect(open(tensors, FIELDS)).rejects.toThrow('does not fit the configuration that was given');
  });

  test('and a file that is not whole is told from one with a configuration of another model', async () => {
    const whole = plain();
    const broken = new Map([...whole].filter(([key]) => !/^(encoder|decoder).conv_in.bias/.test(key)));
    await expect(open(broken, FIELDS)).rejects.toThrow(
      'do not make a whole AutoencoderKL: the network lacks "encoder.conv_in.bias", "decoder.conv_in.bias".',
    );
  });

  test('and of another number of levels is refused', async () => {
    const short = new Map([...tensors].filter(([key]) => !key.startsWith('decoder.up_blocks.1')));
    await expect((await open(short)).load('decoder')).rejects.toThrow(
      'The decoder of vae.safetensors is not whole',
    );
    expect(() => parseConfig({ ...FIELDS, decoder_block_out_channels: [8] })).toThrow(
      '2 levels and its decoder 1',
    );
    expect(() => parseConfig({ ...FIELDS, decoder_block_out_channels: [8, 12] })).toThrow(
      'width 12 in decoder_block',
    );
  });
});

describe("FLUX.2's batch norm", () => {
  const mean = Float32Array.from({ length: 16 }, (_, at) => at / 8 - 1);
  const variance = Float32Array.from({ length: 16 }, (_, at) => 0.25 + at / 4);
  const tensors = plain();
  tensors.set('bn.running_mean', { shape: [16], data: mean });
  tensors.set('bn.running_var', { shape: [16], data: variance });
  tensors.set('bn.num_batches_tracked', { shape: [], data: Float32Array.of(3) });

  /** `(patchify(z) - mean) / sqrt(variance + eps)`, put back, as FLUX.2's pipeline has it: channel, row, column of a patch. */
  const expected = (value: number, row: number, col: number, channel: number) => {
    const place = channel * 4 + (row % 2) * 2 + (col % 2);
    return (value - mean[place]) / Math.sqrt(variance[place] + 1e-4);
  };

  test.each([
    ['without a configuration', undefined],
    ['with the class', { ...FIELDS, _class_name: 'AutoencoderKLFlux2', latent_channels: 4 }],
  ])('scales latents, and changes neither encoding nor decoding: %s', async (_, config) => {
    const file = await open(tensors, config);
    expect(file.scalingAssumed).toBe(false);
    expect(file.assumptions.join(' ')).toContain('batch norm');
    expect(file.assumptions.join(' ')).not.toContain('scaling factor');
    const data = syntheticTensor(1, 'latent', [4, 6, 4]);
    const found = scaledValues({ rows: 4, cols: 6, channels: 4, data }, scalingOf(file.network.config));
    found.forEach((value, at) => {
      const cell = Math.floor(at / 4);
      expect(value).toBeCloseTo(expected(data[at], Math.floor(cell / 6), cell % 6, at % 4), 12);
    });
    if (config) expect(await outputs(file)).toEqual(truth);
  });

  test('is left alone where the configuration is of another class', async () => {
    const file = await open(tensors, { ...FIELDS, scaling_factor: 0.5 });
    expect(scalingOf(file.network.config)).toEqual({ scale: 0.5, shift: 0 });
  });

  test('where it is missing, the scaling is said to be assumed', async () => {
    const file = await open(plain(), { ...FIELDS, _class_name: 'AutoencoderKLFlux2', latent_channels: 4 });
    expect(file.scalingAssumed).toBe(true);
    expect(file.assumptions[0]).toContain('no statistics of its latents');
  });
});

describe('the scaling of a whole checkpoint is that of the diffusion model in it', () => {
  const checkpoint = (fields: object, ...keys: string[]): Tensors => {
    const own = renamed(plain(parseConfig({ ...FIELDS, ...fields })), (key) => `first_stage_model.${key}`);
    for (const key of keys) own.set(key, { shape: [1], data: new Float32Array(1) });
    return own;
  };
  const XL = 'conditioner.embedders.1.model.ln_final.weight';

  test.each<[object, string[], number, number, boolean]>([
    [{}, ['cond_stage_model.transformer.text_model.final_layer_norm.weight'], 0.18215, 0, false],
    [{}, [XL], 0.13025, 0, false],
    [{}, [XL, 'edm_mean', 'edm_std'], 0.18215, 0, true],
    [
      { latent_channels: 16 },
      ['model.diffusion_model.joint_blocks.0.x_block.mlp.fc1.weight'],
      1.5305,
      0.0609,
      false,
    ],
    [
      { latent_channels: 16 },
      ['model.diffusion_model.double_blocks.0.img_attn.proj.weight'],
      0.3611,
      0.1159,
      false,
    ],
    [{ latent_channels: 16 }, [XL], 0.18215, 0, true],
    [{}, ['model.diffusion_model.input_blocks.0.0.weight'], 0.18215, 0, true],
  ])('%j %j', async (fields, keys, scale, shift, assumed) => {
    const file = await open(checkpoint(fields, ...keys));
    expect(scalingOf(file.network.config)).toEqual({ scale, shift });
    expect(file.scalingAssumed).toBe(assumed);
    expect(file.assumptions.at(-1)).toContain(assumed ? 'was assumed' : `scaled by ${scale}`);
  });
});

/** The file with each weight as 8-bit floats, all 1. */
function eightBits(tensors: Tensors): ArrayBuffer {
  let at = 0;
  const header: Record<string, object> = {};
  const parts = [...tensors].map(([key, { shape, data }]) => {
    const isWeight = key.endsWith('.weight');
    const bytes = isWeight ? new Uint8Array(data.length).fill(0x38) : new Uint8Array(data.slice().buffer);
    const begin = at;
    at += bytes.length;
    header[key] = { dtype: isWeight ? 'F8_E4M3' : 'F32', shape, data_offsets: [begin, at] };
    return bytes;
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer);
  return Uint8Array.from([...length, ...text, ...parts.flatMap((part) => [...part])]).buffer;
}

describe('scales beside tensors', () => {
  const scale = 0.5;
  const halved = (): Tensors =>
    new Map(
      [...plain()].map(([key, tensor]) => [
        key,
        key.endsWith('.weight') ? { ...tensor, data: tensor.data.map((value) => value / scale) } : tensor,
      ]),
    );

  test.each(['scale_weight', 'weight_scale'])('are multiplied in: %s', async (word) => {
    const tensors = halved();
    for (const key of [...tensors.keys()]) {
      if (!key.endsWith('.weight')) continue;
      const base = key.slice(0, -'weight'.length);
      tensors.set(base + word, { shape: word === 'weight_scale' ? [1] : [], data: Float32Array.of(scale) });
      tensors.set(`${base}input_scale`, { shape: [], data: Float32Array.of(7) });
    }
    tensors.set('scaled_fp8', { shape: [0], data: new Float32Array(0) });
    expect(await opened(tensors, FIELDS)).toEqual(truth);
  });

  test('beside some of the 8-bit weights alone: the others are taken as they stand, and that is said', async () => {
    const tensors = halved();
    for (const key of [...tensors.keys()]) {
      if (!key.endsWith('.weight') || key === 'decoder.conv_in.weight') continue;
      const beside = `${key.slice(0, -'weight'.length)}weight_scale`;
      tensors.set(beside, { shape: [], data: Float32Array.of(scale) });
    }
    const said = async (given: ArrayBuffer) =>
      (await ModelFile.open([bufferSource(given, 'a.safetensors')], 'a', FIELDS)).assumptions.join(' ');
    expect(await said(eightBits(tensors))).toMatch(
      /^Of \d+ weights of 8 bits "decoder\.conv_in\.weight" alone has no scale beside it, and was taken/,
    );
    // Without any, and with all of them, there is nothing to say; nor of numbers of other types.
    expect(await said(eightBits(plain()))).toBe('');
    expect(await said(writeSafetensors(tensors))).toBe('');
  });

  test('may be one for each output', async () => {
    const tensors = plain();
    const weight = tensors.get('decoder.conv_in.weight')!;
    const scales = Float32Array.from({ length: 16 }, (_, at) => 2 ** (at % 5));
    const block = weight.data.length / 16;
    const data = weight.data.map((value, at) => value / scales[Math.floor(at / block)]);
    tensors.set('decoder.conv_in.weight', { ...weight, data });
    tensors.set('decoder.conv_in.weight_scale', { shape: [16, 1], data: scales });
    expect(await opened(tensors, FIELDS)).toEqual(truth);
  });

  test.each([
    'scale.decoder.conv_in.weight',
    'scales.decoder.conv_in',
    'decoder.conv_in.scale',
    'decoder.conv_in.weight.scale',
    'decoder.conv_in.weight_scale_inv',
    'decoder.conv_in.SCB',
    'decoder.conv_in.weight.absmax',
    'decoder.conv_in.weight.quant_state.bitsandbytes__nf4',
  ])('under a name that is not known here are refused as quantised: %s', async (key) => {
    const tensors = plain();
    tensors.set(key, { shape: [1], data: Float32Array.of(3) });
    await expect(open(tensors, FIELDS)).rejects.toThrow(`that is what "${key}" is for.`);
  });

  test.each(['._data', '.tensor_impl.int_data', '.qweight'])(
    'weights in their place (%s) are told',
    async (end) => {
      const tensors = renamed(plain(), (key) => (key.endsWith('.weight') ? `${key}${end}` : key));
      await expect(open(tensors)).rejects.toThrow(/holds quantised weights/);
    },
  );

  test('of another network in the same file do not matter', async () => {
    const tensors = plain();
    tensors.set('scale.model.decoder.layer.weight', { shape: [1], data: Float32Array.of(3) });
    tensors.set('text_encoder.decoder.conv_in.weight_scale_inv', { shape: [1], data: Float32Array.of(3) });
    expect(await opened(tensors, FIELDS)).toEqual(truth);
  });

  test('of another kind are refused', async () => {
    const tensors = plain();
    tensors.set('decoder.conv_in.weight_scale', { shape: [3], data: new Float32Array(3) });
    await expect(open(tensors)).rejects.toThrow('keeps the scale of "decoder.conv_in.weight" in a way');
  });
});

describe('of several autoencoders in one file', () => {
  test('it is told which was opened', async () => {
    const both = new Map([
      ...renamed(plain(), (key) => `vae.${key}`),
      ...renamed(plain(), (key) => `first_stage_model.${key}`),
    ]);
    const file = await open(both, FIELDS);
    expect(file.assumptions).toEqual([
      'The file holds 2 autoencoders. The one under "first_stage_model" was opened; not opened: the one under "vae".',
    ]);
  });

  test('an average of training is told of', async () => {
    const tensors = plain();
    tensors.set('model_ema.encoderconv_inweight', { shape: [1], data: new Float32Array(1) });
    expect((await open(tensors, FIELDS)).assumptions[0]).toContain('model_ema');
  });

  test('the same tensor under two names is refused', async () => {
    const tensors = plain();
    tensors.set('encoder.norm_out.weight', tensors.get('encoder.conv_norm_out.weight')!);
    await expect(open(tensors, FIELDS)).rejects.toThrow('are the same tensor under two names');
  });
});

describe('a model that is not for RGB pictures is refused when it is opened', () => {
  test.each([
    [{ in_channels: 4, out_channels: 4 }, 'is an autoencoder for pictures of 4 channels; only RGB pictures'],
    [{ in_channels: 1, out_channels: 1 }, 'is an autoencoder for pictures of 1 channel; only RGB pictures'],
    [{ in_channels: 3, out_channels: 12 }, 'takes pictures of 3 channels and gives 12 channels'],
  ])('%j', async (colours, words) => {
    const tensors = plain(parseConfig({ ...FIELDS, ...colours }));
    for (const config of [undefined, { ...FIELDS, ...colours }]) {
      await expect(open(tensors, config)).rejects.toMatchObject({
        code: 'bad-model',
        message: expect.stringContaining(words),
        advice: 'Choose an autoencoder for RGB pictures.',
      });
    }
  });
});

describe('a configuration of something else is refused by what it is', () => {
  test.each<[unknown, string]>([
    [{ _class_name: 'UNet2DConditionModel', in_channels: 4 }, 'a U-Net (UNet2DConditionModel)'],
    [{ _class_name: 'FluxTransformer2DModel' }, 'a diffusion transformer'],
    [{ _class_name: 'StableDiffusionXLPipeline' }, 'a whole pipeline'],
    [{ _class_name: 'EulerDiscreteScheduler' }, 'a scheduler'],
    [{ _class_name: 'ControlNetModel' }, 'a ControlNet'],
    [{ _class_name: 'AutoencoderKLWan' }, 'another kind of autoencoder, AutoencoderKLWan'],
    [{ _class_name: 'AutoencoderTiny' }, 'AutoencoderTiny (TAESD'],
    [{ architectures: ['CLIPTextModel'], model_type: 'clip_text_model' }, 'transformers (CLIPTextModel)'],
    [{ model_type: 't5' }, 'transformers (t5)'],
    [{ peft_type: 'LORA', r: 8 }, 'an adapter (LORA)'],
    [{ tokenizer_class: 'CLIPTokenizer' }, 'a tokenizer'],
    [{ feature_extractor_type: 'CLIPFeatureExtractor' }, 'how pictures are prepared'],
    [{ model: { params: {} } }, 'in the way of CompVis'],
    [{ learning_rate: 1 }, 'it has none of the fields of one'],
    [[], 'not a JSON object'],
    [null, 'not a JSON object'],
  ])('%j', async (config, words) => {
    const error = await open(plain(), config).catch((reason) => reason);
    expect(error.message).toContain(`The configuration describes`);
    expect(error.message).toContain(words);
    expect(error.advice).not.toBe('');
  });
});
