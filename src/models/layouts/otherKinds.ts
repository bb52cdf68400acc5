/**
 * Kinds of files of weights that are not an AutoencoderKL's, told by the names and shapes of their tensors: those of diffusers'
 * classes and of the original releases, which differ.
 */
export type Shapes = ReadonlyMap<string, readonly number[]>;

interface Rule {
  /** Name with its article: "a Wan 2.1 autoencoder". */
  label: string;
  /** diffusers' class. */
  className?: string;
  /** Some tensor's name has to match. */
  name: RegExp;
  /** And where this is given, the shape of one that does. */
  shape?(shape: readonly number[]): boolean;
  /** And the name of some other. */
  also?: RegExp;
}

const isVideo = (shape: readonly number[]) => shape.length === 5;

/** The first that fits is taken, so what others build on comes after them. */
const AUTOENCODERS: readonly Rule[] = [
  {
    label: 'the video autoencoder of Stable Video Diffusion',
    className: 'AutoencoderKLTemporalDecoder',
    name: /(^|\.)decoder\.(time_conv_out\.|.*(time_stack|time_mix_conv|temporal_res_block|spatial_res_block)\.)/,
  },
  {
    label: 'an autoencoder for inpainting, whose decoder also reads the picture',
    className: 'AsymmetricAutoencoderKL',
    name: /(^|\.)decoder\.condition_encoder\./,
  },
  {
    label: 'an autoencoder with a consistency decoder',
    className: 'ConsistencyDecoderVAE',
    name: /(^|\.)decoder_unet\./,
  },
  {
    label: 'the video autoencoder of Allegro',
    className: 'AutoencoderKLAllegro',
    name: /(^|\.)encoder\.temp_conv_in\./,
  },
  {
    label: 'an autoencoder of Kandinsky',
    className: 'AutoencoderKLKVAE',
    name: /(^|\.)encoder\.down\.\d+\.downsample\.spatial_conv\./,
  },
  {
    label: 'the video autoencoder of Cosmos',
    className: 'AutoencoderKLCosmos',
    name: /(^|\.)encoder\.conv_in\.(conv_s|0\.conv3d)\./,
  },
  {
    label: 'the sound autoencoder of LTX-2',
    className: 'AutoencoderKLLTX2Audio',
    name: /(^|\.)audio_vae\./,
  },
  {
    // Two channels: a spectrogram of either ear.
    label: 'the sound autoencoder of LTX-2',
    className: 'AutoencoderKLLTX2Audio',
    name: /(^|\.)encoder\.conv_in\.conv\.weight$/,
    shape: (shape) => shape.length === 4 && shape[1] === 2,
    also: /(^|\.)encoder\.down\.\d+\.block\.\d+\.conv1\.conv\.weight$/,
  },
  {
    label: 'the sound autoencoder of MMAudio',
    name: /(^|\.)(en|de)coder\.conv_in\.weight$/,
    shape: (shape) => shape.length === 3,
    also: /(^|\.)(en|de)coder\.learnable_gain$/,
  },
  {
    label: 'the video autoencoder of LTX-Video',
    className: 'AutoencoderKLLTXVideo',
    name: /(^|\.)per_channel_statistics\.|(^|\.)decoder\.last_scale_shift_table$|(^|\.)(en|de)coder\.(down|up)_blocks\.\d+\.res_blocks\./,
  },
  {
    label: 'the video autoencoder of LTX-Video',
    className: 'AutoencoderKLLTXVideo',
    name: /(^|\.)encoder\.conv_in\.conv\.weight$/,
    shape: (shape) => shape[1] === 48,
  },
  {
    label: 'the video autoencoder of CogVideoX or one of its build',
    className: 'AutoencoderKLCogVideoX',
    name: /\.norm\d\.conv_y\.(conv\.)?weight$/,
    shape: isVideo,
  },
  {
    label: 'the MoVQ autoencoder of Kandinsky',
    className: 'VQModel',
    name: /\.norm\d\.conv_y\.(conv\.)?weight$/,
  },
  {
    label: 'the video autoencoder of Mochi',
    className: 'AutoencoderKLMochi',
    name: /(^|\.)encoder\.proj_in\.weight$|(^|\.)(en|de)coder\.block_(in|out)\.resnets\./,
  },
  {
    label: 'the video autoencoder of EasyAnimate',
    className: 'AutoencoderKLMagvit',
    name: /(^|\.)encoder\.down_blocks\.0\.convs\./,
  },
  {
    label: 'an autoencoder of HunyuanVideo 1.5 or the HunyuanImage refiner',
    className: 'AutoencoderKLHunyuanVideo15 or AutoencoderKLHunyuanImageRefiner',
    name: /(^|\.)encoder\.(down\.\d+\.block|down_blocks\.\d+\.resnets)\.\d+\.norm1\.gamma$/,
    also: /(^|\.)encoder\.conv_in\.conv\.weight$/,
  },
  {
    label: 'the autoencoder of Qwen-Image 2.1, or a Qwen-Image one that was made flat',
    className: 'AutoencoderKLQwenImage21',
    name: /(^|\.)encoder\.conv(_in|1)\.weight$/,
    shape: (shape) => shape.length === 4,
    also: /(^|\.)encoder\.\S*\.gamma$/,
  },
  {
    label: 'the video autoencoder of HunyuanVideo',
    className: 'AutoencoderKLHunyuanVideo',
    name: /(^|\.)encoder\.conv_in\.conv\.weight$/,
    shape: isVideo,
    also: /(^|\.)encoder\.down_blocks\.\d+\.resnets\.\d+\.conv1\.conv\.weight$/,
  },
  {
    label: 'the autoencoder of HunyuanImage 2.1',
    className: 'AutoencoderKLHunyuanImage',
    name: /(^|\.)encoder\.down_blocks\.\d+\.norm1\.weight$|(^|\.)encoder\.down\.5\.block\.\d+\.norm1\.weight$/,
  },
  {
    label: 'a Wan 2.2 autoencoder',
    className: 'AutoencoderKLWan',
    name: /(^|\.)encoder\.downsamples\.\d+\.downsamples\.|(^|\.)decoder\.upsamples\.\d+\.upsamples\.|(^|\.)encoder\.down_blocks\.\d+\.resnets\.\d+\.residual\./,
  },
  {
    label: 'a Wan 2.2 autoencoder',
    className: 'AutoencoderKLWan',
    name: /(^|\.)encoder\.conv(_in|1)\.weight$/,
    shape: (shape) => isVideo(shape) && shape[1] === 12,
  },
  {
    label: 'a Wan 2.1 or Qwen-Image autoencoder',
    className: 'AutoencoderKLWan or AutoencoderKLQwenImage',
    name: /(^|\.)(en|de)coder\.(downsamples|upsamples|middle)\.\d+\.residual\.\d+\.gamma$|(^|\.)(en|de)coder\.(down|up|mid)_blocks?\..*\.gamma$/,
  },
  {
    label: 'a Wan 2.1 or Qwen-Image autoencoder',
    className: 'AutoencoderKLWan or AutoencoderKLQwenImage',
    name: /(^|\.)(en|de)coder\.conv1\.weight$/,
    shape: isVideo,
  },
  {
    label: 'a video autoencoder',
    name: /(^|\.)(en|de)coder\.conv_in\.(conv\.)?weight$/,
    shape: isVideo,
  },
  {
    label: 'the VQ autoencoder of Stable Cascade and W\u00fcrstchen',
    className: 'PaellaVQModel',
    name: /(^|\.)vquantizer\./,
  },
  {
    label: 'a deep-compression autoencoder, as Sana has it',
    className: 'AutoencoderDC',
    name: /(^|\.)encoder\.(project_in|stages\.\d+\.op_list)\.|(^|\.)(en|de)coder\.(down|up)_blocks\.\d+\.\d+\.(conv1|norm|attn|conv_inverted|conv_depth)\b/,
  },
  {
    label: 'the sound autoencoder of Stable Audio',
    className: 'AutoencoderOobleck',
    name: /(^|\.)(en|de)coder\..*snake\d\.alpha$/,
  },
  {
    label: 'an autoencoder for what has one dimension, such as sound',
    name: /(^|\.)(en|de)coder\.conv_in\.(conv\.)?weight$/,
    shape: (shape) => shape.length === 3,
  },
  {
    label: 'an autoencoder of sound',
    name: /(^|\.)(en|de)coder\..*(weight_[gv]|alpha|beta)$/,
    also: /(^|\.)(en|de)coder\..*weight_[gv]$/,
  },
  {
    label: 'a tiny autoencoder for video, of the TAEHV family',
    name: /(^|\.)(en|de)coder\.\d+\.(conv\.\d+\.)?weight$/,
    shape: (shape) => shape.length === 4 && shape[1] === 2 * shape[0] && shape[2] === 3,
  },
  {
    label: 'a tiny autoencoder of the TAESD family',
    className: 'AutoencoderTiny',
    name: /(^|\.)(taesd_)?(en|de)coder\.(layers\.)?\d+\.(conv\.\d+\.)?weight$|^\d+\.conv\.[024]\.weight$/,
    shape: (shape) => shape.length === 4,
  },
  {
    label: 'a VQ model: its decoder is made for the entries of a codebook',
    className: 'VQModel',
    name: /(^|\.)quantize\.(embedding|embed)\.weight$/,
  },
];

const LORA: Rule = {
  label: 'a LoRA, which is small changes for the weights of another model',
  name: /[._](lora_(up|down|A|B|mid)|hada_w1_a|lokr_w[12]|dora_scale|oft_blocks|diff_b)\b|(^|\.)lora_(unet|te\d?|transformer)_/,
};

const PARTS: readonly Rule[] = [
  {
    label: 'a ControlNet',
    name: /(^|\.)(control_model\.|controlnet_cond_embedding\.|input_hint_block\.|controlnet_(down|mid)?_?blocks?\.|controlnet_x_embedder\.|control_blocks\.|zero_convs\.)/,
  },
  { label: 'an IP-Adapter', name: /(^|\.)(ip_adapter\.|image_proj\.|to_[kv]_ip\.)/ },
  { label: 'a T2I-Adapter', name: /^(adapter\.)?body\.\d+\.(resnets\.\d+\.)?block\d\./ },
  { label: 'a motion module of AnimateDiff', name: /(^|\.)motion_modules\./ },
  {
    label: 'an upscaler (ESRGAN or one of its kin)',
    name: /(^|\.)(conv_first\.weight|RRDB_trunk\.|rdb[123]\.|RDB[123]\.|conv_up1\.|upconv1\.|model\.1\.sub\.|conv_before_upsample\.)|^(upsampler|residual_group)\./,
  },
  {
    label: 'a learned word (textual inversion)',
    name: /^(emb_params|string_to_param\b.*|clip_[lg]|t5xxl|<[^>]+>|\*)$/,
    shape: (shape) => shape.length === 2 || shape.length === 1,
  },
  {
    label: 'latents and no model',
    name: /^(latents?|latent_tensor|latents_.*|samples|mean|logvar)$/,
    shape: (shape) => shape.length >= 3,
  },
  {
    label: 'text embeddings of a trainer\u2019s cache and no model',
    name: /^(\w*prompt_embeds?|(\w+_)?text_embed(s|ding|dings)?|pooled(_\w+)?|\w*hidden_states?\d*|t5_(attn_mask|out|bfloat16|float16|float32)|l_pooled|clip_l_pooled|(lg|g|l|t5)_(out|attn_mask|pooled)|varlen_\w+|(llama|clip_l|clip|vl_embed|t5)_(mask_)?(bfloat16|float16|float32|bool|int64))$/,
    shape: (shape) => shape.length <= 3,
  },
  { label: 'the state of a training run', name: /(^|\.)(exp_avg|exp_avg_sq|optimizer_states?)(\.|$)/ },
];

const NETWORKS: readonly Rule[] = [
  {
    label: 'a U-Net of a diffusion model',
    name: /(^|\.)(input_blocks|output_blocks|middle_block)\.\d|(^|\.)down_blocks\.\d+\.(attentions|resnets)\.\d+\.(transformer_blocks|time_emb_proj)\.|(^|\.)time_embedding\.linear_1\.|(^|\.)(clip_txt_mapper|effnet_mapper|clip_txt_pooled_mapper)\./,
  },
  {
    label: 'a diffusion transformer of FLUX or one of its build',
    name: /(^|\.)(double_blocks\.\d+\.img_attn|single_blocks\.\d+\.(linear1|modulation)|single_transformer_blocks)\b/,
  },
  { label: 'a diffusion transformer of Stable Diffusion 3', name: /(^|\.)joint_blocks\.\d/ },
  {
    label: 'a diffusion transformer',
    name: /(^|diffusion_model\.|transformer\.)(transformer_blocks|double_layers|double_stream_blocks|vace_blocks)\.\d|(^|\.)(x_embedder|patchify_proj|patch_embedding|cap_embedder|caption_projection|txt_in|t_embedder)\./,
  },
  {
    label: 'a text encoder',
    name: /(^|\.)(text_model\.(embeddings|encoder)|encoder\.block\.\d+\.layer\.\d+\.SelfAttention|token_embedding\.weight|transformer\.resblocks\.\d|shared\.weight$|text_projection)/,
  },
  { label: 'an image encoder (CLIP)', name: /(^|\.)(vision_model|visual\.transformer|visual\.trunk)\./ },
  {
    label: 'a language model',
    name: /(^|\.)(embed_tokens\.weight$|layers\.\d+\.self_attn\.|h\.\d+\.attn\.c_attn)/,
  },
];

const DISCRIMINATOR: Rule = {
  label: 'a discriminator, one half of what autoencoders are trained with',
  name: /(^|\.)(discriminator\.|loss\.(discriminator|perceptual_loss)\.)|^main\.\d+\.weight$/,
};

/** Another thing that a file may hold, and whether that is an autoencoder too. */
export interface OtherKind {
  /** Words to stand after "NAME holds": "a U-Net of a diffusion model". */
  label: string;
  className?: string;
  isAutoencoder: boolean;
}

/** An autoencoder of another class; null where none is recognised. */
export function otherAutoencoder(shapes: Shapes): OtherKind | null {
  const rule = AUTOENCODERS.find((each) => fits(each, shapes));
  if (!rule) return null;
  const { label, className } = rule;
  return { label, ...(className !== undefined && { className }), isAutoencoder: true };
}

/** A half of an AutoencoderKL whose other half is not there; null where both are, or none. */
function half(shapes: Shapes): OtherKind | null {
  const [encoder, decoder] = ['encoder', 'decoder'].map((part) =>
    [...shapes.keys()].some((key) =>
      new RegExp(`(^|\\.)${part}\\.(conv_in|conv_out|mid|mid_block)\\.`).test(key),
    ),
  );
  if (encoder === decoder) return null;
  const [there, missing] = encoder ? ['encoder', 'decoder'] : ['decoder', 'encoder'];
  return { label: `only the ${there} of an autoencoder; its ${missing} is missing`, isAutoencoder: true };
}

/** Tells what a file without an AutoencoderKL holds; null where nothing is recognised. */
export function otherKind(shapes: Shapes): OtherKind | null {
  if (fits(LORA, shapes)) return { label: LORA.label, isAutoencoder: false };
  const autoencoder = otherAutoencoder(shapes);
  if (autoencoder) return autoencoder;
  const part = PARTS.find((each) => fits(each, shapes));
  if (part) return { label: part.label, isAutoencoder: false };
  const alone = half(shapes);
  if (alone) return alone;
  const networks = NETWORKS.filter((each) => fits(each, shapes)).map(({ label }) => label);
  if (networks.length === 0 && fits(DISCRIMINATOR, shapes)) networks.push(DISCRIMINATOR.label);
  if (networks.length === 0) return null;
  // A transformer of a named model is also one in general.
  const named = networks.filter((label) => !networks.some((other) => other.startsWith(`${label} of `)));
  const last = named.pop();
  return { label: named.length > 0 ? `${named.join(', ')} and ${last}` : `${last}`, isAutoencoder: false };
}

/** Names of tensors are no longer; in longer ones the patterns would search for long. */
const LONGEST_NAME = 500;

function fits({ name, shape, also }: Rule, shapes: Shapes): boolean {
  const has = (pattern: RegExp, key: string) => key.length <= LONGEST_NAME && pattern.test(key);
  if (also && ![...shapes.keys()].some((key) => has(also, key))) return false;
  for (const [key, own] of shapes) if (has(name, key) && (shape?.(own) ?? true)) return true;
  return false;
}
