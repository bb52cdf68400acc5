/** Names of tensors as diffusers' classes and the original releases have them, a few of each. */
import { describe, expect, test } from 'vitest';
import { findAutoencoder } from '@/models/layouts/findAutoencoder';

type Tensors = Record<string, number[]>;

const said = (tensors: Tensors, name = 'a.safetensors'): string => {
  try {
    findAutoencoder(new Map(Object.entries(tensors)), name);
  } catch (error) {
    return (error as Error).message;
  }
  return 'opened';
};

/** Enough of an AutoencoderKL to be taken for one. */
const KL: Tensors = {
  'encoder.conv_in.weight': [64, 3, 3, 3],
  'encoder.down_blocks.0.resnets.0.conv1.weight': [64, 64, 3, 3],
  'encoder.conv_out.weight': [8, 64, 3, 3],
  'decoder.conv_in.weight': [64, 4, 3, 3],
};

const under = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([key, shape]) => [prefix + key, shape]));

describe('an autoencoder of another class is refused by what it is', () => {
  test.each<[string, Tensors]>([
    [
      'AutoencoderTiny',
      { 'encoder.layers.0.weight': [64, 3, 3, 3], 'decoder.layers.0.weight': [64, 4, 3, 3] },
    ],
    [
      'AutoencoderKLLTX2Audio',
      {
        latents_mean: [128],
        'encoder.conv_in.conv.weight': [128, 2, 3, 3],
        'encoder.down.0.block.0.conv1.conv.weight': [128, 128, 3, 3],
        'decoder.conv_in.conv.weight': [512, 8, 3, 3],
      },
    ],
    [
      'MMAudio',
      {
        data_mean: [1, 80, 1],
        'encoder.conv_in.weight': [384, 80, 3],
        'encoder.down.0.block.0.conv1.weight': [384, 384, 3],
        'encoder.learnable_gain': [],
        'decoder.conv_in.weight': [1536, 20, 3],
      },
    ],
    ['such as sound', { 'encoder.conv_in.weight': [64, 1, 7], 'decoder.conv_in.weight': [64, 8, 7] }],
    ['TAESD', { 'taesd_encoder.0.weight': [64, 3, 3, 3], 'taesd_decoder.1.weight': [64, 4, 3, 3] }],
    ['TAESD', { '0.weight': [64, 3, 3, 3], '1.conv.0.weight': [64, 64, 3, 3] }],
    ['TAEHV', { 'encoder.0.weight': [64, 3, 3, 3], 'decoder.3.conv.0.weight': [256, 512, 3, 3] }],
    ['Stable Video Diffusion', { ...KL, 'decoder.time_conv_out.weight': [3, 3, 3, 1, 1] }],
    [
      'AutoencoderKLTemporalDecoder',
      under('first_stage_model.', { ...KL, 'decoder.conv_out.time_mix_conv.weight': [3, 3, 3, 1, 1] }),
    ],
    ['AsymmetricAutoencoderKL', { ...KL, 'decoder.condition_encoder.layers.0.weight': [64, 3, 3, 3] }],
    [
      'ConsistencyDecoderVAE',
      { 'encoder.conv_in.weight': [128, 3, 3, 3], 'decoder_unet.conv_in.weight': [320, 7, 3, 3] },
    ],
    [
      'Wan 2.1 or Qwen-Image',
      { 'encoder.conv1.weight': [96, 3, 3, 3, 3], 'encoder.downsamples.0.residual.0.gamma': [96, 1, 1, 1] },
    ],
    [
      'AutoencoderKLWan or AutoencoderKLQwenImage',
      { 'encoder.conv_in.weight': [96, 3, 3, 3, 3], 'encoder.down_blocks.0.norm1.gamma': [96, 1, 1, 1] },
    ],
    [
      'Wan 2.1',
      under('vae.', {
        'encoder.conv1.weight': [96, 3, 3, 3, 3],
        'decoder.middle.0.residual.0.gamma': [384, 1, 1, 1],
      }),
    ],
    ['Wan 2.2', { 'encoder.conv1.weight': [160, 12, 3, 3, 3], 'conv1.weight': [96, 96, 1, 1, 1] }],
    ['Wan 2.2', { 'decoder.upsamples.0.upsamples.0.residual.0.gamma': [1024, 1, 1, 1] }],
    [
      'AutoencoderKLQwenImage21',
      {
        'encoder.conv_in.weight': [96, 4, 3, 3],
        'encoder.down_blocks.0.resnets.0.norm1.gamma': [96, 1, 1, 1],
      },
    ],
    [
      'AutoencoderKLHunyuanVideo)',
      {
        'encoder.conv_in.conv.weight': [128, 3, 3, 3, 3],
        'encoder.down_blocks.0.resnets.0.conv1.conv.weight': [128, 128, 3, 3, 3],
      },
    ],
    [
      'HunyuanVideo 1.5',
      {
        'encoder.conv_in.conv.weight': [128, 3, 3, 3, 3],
        'encoder.down_blocks.0.resnets.0.norm1.gamma': [128, 1, 1, 1],
      },
    ],
    [
      'AutoencoderKLHunyuanImage)',
      { 'encoder.conv_in.weight': [128, 3, 3, 3], 'encoder.down_blocks.0.norm1.weight': [128] },
    ],
    ['LTX-Video', { 'encoder.conv_in.conv.weight': [128, 48, 3, 3, 3] }],
    ['LTX-Video', { 'vae.per_channel_statistics.mean-of-means': [128] }],
    ['CogVideoX', { 'decoder.mid_block.resnets.0.norm1.conv_y.conv.weight': [512, 16, 1, 1, 1] }],
    ['Mochi', { 'encoder.proj_in.weight': [64, 15] }],
    ['Cosmos', { 'encoder.conv_in.conv_s.weight': [128, 192, 1, 3, 3] }],
    ['Allegro', { ...KL, 'encoder.temp_conv_in.weight': [128, 128, 3, 1, 1] }],
    [
      'AutoencoderDC',
      { 'encoder.conv_in.weight': [128, 3, 3, 3], 'encoder.down_blocks.0.0.conv1.weight': [128, 128, 3, 3] },
    ],
    ['AutoencoderDC', { 'encoder.stages.0.op_list.0.main.conv1.conv.weight': [128, 128, 3, 3] }],
    ['PaellaVQModel', { 'vquantizer.codebook.weight': [8192, 4], 'in_block.1.weight': [384, 12, 1, 1] }],
    ['AutoencoderOobleck', { 'encoder.block.0.res_unit1.snake1.alpha': [1, 128, 1] }],
    [
      'an autoencoder of sound',
      { 'encoder.layers.0.weight_v': [128, 2, 7], 'decoder.layers.0.weight_g': [2048, 1, 1] },
    ],
    [
      'a video autoencoder',
      { 'encoder.conv_in.weight': [128, 3, 3, 3, 3], 'decoder.conv_in.weight': [512, 16, 3, 3, 3] },
    ],
  ])('%s (%#)', (words, tensors) => {
    const sentence = said(tensors);
    expect(sentence).toContain(words);
    expect(sentence).toMatch(
      /^a\.safetensors holds an? .* which this instrument does not open yet\.$|holds the /,
    );
    expect(sentence).toContain('does not open yet');
  });
});

describe('what is no autoencoder is refused by what it is', () => {
  test.each<[string, Tensors]>([
    ['a LoRA', { 'lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight': [8, 320], 'x.alpha': [] }],
    ['a LoRA', { 'transformer.single_transformer_blocks.0.attn.to_k.lora_A.weight': [16, 3072] }],
    [
      'a LoRA',
      { 'unet.down_blocks.0.attentions.0.to_q.lora.down.weight': [4, 320], 'a.lora_up.weight': [4, 4] },
    ],
    ['a LoRA', { 'lycoris_blocks_0.hada_w1_a': [8, 8], 'lycoris_blocks_0.hada_w1_b': [8, 8] }],
    ['a LoRA', { 'lora_unet_mid.lokr_w1': [8, 8] }],
    ['a ControlNet', { 'control_model.input_blocks.0.0.weight': [320, 4, 3, 3] }],
    [
      'a ControlNet',
      { 'controlnet_cond_embedding.conv_in.weight': [16, 3, 3, 3], 'time_embedding.linear_1.weight': [2, 2] },
    ],
    ['an IP-Adapter', { 'image_proj.proj.weight': [3072, 1024], 'ip_adapter.1.to_k_ip.weight': [320, 768] }],
    ['a motion module', { 'down_blocks.0.motion_modules.0.temporal_transformer.norm.weight': [320] }],
    ['an upscaler', { 'conv_first.weight': [64, 3, 3, 3], 'RRDB_trunk.0.RDB1.conv1.weight': [32, 64, 3, 3] }],
    ['an upscaler', { 'model.0.weight': [64, 3, 3, 3], 'model.1.sub.0.RDB1.conv1.0.weight': [32, 64, 3, 3] }],
    ['a learned word', { emb_params: [4, 768] }],
    ['a learned word', { clip_l: [2, 768], clip_g: [2, 1280] }],
    ['latents and no model', { mean: [1, 4, 32, 32], logvar: [1, 4, 32, 32] }],
    ['text embeddings', { prompt_embeds: [1, 77, 768], pooled_prompt_embeds: [1, 768] }],
    ['text embeddings', { hidden_state1: [1, 77, 768], hidden_state2: [1, 77, 1280], pool2: [1, 1280] }],
    ['text embeddings', { t5_bfloat16: [512, 4096], clip_l_bfloat16: [768] }],
    ['text embeddings', { varlen_vl_embed_float16: [200, 3584] }],
    ['a U-Net', { 'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3] }],
    [
      'a U-Net of a diffusion model and a text encoder, and no autoencoder',
      {
        'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3],
        'cond_stage_model.transformer.text_model.embeddings.position_ids': [1, 77],
      },
    ],
    [
      'a U-Net',
      {
        'conv_in.weight': [320, 4, 3, 3],
        'down_blocks.0.attentions.0.transformer_blocks.0.norm1.weight': [320],
      },
    ],
    [
      'transformer of FLUX',
      { 'double_blocks.0.img_attn.qkv.weight': [9216, 3072], 'img_in.weight': [3072, 64] },
    ],
    [
      'transformer of Stable Diffusion 3',
      { 'model.diffusion_model.joint_blocks.0.x_block.mlp.fc1.weight': [8, 8] },
    ],
    [
      'a diffusion transformer',
      { 'transformer_blocks.0.attn1.to_q.weight': [8, 8], 'caption_projection.linear_1.weight': [8, 8] },
    ],
    ['a text encoder', { 'text_model.embeddings.token_embedding.weight': [49408, 768] }],
    [
      'a text encoder',
      { 'encoder.block.0.layer.0.SelfAttention.q.weight': [4096, 4096], 'shared.weight': [32128, 4096] },
    ],
    ['an image encoder', { 'vision_model.embeddings.class_embedding': [1024] }],
    [
      'a language model',
      { 'model.embed_tokens.weight': [8, 8], 'model.layers.0.self_attn.q_proj.weight': [8, 8] },
    ],
    ['a discriminator', { 'discriminator.main.0.weight': [64, 3, 4, 4] }],
    [
      'only the encoder of an autoencoder; its decoder is missing',
      { 'encoder.conv_in.weight': [64, 3, 3, 3], 'encoder.conv_out.weight': [8, 64, 3, 3] },
    ],
    [
      'only the decoder of an autoencoder; its encoder is missing',
      { 'decoder.conv_in.weight': [64, 4, 3, 3] },
    ],
    ['no tensors at all', {}],
    ['none of its 2 tensors, such as "fc.weight"', { 'fc.weight': [2, 2], 'fc.bias': [2] }],
  ])('%s (%#)', (words, tensors) => {
    const sentence = said(tensors);
    expect(sentence).toContain(words);
    expect(sentence).not.toContain('complete');
  });

  test('a part of several files says so', () => {
    expect(said({ 'fc.weight': [2, 2] }, 'model-00001-of-00003.safetensors')).toContain('part 1 of 3');
  });

  test('a network of the right names with another start is said to be one, not to be missing', () => {
    const network = { 'encoder.mid.stem.weight': [64, 3, 3, 3], 'decoder.mid.stem.weight': [64, 4, 3, 3] };
    expect(said(network)).toContain('holds an encoder and a decoder');
  });
});

describe('an AutoencoderKL is found', () => {
  test.each(['', 'first_stage_model.', 'vae.', 'anything.else.'])('under %j', (prefix) => {
    const found = findAutoencoder(new Map(Object.entries(under(prefix, KL))), 'a');
    expect(found).toEqual({ prefix, others: [] });
  });

  test('of several the usual place is taken, averaged copies last, and the others are told', () => {
    const tensors = {
      ...under('ema.', KL),
      ...under('x.', KL),
      ...under('vae.', KL),
      ...under('first_stage_model.', KL),
    };
    const found = findAutoencoder(new Map(Object.entries(tensors)), 'a');
    expect(found).toEqual({ prefix: 'first_stage_model.', others: ['vae.', 'x.', 'ema.'] });
  });

  test('beside an autoencoder of another kind, which is passed over', () => {
    const video = { ...KL, 'decoder.time_conv_out.weight': [3, 3, 3, 1, 1] };
    const found = findAutoencoder(
      new Map(Object.entries({ ...under('first_stage_model.', video), ...under('b.', KL) })),
      'a',
    );
    expect(found).toEqual({ prefix: 'b.', others: [] });
  });

  test('also where a codebook lies beside it', () => {
    const tensors = { ...KL, 'quantize.embedding.weight': [256, 4] };
    expect(findAutoencoder(new Map(Object.entries(tensors)), 'a').prefix).toBe('');
  });
});

test('neither many places nor long names take long to look through', () => {
  const tensors: Tensors = { [`${'encoder.'.repeat(100_000)}alpha`]: [1] };
  for (let at = 0; at < 20_000; at++) tensors[`${at}.encoder.conv_in.weight`] = [64, 3, 3, 3];
  // Of this process alone: other groups of tests compute at the same time.
  const start = process.cpuUsage();
  expect(said(tensors)).toContain('only the encoder');
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(2);
});
