import { InspectorError } from '../errors';

export type Layout = 'diffusers' | 'diffusers-old' | 'compvis';

/** Where a file keeps the autoencoder's tensors. */
export interface KeyMap {
  layout: Layout;
  /** What stands before every name: '' for a file of the autoencoder alone, `first_stage_model.` in a checkpoint. */
  prefix: string;
  /** diffusers name -> the file's name, for every tensor of the file that belongs to the autoencoder. */
  names: Map<string, string>;
}

/** A file of the autoencoder alone first, then the usual places in whole checkpoints; any other place after them. */
const PREFIXES = ['', 'first_stage_model.', 'vae.'];

const ANCHOR = 'encoder.conv_in.weight';

/**
 * Finds the autoencoder in a file and how its tensors are named: diffusers' names today, those before its attention
 * was renamed (query, key, value, proj_attn), or CompVis's. Everything outside `encoder`, `decoder` and the quant
 * convolutions is left alone: whole checkpoints hold other networks, training checkpoints a discriminator.
 *
 * @param files the file's tensor names
 * @param name the file's name, for messages
 * @throws InspectorError 'bad-model' where there is no autoencoder, or a tensor of it that no layout explains.
 */
export function mapKeys(files: Iterable<string>, name = 'the file'): KeyMap {
  const all = [...files];
  const prefix = autoencoderPrefix(all, name);
  const own = all.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const part = own.filter((key) => /^(encoder|decoder|quant_conv|post_quant_conv)\./.test(key));
  const layout = detectLayout(part);
  const levels = layout === 'compvis' ? countLevels(part) : 0;
  const names = new Map<string, string>();
  for (const key of part) {
    const target = layout === 'compvis' ? fromCompVis(key, levels) : fromDiffusers(key);
    if (target === null) {
      throw new InspectorError(
        'bad-model',
        `The tensor "${prefix}${key}" of ${name} has no place in an AutoencoderKL.`,
        'Choose a file of a plain AutoencoderKL (Stable Diffusion 1, 2, 3, XL, FLUX.1).',
      );
    }
    names.set(target, prefix + key);
  }
  return { layout, prefix, names };
}

/**
 * What stands before the names of the autoencoder's tensors.
 * @throws InspectorError 'bad-model' where there is no autoencoder
 */
export function autoencoderPrefix(keys: readonly string[], name: string): string {
  const found = keys
    .filter((key) => key === ANCHOR || key.endsWith(`.${ANCHOR}`))
    .map((key) => key.slice(0, -ANCHOR.length));
  const prefix = PREFIXES.find((known) => found.includes(known)) ?? found[0];
  if (prefix === undefined) {
    throw new InspectorError(
      'bad-model',
      `There is no autoencoder in ${name}: none of its ${keys.length} tensors is named "${ANCHOR}".`,
      'Choose a file of an AutoencoderKL, or a whole checkpoint that holds one.',
    );
  }
  return prefix;
}

function detectLayout(keys: string[]): Layout {
  if (keys.some((key) => /^(encoder\.down|decoder\.up)\.\d/.test(key) || key.includes('.mid.')))
    return 'compvis';
  return keys.some((key) => OLD_ATTENTION.test(key)) ? 'diffusers-old' : 'diffusers';
}

const OLD_ATTENTION = /\.attentions\.0\.(query|key|value|proj_attn)\.(weight|bias)$/;
const NEW_ATTENTION: Record<string, string> = {
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
};

/** Both of diffusers' namings. What it does not know is kept: the network then names the tensor that it lacks a place for. */
function fromDiffusers(key: string): string {
  return key.replace(
    OLD_ATTENTION,
    (_, part: string, kind: string) => `.attentions.0.${NEW_ATTENTION[part]}.${kind}`,
  );
}

/** CompVis counts the decoder's levels by resolution: `up.3` runs first. */
function countLevels(keys: string[]): number {
  const levels = keys.map((key) => Number(/^decoder\.up\.(\d+)\./.exec(key)?.[1] ?? -1));
  return Math.max(...levels) + 1;
}

const COMPVIS_ATTENTION: Record<string, string> = {
  norm: 'group_norm',
  q: 'to_q',
  k: 'to_k',
  v: 'to_v',
  proj_out: 'to_out.0',
};

/** CompVis's name -> diffusers', or null where it has none. */
function fromCompVis(key: string, levels: number): string | null {
  const rules: [RegExp, (...parts: string[]) => string][] = [
    [/^(quant_conv|post_quant_conv|(?:en|de)coder\.conv_(?:in|out))$/, (name) => name],
    [/^(encoder|decoder)\.norm_out$/, (part) => `${part}.conv_norm_out`],
    [
      /^encoder\.down\.(\d+)\.block\.(\d+)\.(\w+)$/,
      (l, b, layer) => `encoder.down_blocks.${l}.resnets.${b}.${resnet(layer)}`,
    ],
    [/^encoder\.down\.(\d+)\.downsample\.conv$/, (l) => `encoder.down_blocks.${l}.downsamplers.0.conv`],
    [
      /^decoder\.up\.(\d+)\.block\.(\d+)\.(\w+)$/,
      (l, b, layer) => `decoder.up_blocks.${levels - 1 - Number(l)}.resnets.${b}.${resnet(layer)}`,
    ],
    [
      /^decoder\.up\.(\d+)\.upsample\.conv$/,
      (l) => `decoder.up_blocks.${levels - 1 - Number(l)}.upsamplers.0.conv`,
    ],
    [
      /^(encoder|decoder)\.mid\.block_([12])\.(\w+)$/,
      (part, b, layer) => `${part}.mid_block.resnets.${Number(b) - 1}.${resnet(layer)}`,
    ],
    [
      /^(encoder|decoder)\.mid\.attn_1\.(norm|q|k|v|proj_out)$/,
      (part, layer) => `${part}.mid_block.attentions.0.${COMPVIS_ATTENTION[layer]}`,
    ],
  ];
  const split = /^(.*)\.(weight|bias)$/.exec(key);
  if (!split) return null;
  for (const [pattern, rename] of rules) {
    const match = pattern.exec(split[1]);
    if (match) return `${rename(...match.slice(1))}.${split[2]}`;
  }
  return null;
}

function resnet(layer: string): string {
  return layer === 'nin_shortcut' ? 'conv_shortcut' : layer;
}
