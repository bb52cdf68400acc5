import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';

export type Layout = 'diffusers' | 'diffusers-old' | 'compvis';

/** The names under which a file keeps the autoencoder's tensors. */
export interface KeyMap {
  layout: Layout;
  /** Text before every name: '' for a file of the autoencoder alone, `first_stage_model.` in a checkpoint. */
  prefix: string;
  /** diffusers name -> the file's name, for every tensor of the file that belongs to the autoencoder. */
  names: Map<string, string>;
}

/**
 * Maps the names of an autoencoder's tensors to diffusers': from diffusers' own today, those before its attention was renamed
 * (query, key, value, proj_attn), CompVis's, and mixtures of them that converters write. Everything outside `encoder`,
 * `decoder` and the quant convolutions is left alone: whole checkpoints hold other networks, training checkpoints a
 * discriminator.
 *
 * @param files the file's tensor names
 * @param prefix what stands before the autoencoder's
 * @param name the file's name, for messages
 * @throws InspectorError 'bad-model' for a tensor of it that no layout explains, or two that are the same.
 */
export function mapKeys(files: Iterable<string>, prefix: string, name = 'the file'): KeyMap {
  const own = [...files].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const part = own.filter(
    (key) => /^(encoder|decoder|quant_conv|post_quant_conv)\./.test(key) && !isScale(key),
  );
  const levels = countLevels(part);
  const names = new Map<string, string>();
  for (const key of part) {
    const target = targetOf(key, levels);
    if (target === null) {
      if (QUANTISED.test(key)) throw quantisedWeights(name, prefix + key);
      throw new InspectorError(
        'bad-model',
        `The tensor "${prefix}${key}" of ${name} has no place in an AutoencoderKL.`,
        'It is an autoencoder of another build, or has something added. Choose a file of a plain AutoencoderKL (Stable Diffusion 1, 2, 3, XL, FLUX.1, FLUX.2).',
      );
    }
    const other = names.get(target);
    if (other !== undefined) {
      throw new InspectorError(
        'bad-model',
        `"${other}" and "${prefix}${key}" of ${name} are the same tensor under two names.`,
        'Choose a file that holds the autoencoder once.',
      );
    }
    names.set(target, prefix + key);
  }
  return { layout: detectLayout(part), prefix, names };
}

/** Numbers beside a tensor, by which it is multiplied or its inputs were; not tensors of the network. */
const SCALE = /\.(scale_weight|weight_scale|scale_input|input_scale|comfy_quant)$/;

function isScale(key: string): boolean {
  return SCALE.test(key);
}

/**
 * Tensors that methods of quantisation keep in place of a weight, or beside it: bitsandbytes, GPTQ and AWQ, quanto, torchao,
 * scaled 8-bit floats other than ComfyUI's.
 */
const QUANTISED =
  /\.(SCB|absmax|quant_map|nested_absmax|nested_quant_map|quant_state(\..*)?|weight_format|qweight|qzeros|g_idx|scales?|zero_points?|_data|_scale|_shift|int_data|tensor_impl(\..*)?|(weight|input)_(scales?|scale_inv|scale_2|zero_point|packed|shape))$/;

const ITS_PARTS = /(^|\.)(encoder|decoder|quant_conv|post_quant_conv)\./;

/** The first tensor that says that an autoencoder's weights are quantised; null where none does. */
export function quantisedKey(keys: Iterable<string>, prefix = ''): string | null {
  for (const key of keys) {
    if (isScale(key) || !key.startsWith(prefix)) continue;
    if (ITS_PARTS.test(key.slice(prefix.length)) && QUANTISED.test(key)) return key;
  }
  return null;
}

/** The refusal of weights that another method has to make numbers of again. */
export function quantisedWeights(name: string, key: string): InspectorError {
  return new InspectorError(
    'bad-model',
    `${name} holds quantised weights, which are numbers again only by their own method: that is what ${shown(key)} is for.`,
    'Choose the same model saved as F32, F16 or BF16.',
  );
}

/** The names under which a tensor's own scale is kept beside it (ComfyUI's scaled 8-bit floats, old and new). */
export function scaleNames(key: string): string[] {
  const base = key.replace(/\.weight$/, '');
  return base === key ? [] : [`${base}.scale_weight`, `${base}.weight_scale`];
}

function detectLayout(keys: string[]): Layout {
  if (keys.some((key) => /^(encoder\.down|decoder\.up)\.\d/.test(key) || key.includes('.mid.'))) {
    return 'compvis';
  }
  return keys.some((key) => /\.(query|key|value|proj_attn)\./.test(key)) ? 'diffusers-old' : 'diffusers';
}

/** CompVis counts the decoder's levels by resolution: `up.3` runs first. */
function countLevels(keys: string[]): number {
  return keys.reduce(
    (most, key) => Math.max(most, Number(/^decoder\.up\.(\d+)\./.exec(key)?.[1] ?? -1) + 1),
    0,
  );
}

/** The layers of attention, by all their names. */
const ATTENTION: Record<string, string> = {
  norm: 'group_norm',
  group_norm: 'group_norm',
  q: 'to_q',
  query: 'to_q',
  to_q: 'to_q',
  k: 'to_k',
  key: 'to_k',
  to_k: 'to_k',
  v: 'to_v',
  value: 'to_v',
  to_v: 'to_v',
  proj_out: 'to_out.0',
  proj_attn: 'to_out.0',
  to_out: 'to_out.0',
  'to_out.0': 'to_out.0',
};

const LAYERS: Record<string, string> = {
  norm1: 'norm1',
  conv1: 'conv1',
  norm2: 'norm2',
  conv2: 'conv2',
  nin_shortcut: 'conv_shortcut',
  conv_shortcut: 'conv_shortcut',
};

type Rule = [RegExp, (levels: number, ...parts: string[]) => string | undefined];

const under = (path: string, layer: string | undefined) =>
  layer === undefined ? undefined : `${path}.${layer}`;

/** Each place in the network, in every naming: CompVis's first, then diffusers'. */
const RULES: readonly Rule[] = [
  [/^(quant_conv|post_quant_conv|(?:en|de)coder\.conv_(?:in|out))$/, (_, name) => name],
  // FLUX.2 as Black Forest Labs publish it: each half has its own.
  [/^encoder\.(quant_conv)$/, (_, name) => name],
  [/^decoder\.(post_quant_conv)$/, (_, name) => name],
  [/^(encoder|decoder)\.(?:norm_out|conv_norm_out)$/, (_, part) => `${part}.conv_norm_out`],
  [
    /^encoder\.(?:down\.(\d+)\.block|down_blocks\.(\d+)\.resnets)\.(\d+)\.(\w+)$/,
    (_, a, b, block, layer) => under(`encoder.down_blocks.${a ?? b}.resnets.${block}`, LAYERS[layer]),
  ],
  [
    /^encoder\.(?:down\.(\d+)\.downsample|down_blocks\.(\d+)\.downsamplers\.0)\.conv$/,
    (_, a, b) => `encoder.down_blocks.${a ?? b}.downsamplers.0.conv`,
  ],
  [
    /^decoder\.up\.(\d+)\.block\.(\d+)\.(\w+)$/,
    (levels, level, block, layer) =>
      under(`decoder.up_blocks.${levels - 1 - Number(level)}.resnets.${block}`, LAYERS[layer]),
  ],
  [
    /^decoder\.up_blocks\.(\d+)\.resnets\.(\d+)\.(\w+)$/,
    (_, level, block, layer) => under(`decoder.up_blocks.${level}.resnets.${block}`, LAYERS[layer]),
  ],
  [
    /^decoder\.up\.(\d+)\.upsample\.conv$/,
    (levels, level) => `decoder.up_blocks.${levels - 1 - Number(level)}.upsamplers.0.conv`,
  ],
  [
    /^decoder\.up_blocks\.(\d+)\.upsamplers\.0\.conv$/,
    (_, level) => `decoder.up_blocks.${level}.upsamplers.0.conv`,
  ],
  [
    /^(encoder|decoder)\.mid(?:_block)?\.block_([12])\.(\w+)$/,
    (_, part, block, layer) => under(`${part}.mid_block.resnets.${Number(block) - 1}`, LAYERS[layer]),
  ],
  [
    /^(encoder|decoder)\.mid(?:_block)?\.resnets\.([01])\.(\w+)$/,
    (_, part, block, layer) => under(`${part}.mid_block.resnets.${block}`, LAYERS[layer]),
  ],
  [
    /^(encoder|decoder)\.mid(?:_block)?\.(?:attn_1|attentions\.0)\.([\w.]+)$/,
    (_, part, layer) => under(`${part}.mid_block.attentions.0`, ATTENTION[layer]),
  ],
];

/** A name of any layout -> diffusers', or null where none has it. */
function targetOf(key: string, levels: number): string | null {
  const [, path, kind] = /^(.*)\.(weight|bias)$/.exec(key) ?? [];
  if (path === undefined) return null;
  for (const [pattern, rename] of RULES) {
    const match = pattern.exec(path);
    const renamed = match && rename(levels, ...match.slice(1));
    if (renamed) return `${renamed}.${kind}`;
  }
  return null;
}
