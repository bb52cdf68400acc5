/** How a latent from a file can be read in the open model, and what is said of the reading that was taken. */
import type { ModelInfo } from '../../engine/protocol';
import type { LatentFile } from '../../formats/latent/file';
import { isUnscaled, likelyScaled, toUnscaled, UNSCALED } from '../../formats/latent/scaling';
import { arrange, batchOf, fittingLayouts, type Layout } from '../../formats/latent/shape';
import { type Scaling, scalingOf } from '../../inspect/scaled';
import { channelSigma } from '../../inspect/statistics';
import type { GivenLatent } from '../../state/latents';
import { plural } from '../format';

/** What a file leaves open, and what would settle it. */
export interface LatentQuestion {
  file: LatentFile;
  modelName: string;
  /** Under which the shape fits the model; more than one where that is open. */
  layouts: readonly Layout[];
  /** What the numbers may be: one where the file says or it makes no difference. */
  scalings: readonly Scaling[];
  /** Of the unscaled latent that is open, where it is of this model; for comparison. */
  usual: Float64Array | null;
}

/** An answer. */
export interface Reading {
  layout: Layout;
  scaling: Scaling;
}

/**
 * @param usual per-channel sigma of the open latent, unscaled
 * @throws InspectorError `bad-file` where the file is no latent of the model
 */
export function questionOf(
  file: LatentFile,
  { name, config }: Pick<ModelInfo, 'name' | 'config'>,
  usual: Float64Array | null,
): LatentQuestion {
  const layouts = fittingLayouts(file.shape, config.latent_channels, file.name);
  // What no reading can use is refused here, where it can be said, and not where the readings are drawn.
  for (const layout of layouts) arrange(file, layout, file.name);
  const scaling = scalingOf(config);
  const open = file.scaling === null && !isUnscaled(scaling);
  return {
    file,
    modelName: name,
    layouts,
    scalings: open ? [UNSCALED, scaling] : [file.scaling ?? UNSCALED],
    usual,
  };
}

export function isSettled({ layouts, scalings }: LatentQuestion): boolean {
  return layouts.length === 1 && scalings.length === 1;
}

/** The reading that is most likely meant: the axes as PyTorch has them, and the scaling whose sigma is the more usual. */
export function likelyReading(question: LatentQuestion): Reading {
  const [layout] = question.layouts;
  const [unscaled, scaled] = question.scalings;
  if (!scaled) return { layout, scaling: unscaled };
  const sigma = channelSigma(arrange(question.file, layout, question.file.name));
  return { layout, scaling: likelyScaled(sigma, scaled, question.usual) ? scaled : unscaled };
}

/** Per-channel sigma of the unscaled latent that a reading gives. */
export function sigmaOf({ file }: LatentQuestion, { layout, scaling }: Reading): Float64Array {
  return channelSigma(toUnscaled(arrange(file, layout, file.name), scaling));
}

/** The latent of a reading, with what was done, in full sentences. */
export function givenLatent({ file, scalings }: LatentQuestion, { layout, scaling }: Reading): GivenLatent {
  const { name, shape, says, notices } = file;
  const latent = toUnscaled(arrange(file, layout, name), scaling);
  const batch = batchOf(shape);
  const said = [
    `${name} is open, ${latent.rows} x ${latent.cols} cells, ${plural(latent.channels, 'channel')}.`,
    says,
    isUnscaled(scaling)
      ? `Its numbers were taken as they stand, unscaled${scalings.length > 1 ? ', as you chose' : ''}.`
      : `Its numbers are scaled${scalings.length > 1 ? ', as you chose' : ''}, and were ${unscalingWords(scaling)}.`,
    layout === 'channels-last' ? 'Its last axis was taken for the channels.' : '',
    batch > 1 ? `It holds ${batch} latents; this is the first.` : '',
    ...notices,
  ];
  return { name, latent, notices: said.filter((sentence) => sentence !== '') };
}

/**
 * "divided by 0.18215", with a shift "divided by 0.3611 and shifted by 0.1159", and with statistics "divided by 0.5, multiplied by
 * the model's standard deviation of each channel and shifted by its mean".
 */
export function unscalingWords({ scale, shift, statistics }: Scaling): string {
  if (statistics) {
    const first = scale === 1 ? '' : `divided by ${scale}, `;
    return `${first}multiplied by the model\u2019s standard deviation of each channel and shifted by its mean`;
  }
  return `divided by ${scale}${shift === 0 ? '' : ` and shifted by ${shift}`}`;
}

/** "[1, C, h, w]" in words. */
export const LAYOUT_WORDS: Record<Layout, string> = {
  'channels-first': 'channels first, as PyTorch and diffusers have it',
  'channels-last': 'channels last',
};
