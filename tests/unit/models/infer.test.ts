import { expect, test } from 'vitest';
import { inferConfig } from '@/models/layouts/inferConfig';
import { mapKeys } from '@/models/layouts/keyMap';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import { decoderReceptiveRadius } from '@/vae/receptive';
import { shapes } from '@/vae/shapes';

const SD: Partial<AutoencoderConfig> = { block_out_channels: [128, 256, 512, 512], layers_per_block: 2 };

test.each<[string, Partial<AutoencoderConfig>]>([
  ['Stable Diffusion', SD],
  ['FLUX.1', { ...SD, latent_channels: 16, use_quant_conv: false, use_post_quant_conv: false }],
  ['one without attention', { ...SD, mid_block_add_attention: false }],
  ['one of a single level', { block_out_channels: [64], layers_per_block: 3 }],
  ['a narrow one', { block_out_channels: [24, 48, 72], norm_num_groups: 8 }],
  ['one with a narrower decoder', { ...SD, decoder_block_out_channels: [96, 192, 384, 384] }],
  ['one with four colours', { ...SD, in_channels: 4, out_channels: 4 }],
])('the configuration of %s is read from its shapes', (_, fields) => {
  const config = parseConfig(fields);
  const { config: inferred, assumptions } = inferConfig(shapes(config));
  expect(inferred).toEqual(config);
  expect(assumptions[0]).toContain(`${config.norm_num_groups} was assumed`);
});

test('a tensor that is needed to tell is named when it is missing', () => {
  const table = shapes(parseConfig(SD));
  table.delete('decoder.conv_in.weight');
  expect(() => inferConfig(table)).toThrow('lacks the tensor "decoder.conv_in.weight"');
});

test("CompVis counts the decoder's levels from the highest resolution, diffusers from the lowest", () => {
  const { layout, prefix, names } = mapKeys(
    [
      'first_stage_model.encoder.conv_in.weight',
      'first_stage_model.decoder.up.0.block.0.nin_shortcut.weight',
      'first_stage_model.decoder.up.3.upsample.conv.bias',
      'first_stage_model.encoder.mid.attn_1.proj_out.weight',
      'first_stage_model.post_quant_conv.bias',
      'first_stage_model.loss.discriminator.main.0.weight',
      'model.diffusion_model.input_blocks.0.0.weight',
    ],
    'first_stage_model.',
  );
  expect([layout, prefix]).toEqual(['compvis', 'first_stage_model.']);
  expect(Object.fromEntries(names)).toEqual({
    'encoder.conv_in.weight': 'first_stage_model.encoder.conv_in.weight',
    'decoder.up_blocks.3.resnets.0.conv_shortcut.weight':
      'first_stage_model.decoder.up.0.block.0.nin_shortcut.weight',
    'decoder.up_blocks.0.upsamplers.0.conv.bias': 'first_stage_model.decoder.up.3.upsample.conv.bias',
    'encoder.mid_block.attentions.0.to_out.0.weight': 'first_stage_model.encoder.mid.attn_1.proj_out.weight',
    'post_quant_conv.bias': 'first_stage_model.post_quant_conv.bias',
  });
});

test("the reach of the decoder's convolutions, by hand", () => {
  // One level: conv_in, four in the middle, two in each of two blocks, conv_out: ten cells.
  expect(decoderReceptiveRadius({ block_out_channels: [8], layers_per_block: 1 })).toBe(10);
  // Two levels: cells -9 to 9 become pixels -18 to 19, then six more convolutions: -24 to 25, twelve cells either way.
  expect(decoderReceptiveRadius({ block_out_channels: [8, 8], layers_per_block: 1 })).toBe(12);
});
