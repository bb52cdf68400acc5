/** Tells what a JSON document that lies beside weights describes: an AutoencoderKL, or what else. */

import { InspectorError } from '@/common/errors';
import { shorten, shown } from '@/common/shown';
import { OPENED } from './findAutoencoder';

/** The classes of diffusers whose network is an AutoencoderKL's. */
const OPENED_CLASSES = ['AutoencoderKL', 'AutoencoderKLFlux2'];

/** Autoencoders of diffusers whose class does not say what they belong to. */
const MODELS_OF: Record<string, string> = {
  AutoencoderTiny: 'TAESD and its kin',
  AutoencoderKLTemporalDecoder: 'Stable Video Diffusion',
  AsymmetricAutoencoderKL: 'inpainting',
  ConsistencyDecoderVAE: 'a consistency decoder',
  AutoencoderDC: 'DC-AE, of Sana',
  AutoencoderOobleck: 'sound',
  AutoencoderKLMagvit: 'EasyAnimate',
  PaellaVQModel: 'Stable Cascade and W\u00fcrstchen',
  VQModel: 'a codebook in place of a posterior',
};

/** Fields of an AutoencoderKL's configuration, one of which a document without a class must have. */
const FIELDS = [
  'block_out_channels',
  'latent_channels',
  'layers_per_block',
  'norm_num_groups',
  'down_block_types',
  'scaling_factor',
  'use_quant_conv',
  'use_post_quant_conv',
  'mid_block_add_attention',
  'in_channels',
  'out_channels',
];

/**
 * Names what a document describes where that is no AutoencoderKL, to stand after "describes"; null where it is one.
 * @param json parsed
 */
export function otherConfig(json: unknown): { label: string; isAutoencoder: boolean } | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { label: 'no model: it is not a JSON object', isAutoencoder: false };
  }
  const fields = json as Record<string, unknown>;
  const named = typeof fields._class_name === 'string' ? shorten(fields._class_name, 80) : fields._class_name;
  const other = (label: string) => ({ label, isAutoencoder: false });
  if (typeof named === 'string') {
    if (OPENED_CLASSES.includes(named)) return null;
    const of = MODELS_OF[named];
    if (of || /Autoencoder|VQModel|VAE/.test(named)) {
      return { label: `another kind of autoencoder, ${named}${of ? ` (${of})` : ''}`, isAutoencoder: true };
    }
    if (/Pipeline/.test(named)) return other(`a whole pipeline (${named}; it is a model_index.json)`);
    if (/Scheduler/.test(named)) return other(`a scheduler (${named})`);
    if (/ControlNet/.test(named)) return other(`a ControlNet (${named})`);
    if (/UNet/.test(named)) return other(`a U-Net (${named})`);
    if (/Transformer|DiT/.test(named)) return other(`a diffusion transformer (${named})`);
    return other(`a ${named}`);
  }
  if (named !== undefined && named !== null) return other(`a model of the class ${shown(named)}`);
  if ('peft_type' in fields) {
    const type = fields.peft_type;
    return other(`an adapter (${typeof type === 'string' ? shorten(type) : shown(type)}), such as a LoRA`);
  }
  const [architecture] = Array.isArray(fields.architectures) ? fields.architectures : [];
  const transformers = architecture ?? fields.model_type;
  if (typeof transformers === 'string') {
    return other(
      `a model of the library transformers (${shorten(transformers, 80)}), such as a text encoder`,
    );
  }
  if ('tokenizer_class' in fields || 'vocab_size' in fields) return other('a tokenizer or a language model');
  if ('crop_size' in fields || 'image_processor_type' in fields || 'feature_extractor_type' in fields) {
    return other('how pictures are prepared for a model');
  }
  if ('ddconfig' in fields || 'model' in fields)
    return other('a model in the way of CompVis, not of diffusers');
  return FIELDS.some((field) => field in fields)
    ? null
    : other('no autoencoder: it has none of the fields of one');
}

/**
 * Refuses a configuration that is not an AutoencoderKL's, by what it is.
 * @param name the document's, as it begins a sentence
 * @throws InspectorError 'bad-model'
 */
export function refuseOtherConfig(json: unknown, name = 'The configuration'): void {
  const found = otherConfig(json);
  if (!found) return;
  throw new InspectorError(
    'bad-model',
    found.isAutoencoder
      ? `${name} describes ${found.label}, which this instrument does not open yet.`
      : `${name} describes ${found.label}.`,
    found.isAutoencoder
      ? OPENED
      : 'Give the config.json that lies beside the autoencoder (in folders of diffusers vae/config.json), or the weights alone.',
  );
}
