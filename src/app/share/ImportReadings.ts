/** The ways to read a latent from a file in the open model, and what is said of the one that was taken. */

import { InspectorError } from '@/common/errors';
import type { NonEmpty } from '@/common/nonEmpty';
import type { ModelInfo } from '@/engine/protocol';
import { type FactorId, factorsOf, KNOWN_FACTORS } from '@/formats/latent/factors';
import type { LatentFile } from '@/formats/latent/file';
import { isUnscaled, logvarUnscaled, toUnscaled, UNSCALED } from '@/formats/latent/scaling';
import {
  arrange,
  arrangeLogvar,
  axesOf,
  fittingLayouts,
  type Layout,
  layoutsOf,
} from '@/formats/latent/shape';
import { requireUsable } from '@/formats/latent/usable';
import { type Scaling, sameScaling } from '@/latent/scaled';
import { channelSigma } from '@/latent/statistics';
import type { ModelFactor } from '@/session/models/factors';
import type { GivenLatent } from '@/session/pictures/givenLatent';
import { factorWords } from '../models/factorWords';
import { number, plural } from '../parts/format';
import { type OtherModel, otherChannels } from './otherChannels';

/** A scaling that the numbers of a file may have. */
export interface Scale {
  /** `own`: by the factor that is known of the model; `typed`: by one that is still to be said. */
  id: 'unscaled' | 'own' | 'typed' | FactorId;
  /** Null of `typed`. */
  scaling: Scaling | null;
  /** Name of the factor, as it is remembered; null where it is nobody's in particular. */
  name: string | null;
  words: string;
}

/** The questions that a file leaves open, and what would settle them. */
export interface LatentQuestion {
  file: LatentFile;
  model: { id: string; name: string };
  /** Scaling of the model's latents, as far as it is known. */
  factor: ModelFactor;
  /** Layouts under which the shape fits the model; more than one where that is open. */
  layouts: NonEmpty<Layout>;
  /** The scalings that the numbers may have: one where the file says or it makes no difference. */
  scales: NonEmpty<Scale>;
  /** Sigma of the unscaled latent that is open, one a channel, where it is of this model; for comparison. */
  usual: Float64Array | null;
}

/** An answer. */
export interface Reading {
  layout: Layout;
  scaling: Scaling;
  /** The scale that was chosen. */
  scale: Scale;
}

/** The reading that is likely meant, and why. */
export interface Likely {
  id: Scale['id'];
  /** Goes on after "likely: ". */
  because: string;
  /** Good enough to be chosen beforehand. */
  chosen: boolean;
}

/**
 * @param usual per-channel sigma of the open latent, unscaled
 * @param models those that could be opened instead
 * @throws InspectorError `bad-file` where the file is no latent of the model, or holds numbers that no decoder can use
 */
export function questionOf(
  file: LatentFile,
  { id, name, config }: Pick<ModelInfo, 'id' | 'name' | 'config'>,
  factor: ModelFactor,
  usual: Float64Array | null,
  models: readonly OtherModel[] = [],
): LatentQuestion {
  const patched = (factor.scaling.statistics?.patch ?? 1) > 1;
  const channels = config.latent_channels;
  if (layoutsOf(file, channels, patched).length === 0) throw otherChannels(file, name, channels, models);
  const layouts = fittingLayouts(file, channels, file.name, patched);
  // Before anything is asked: numbers that cannot be used are no matter of how they are read.
  const [layout, ...others] = layouts;
  const latent = arrange(file, layout, file.name);
  for (const other of others) arrange(file, other, file.name);
  if (file.logvar) {
    requireUsable(
      arrange({ ...file, data: file.logvar }, layout, `The log-variance in ${file.name}`),
      file.name,
    );
  }
  const logvar = arrangeLogvar(file, layout);
  if (logvar) requireUsable({ ...latent, data: logvar }, `The log-variance in ${file.name}`);
  return {
    file,
    model: { id, name },
    factor,
    layouts,
    usual,
    scales: scalesOf(file, factor, layouts, channels),
  };
}

const AS_THEY_STAND: Scale = {
  id: 'unscaled',
  scaling: UNSCALED,
  name: null,
  words: 'unscaled, as the autoencoder itself has them',
};

const TYPED: Scale = { id: 'typed', scaling: null, name: null, words: 'scaled by another factor:' };

function scalesOf(
  file: LatentFile,
  { scaling, name, from }: ModelFactor,
  [layout]: NonEmpty<Layout>,
  channels: number,
): NonEmpty<Scale> {
  const own: Scale = {
    id: 'own',
    scaling,
    name,
    words: `scaled by the model\u2019s factor, ${factorWords(scaling)}`,
  };
  // Only FLUX.2 has them, whose diffusion model alone sees patches: whoever keeps patches keeps them scaled.
  if (scaling.statistics && scaling.statistics.patch > 1 && ['patches', 'packed'].includes(layout))
    return [own];
  if (file.scaling) return [{ ...AS_THEY_STAND, scaling: file.scaling }];
  const isKnown = from !== 'assumed';
  if (isKnown && isUnscaled(scaling)) return [AS_THEY_STAND];
  return [
    AS_THEY_STAND,
    ...(isKnown ? [own] : []),
    ...factorsOf(channels)
      .filter((known) => !isKnown || !sameScaling(known.scaling, scaling))
      .map((known) => ({ ...known, words: `scaled as for ${known.name}: ${factorWords(known.scaling)}` })),
    TYPED,
  ];
}

/** Tells whether nothing has to be asked, nor confirmed: twice the channels may be a posterior's, or another model's. */
export function isSettled({ file, layouts, scales }: LatentQuestion): boolean {
  const isGuessed = layouts[0].startsWith('moments') && !file.moments;
  return layouts.length === 1 && scales.length === 1 && !isGuessed;
}

/** The one reading of a question that is settled. */
export function onlyReading({ layouts, scales }: LatentQuestion): Reading {
  return { layout: layouts[0], scaling: scales[0].scaling ?? UNSCALED, scale: scales[0] };
}

/** Sigmas that differ by less than this factor do not tell two readings apart. */
const TELLING = 1.5;

/**
 * Limits where the model's factor is not known: one reading has to be this near to what is open, and all others this far from it;
 * where it is known, no reading is likely that is so far from it.
 */
const NEAR = 1.35;
const FAR = 2.5;

/**
 * Guesses what the numbers are: as whoever wrote the file is known to keep them, or what alone gives a sigma like that of what is
 * open (else like that for which the model's factor is made, sigma 1 when scaled). Null where nothing tells.
 */
export function likelyScale(question: LatentQuestion, layout: Layout): Likely | null {
  const { file, factor, scales, usual } = question;
  const hinted = file.hint ?? hintOfKind(file, layout);
  if (hinted) {
    const wanted =
      hinted.is === 'scaled'
        ? scales.find(({ id }) => id === 'own')
        : (scales.find(({ id }) => id === hinted.is) ??
          scales.find(({ id, scaling }) => id === 'own' && scaling && isFactor(scaling, hinted.is)));
    return wanted ? { id: wanted.id, because: hinted.because, chosen: true } : null;
  }
  const known = factor.from !== 'assumed';
  const expected = usual ? rootMeanSquare(usual) : known ? expectedSigma(factor.scaling) : null;
  if (expected === null || scales.length === 1) return null;
  const ranked = scales
    .filter(({ id, scaling }) => scaling !== null && (!known || id === 'unscaled' || id === 'own'))
    .map(({ id, scaling }) => {
      const sigma = rootMeanSquare(sigmaOf(question, layout, scaling ?? UNSCALED));
      return { id, sigma, apart: Math.exp(Math.abs(Math.log(sigma / expected))) };
    })
    .sort((a, b) => a.apart - b.apart);
  const [best, second] = ranked;
  if (!best || !Number.isFinite(best.apart) || (second && !Number.isFinite(second.apart))) return null;
  const isClear = known
    ? best.apart <= FAR && second !== undefined && second.apart > TELLING * best.apart
    : best.apart <= NEAR && (!second || second.apart >= FAR);
  if (!isClear) return null;
  const because = usual
    ? `\u03c3 ${number(best.sigma)} is near the ${number(expected)} of what is open`
    : `\u03c3 ${number(best.sigma)} is near ${number(expected)}, for which the factor is made`;
  return { id: best.id, because, chosen: known };
}

/** The hint that follows from the kind of thing that the file holds. */
function hintOfKind({ logvar }: LatentFile, layout: Layout): LatentFile['hint'] {
  if (logvar || layout.startsWith('moments')) {
    return { is: 'unscaled', because: 'a posterior is what the encoder itself gives' };
  }
  return layout === 'packed'
    ? { is: 'scaled', because: 'packed latents are those that a diffusion model is given' }
    : null;
}

function isFactor(scaling: Scaling, id: string): boolean {
  return KNOWN_FACTORS.some((known) => known.id === id && sameScaling(known.scaling, scaling));
}

function expectedSigma({ scale, statistics }: Scaling): number {
  return (statistics ? rootMeanSquare(statistics.std) : 1) / Math.abs(scale);
}

/** Per-channel sigma of the unscaled latent that a reading gives. */
export function sigmaOf({ file }: LatentQuestion, layout: Layout, scaling: Scaling): Float64Array {
  return channelSigma(toUnscaled(arrange(file, layout, file.name), scaling));
}

export function rootMeanSquare(values: ArrayLike<number>): number {
  return Math.sqrt(
    Array.from(values, (value) => value ** 2).reduce((sum, value) => sum + value, 0) / values.length,
  );
}

/** The reason why the latent of a reading cannot be opened; null where it can. */
export function problemOf({ file }: LatentQuestion, layout: Layout, scaling: Scaling): string | null {
  try {
    requireUsable(toUnscaled(arrange(file, layout, file.name), scaling), file.name);
    return null;
  } catch (error) {
    if (!(error instanceof InspectorError)) throw error;
    return 'With this factor the latent would hold numbers that no decoder can use.';
  }
}

/**
 * The latent of a reading, with what was done, in full sentences.
 * @throws InspectorError `bad-file` where it holds numbers that no decoder can use
 */
export function givenLatent(
  { file, scales }: LatentQuestion,
  { layout, scaling, scale }: Reading,
): GivenLatent {
  const { name, says, notices } = file;
  const latent = toUnscaled(arrange(file, layout, name), scaling);
  requireUsable(latent, name);
  const raw = file.logvar
    ? arrange({ ...file, data: file.logvar }, layout, name).data
    : arrangeLogvar(file, layout);
  const { latents, frames } = axesOf(file, layout);
  const asked = scales.length > 1;
  const as = scale.name === null || scale.id === 'own' ? '' : ` as for ${scale.name}`;
  const said = [
    `${name} is open, ${latent.rows} x ${latent.cols} cells, ${plural(latent.channels, 'channel')}.`,
    says,
    isUnscaled(scaling)
      ? `Its numbers were taken as they stand, unscaled${asked ? ', as you chose' : ''}.`
      : `Its numbers are scaled${as}${asked ? ', as you chose' : ''}, and were ${unscalingWords(scaling)}.`,
    LAYOUT_NOTICES[layout] ?? '',
    frames > 1 ? `It is a latent of ${frames} frames; this is the first.` : '',
    latents > 1 ? `It holds ${latents} latents; this is the first.` : '',
    ...notices,
  ];
  return {
    name,
    latent,
    logvar: raw && logvarUnscaled({ ...latent, data: raw }, scaling),
    notices: said.filter((sentence) => sentence !== ''),
  };
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
  frames: 'a video: channels first, then frames, of which the first is opened',
  packed: 'packed: 2 x 2 cells in each token',
  patches: 'patches: 2 x 2 cells in the channels',
  'moments-first': 'a posterior, channels first: the means, then as many log-variances',
  'moments-last': 'a posterior, channels last: the means, then as many log-variances',
  'moments-frames':
    'a posterior of a video: the means, then as many log-variances, of which the first frame is opened',
};

const LAYOUT_NOTICES: Partial<Record<Layout, string>> = {
  'channels-last': 'Its last axis was taken for the channels.',
  packed: 'It was packed, 2 x 2 cells in each token, and was unpacked.',
  patches: 'Its channels are those of patches of 2 x 2 cells, which were laid out again.',
  'moments-first': 'The second half of its channels was taken for the log-variance.',
  'moments-last': 'The second half of its channels was taken for the log-variance.',
  'moments-frames': 'The second half of its channels was taken for the log-variance.',
};
