import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';

/** The fields of diffusers' `AutoencoderKL` config.json that shape the network; defaults as diffusers has them. */
export interface AutoencoderConfig {
  in_channels: number;
  out_channels: number;
  block_out_channels: number[];
  /** The decoder's, from the highest resolution as those of the encoder; where it is left out they are the same. */
  decoder_block_out_channels?: number[];
  layers_per_block: number;
  norm_num_groups: number;
  latent_channels: number;
  use_quant_conv: boolean;
  use_post_quant_conv: boolean;
  mid_block_add_attention: boolean;
  /** Diffusion models are trained on `(latent - shift) * scaling_factor`. The instrument works on the unscaled latent. */
  scaling_factor: number;
  shift_factor: number | null;
  /**
   * Statistics of the latents; where a model has them, diffusion models are trained on `(latent - mean) / std * scaling_factor`:
   * one number a channel, or one for each channel and place of a square patch of cells (`LatentStatistics`). Both or neither.
   */
  latents_mean?: number[];
  latents_std?: number[];
}

/** Defaults that diffusers assumes where config.json is silent (`AutoencoderKL.__init__`). */
export const DEFAULT_CONFIG: Readonly<AutoencoderConfig> = Object.freeze({
  in_channels: 3,
  out_channels: 3,
  block_out_channels: [64],
  layers_per_block: 1,
  norm_num_groups: 32,
  latent_channels: 4,
  use_quant_conv: true,
  use_post_quant_conv: true,
  mid_block_add_attention: true,
  scaling_factor: 0.18215,
  shift_factor: null,
});

/** Beyond these it is no network that anyone has trained, and would only fill the memory with the names of its tensors. */
const MOST = { channels: 2 ** 16, levels: 12, layers: 64 };

const COUNTS_EXPECTED = `a list of 1 to ${MOST.levels} whole numbers from 1 to ${MOST.channels}`;

/**
 * Defaults that diffusers assumes of FLUX.2's class (`AutoencoderKLFlux2.__init__`). Its latents are scaled by statistics in the
 * weights.
 */
const FLUX2_CONFIG: Readonly<AutoencoderConfig> = Object.freeze({
  ...DEFAULT_CONFIG,
  block_out_channels: [128, 256, 512, 512],
  layers_per_block: 2,
  latent_channels: 32,
  scaling_factor: 1,
});

/** Tells whether a configuration is of FLUX.2's class, whose latents are scaled by numbers that lie in the weights. */
export function isFlux2(json: unknown): boolean {
  return (json as { _class_name?: unknown } | null)?._class_name === 'AutoencoderKLFlux2';
}

/** The classes of diffusers whose network is this one. */
const CLASSES = ['AutoencoderKL', 'AutoencoderKLFlux2'];

/** Pixels per side of one latent cell: every level but the last halves the picture. */
export function factor(config: Pick<AutoencoderConfig, 'block_out_channels'>): number {
  return 2 ** (config.block_out_channels.length - 1);
}

/**
 * Reads a diffusers config.json (already parsed) and fills in diffusers' defaults. Fields that do not shape
 * the network (`sample_size`, `force_upcast`, ...) are ignored; fields that shape it in a way this network
 * does not have (another activation, other block types) are refused.
 *
 * @throws InspectorError 'bad-model', naming the field and its value.
 */
export function parseConfig(json: unknown): AutoencoderConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad(`The model's configuration is ${shown(json)}, not an object.`);
  }
  const fields = json as Record<string, unknown>;
  const read = <T>(name: string, fallback: T, check: (value: unknown) => value is T, expected: string): T => {
    const value = fields[name];
    if (value === undefined) return fallback;
    if (!check(value)) throw bad(`The model's ${name} is ${shown(value)}; it must be ${expected}.`);
    return value;
  };
  const count = (name: string, fallback: number, most = MOST.channels) =>
    read(name, fallback, (value) => isCount(value, most), `a whole number from 1 to ${most}`);
  // Python takes None for false.
  const flag = (name: string, fallback: boolean) =>
    fields[name] === null ? false : read(name, fallback, isFlag, 'true or false');

  const defaults = isFlux2(json) ? FLUX2_CONFIG : DEFAULT_CONFIG;
  const config: AutoencoderConfig = {
    in_channels: count('in_channels', defaults.in_channels),
    out_channels: count('out_channels', defaults.out_channels),
    block_out_channels: [
      ...read('block_out_channels', defaults.block_out_channels, isCounts, COUNTS_EXPECTED),
    ],
    ...readDecoderWidths(fields.decoder_block_out_channels),
    layers_per_block: count('layers_per_block', defaults.layers_per_block, MOST.layers),
    norm_num_groups: count('norm_num_groups', defaults.norm_num_groups),
    latent_channels: count('latent_channels', defaults.latent_channels),
    use_quant_conv: flag('use_quant_conv', defaults.use_quant_conv),
    use_post_quant_conv: flag('use_post_quant_conv', defaults.use_post_quant_conv),
    mid_block_add_attention: flag('mid_block_add_attention', defaults.mid_block_add_attention),
    scaling_factor: isAbsent(fields.scaling_factor)
      ? defaults.scaling_factor
      : read('scaling_factor', defaults.scaling_factor, isScale, 'a finite number other than 0'),
    shift_factor: read('shift_factor', defaults.shift_factor, isShift, 'a finite number or null'),
  };
  Object.assign(config, parseStatistics(fields, config));
  checkFamily(fields, config.block_out_channels.length);
  for (const name of ['block_out_channels', 'decoder_block_out_channels'] as const) {
    const indivisible = config[name]?.find((width) => width % config.norm_num_groups !== 0);
    if (indivisible !== undefined) {
      throw bad(
        `The model's norm_num_groups is ${config.norm_num_groups}, which does not divide its width ${indivisible} in ${name}.`,
      );
    }
  }
  const [levels, rising] = [config.block_out_channels.length, decoderWidths(config).length];
  if (levels !== rising) {
    throw bad(`The model's encoder has ${levels} levels and its decoder ${rising}; they must be as many.`);
  }
  return config;
}

/** The widths of the decoder's levels, from the highest resolution. */
export function decoderWidths(
  config: Pick<AutoencoderConfig, 'block_out_channels' | 'decoder_block_out_channels'>,
): number[] {
  return config.decoder_block_out_channels ?? config.block_out_channels;
}

function readDecoderWidths(value: unknown): Pick<AutoencoderConfig, 'decoder_block_out_channels'> {
  if (isAbsent(value)) return {};
  if (isCounts(value)) return { decoder_block_out_channels: [...value] };
  throw bad(`The model's decoder_block_out_channels is ${shown(value)}; it must be ${COUNTS_EXPECTED}.`);
}

/** Tells whether a configuration says that it has no scaling factor, so that `parseConfig` took diffusers' default in its place. */
export function lacksScale(json: unknown): boolean {
  return (json as { scaling_factor?: unknown } | null)?.scaling_factor === null;
}

/** The mean and standard deviation of the latents; diffusers writes null for a model that has none. */
function parseStatistics(
  { latents_mean: mean, latents_std: std, shift_factor: shift }: Record<string, unknown>,
  { latent_channels: channels }: AutoencoderConfig,
): Pick<AutoencoderConfig, 'latents_mean' | 'latents_std'> {
  if (isAbsent(mean) && isAbsent(std)) return {};
  if (isAbsent(mean) || isAbsent(std)) {
    const [given, lacking] = isAbsent(mean)
      ? ['latents_std', 'latents_mean']
      : ['latents_mean', 'latents_std'];
    throw bad(`The model has ${given} but no ${lacking}; latents are scaled by both or by neither.`);
  }
  if (!isNumbers(mean))
    throw bad(`The model's latents_mean is ${shown(mean)}; it must be a list of numbers.`);
  if (!isNumbers(std) || std.includes(0)) {
    throw bad(`The model's latents_std is ${shown(std)}; it must be a list of numbers other than 0.`);
  }
  for (const [name, values] of [
    ['latents_mean', mean],
    ['latents_std', std],
  ] as const) {
    const patch = Math.sqrt(values.length / channels);
    if (values.length !== mean.length || !Number.isInteger(patch) || patch === 0) {
      throw bad(
        `The model's ${name} has ${values.length} numbers; its ${channels} latent channels need ${channels}.`,
      );
    }
  }
  if (!isAbsent(shift) && shift !== 0) {
    throw bad(
      `The model has both a shift_factor (${shown(shift)}) and latents_mean, which shift its latents in two ways.`,
    );
  }
  return { latents_mean: [...mean], latents_std: [...std] };
}

/** Refuses what would be another network under the same class name. */
function checkFamily(fields: Record<string, unknown>, levels: number): void {
  const kind = fields._class_name;
  if (!isAbsent(kind) && !CLASSES.includes(kind as string)) {
    throw bad(`The configuration is of a ${shown(kind)}; only ${CLASSES.join(' and ')} are supported.`);
  }
  const activation = fields.act_fn;
  if (!isAbsent(activation) && activation !== 'silu' && activation !== 'swish') {
    throw bad(`The model's act_fn is ${shown(activation)}; only "silu" is supported.`);
  }
  for (const [name, supported] of [
    ['down_block_types', 'DownEncoderBlock2D'],
    ['up_block_types', 'UpDecoderBlock2D'],
  ] as const) {
    const types = fields[name];
    if (isAbsent(types)) continue;
    if (!Array.isArray(types)) throw bad(`The model's ${name} is ${shown(types)}; it must be a list.`);
    if (types.length !== levels) {
      throw bad(`The model's ${name} lists ${types.length} blocks, its block_out_channels ${levels}.`);
    }
    const other = types.findIndex((type) => type !== supported);
    if (other >= 0)
      throw bad(`The model's ${name} has ${shown(types[other])}; only "${supported}" is supported.`);
  }
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= most;
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST.levels &&
  Array.from(value).every((width) => isCount(width, MOST.channels));
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isScale = (value: unknown): value is number => Number.isFinite(value) && value !== 0;
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST.channels &&
  // A copy: `every` passes over the holes that a script's list may have.
  Array.from(value).every((each) => Number.isFinite(each));
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;
const isShift = (value: unknown): value is number | null => value === null || Number.isFinite(value);

function bad(message: string): InspectorError {
  return new InspectorError('bad-model', message, 'Check the config.json that belongs to this file.');
}
