import { describe, expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { factor, lacksScale, parseConfig } from '@/vae/config';
import { countParameters, shapes } from '@/vae/shapes';

/** Stable Diffusion 1's config.json, with the fields that do not shape the network. */
const SD1 = {
  _class_name: 'AutoencoderKL',
  _diffusers_version: '0.6.0',
  act_fn: 'silu',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array(4).fill('DownEncoderBlock2D'),
  up_block_types: Array(4).fill('UpDecoderBlock2D'),
  in_channels: 3,
  out_channels: 3,
  latent_channels: 4,
  layers_per_block: 2,
  sample_size: 512,
};

describe('a diffusers config.json', () => {
  test("is read with diffusers' defaults for what it does not say", () => {
    const config = parseConfig(SD1);
    expect(config).toEqual({
      in_channels: 3,
      out_channels: 3,
      block_out_channels: [128, 256, 512, 512],
      layers_per_block: 2,
      norm_num_groups: 32,
      latent_channels: 4,
      use_quant_conv: true,
      use_post_quant_conv: true,
      mid_block_add_attention: true,
      scaling_factor: 0.18215,
      shift_factor: null,
    });
    expect(factor(config)).toBe(8);
  });

  test('of FLUX.1 keeps its shift and goes without quant convolutions', () => {
    const config = parseConfig({
      ...SD1,
      latent_channels: 16,
      use_quant_conv: false,
      use_post_quant_conv: false,
      scaling_factor: 0.3611,
      shift_factor: 0.1159,
    });
    expect(config.shift_factor).toBe(0.1159);
    expect(shapes(config).has('quant_conv.weight')).toBe(false);
    expect(shapes(config).get('decoder.conv_in.weight')).toEqual([512, 16, 3, 3]);
  });

  test('of Playground 2.5 keeps the mean and standard deviation of its channels', () => {
    const own = {
      latents_mean: [-1.6574, 1.886, -1.383, 2.5155],
      latents_std: [8.4927, 5.9022, 6.5498, 5.2299],
    };
    const config = parseConfig({ ...SD1, ...own, scaling_factor: 0.5, shift_factor: null });
    expect(config).toMatchObject({ ...own, scaling_factor: 0.5, shift_factor: null });
  });

  test('may say null for what it does not have', () => {
    const nulls = {
      scaling_factor: null,
      shift_factor: null,
      latents_mean: null,
      latents_std: null,
      act_fn: null,
      down_block_types: null,
    };
    expect(parseConfig({ ...SD1, ...nulls })).toStrictEqual(parseConfig(SD1));
    expect([lacksScale({ ...SD1, ...nulls }), lacksScale(SD1), lacksScale(null)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(parseConfig({ ...SD1, use_quant_conv: null }).use_quant_conv).toBe(false);
  });

  test.each([
    [{ ...SD1, latents_mean: [0, 0, 0, 0] }, 'latents_mean but no latents_std'],
    [{ ...SD1, latents_std: [1, 1, 1, 1], latents_mean: null }, 'latents_std but no latents_mean'],
    [{ ...SD1, latents_mean: [0, 0, 0], latents_std: [1, 1, 1] }, 'has 3 numbers; its 4 latent channels'],
    [{ ...SD1, latents_mean: [0, 0, 0, 0], latents_std: [1, 1, 1, 0] }, 'numbers other than 0'],
    [{ ...SD1, latents_mean: [0, 0, 0, 'x'], latents_std: [1, 1, 1, 1] }, 'latents_mean is [0,0,0,"x"]'],
    [
      { ...SD1, latents_mean: [0, 0, 0, 0], latents_std: [1, 1, 1, 1], shift_factor: 0.1 },
      'both a shift_factor (0.1) and latents_mean',
    ],
    [{ ...SD1, block_out_channels: [] }, 'block_out_channels is []'],
    [
      { ...SD1, block_out_channels: [128, 0], down_block_types: undefined, up_block_types: undefined },
      '[128,0]',
    ],
    [
      { ...SD1, layers_per_block: 1e9 },
      'layers_per_block is 1000000000; it must be a whole number from 1 to 64',
    ],
    [{ ...SD1, latent_channels: 1e7 }, 'latent_channels is 10000000'],
    [{ ...SD1, block_out_channels: Array(40).fill(32) }, 'it must be a list of 1 to 12'],
    [{ ...SD1, layers_per_block: 1.5 }, 'layers_per_block is 1.5'],
    [{ ...SD1, latent_channels: '4' }, 'latent_channels is "4"'],
    [{ ...SD1, use_quant_conv: 1 }, 'use_quant_conv is 1'],
    [{ ...SD1, scaling_factor: 0 }, 'scaling_factor is 0'],
    [{ ...SD1, shift_factor: '0.1' }, 'shift_factor is "0.1"'],
    [{ ...SD1, norm_num_groups: 48 }, 'norm_num_groups is 48, which does not divide its width 128'],
    [{ ...SD1, act_fn: 'gelu' }, 'act_fn is "gelu"'],
    [{ ...SD1, _class_name: 'VQModel' }, '"VQModel"'],
    [{ ...SD1, down_block_types: Array(4).fill('AttnDownEncoderBlock2D') }, '"AttnDownEncoderBlock2D"'],
    [{ ...SD1, up_block_types: Array(3).fill('UpDecoderBlock2D') }, 'lists 3 blocks'],
    [[], 'not an object'],
    [null, 'not an object'],
  ])('that cannot be is refused, naming the value (%#)', (json, said) => {
    const attempt = () => parseConfig(json);
    expect(attempt).toThrow(InspectorError);
    expect(attempt).toThrow(said);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-model' }));
  });
});

describe('the table of tensors', () => {
  test("counts Stable Diffusion's parameters", () => {
    const config = parseConfig(SD1);
    expect(shapes(config).size).toBe(248);
    expect(countParameters(config)).toBe(83_653_863);
    const count = (prefix: string) =>
      [...shapes(config)]
        .filter(([name]) => name.startsWith(prefix))
        .reduce((sum, [, shape]) => sum + shape.reduce((product, size) => product * size, 1), 0);
    expect(count('encoder.')).toBe(34_163_592);
    expect(count('decoder.')).toBe(49_490_179);
    expect(count('quant_conv.')).toBe(72);
    expect(count('post_quant_conv.')).toBe(20);
  });

  test('has a shortcut only where the width changes', () => {
    const table = shapes(parseConfig(SD1));
    expect(table.get('decoder.up_blocks.2.resnets.0.conv_shortcut.weight')).toEqual([256, 512, 1, 1]);
    expect(table.has('decoder.up_blocks.2.resnets.1.conv_shortcut.weight')).toBe(false);
    expect(table.has('decoder.up_blocks.1.resnets.0.conv_shortcut.weight')).toBe(false);
  });

  test('leaves attention out where the model has none', () => {
    const table = shapes(parseConfig({ ...SD1, mid_block_add_attention: false }));
    expect([...table.keys()].filter((name) => name.includes('attentions'))).toEqual([]);
  });
});
