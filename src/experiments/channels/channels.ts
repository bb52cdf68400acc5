/**
 * Statistics of the channels of a latent: how their numbers are distributed, how much of the picture's colour they hold, and what
 * the decoder makes of each alone and of all without it.
 */

import { type CodebookNorms, codebookNorms } from '@/latent/codebook';
import { cellAt } from '@/latent/geometry';
import { meanNorm } from '@/latent/layers';
import { averageBlocks, pictureLevels, toPixels } from '@/latent/pixels';
import { type Scaling, scaledValues } from '@/latent/scaled';
import { channelMean, median } from '@/latent/statistics';
import type { Cell, Latent, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { correlations, type Histogram, histogram, type Moments, moments } from '@/measures/distribution';
import { type LinearMap, linearMap } from '@/measures/regression';
import { type ExperimentContext, type Picture, scalingIn } from '../context';
import { decodeLevels, decodeWork, progress } from '../network';

export interface ChannelsOptions {
  /** Bins of the histograms; by default 48. */
  bins?: number;
  /** Reach of the histograms, which cover [-reach, reach] in scaled units; by default 4. */
  reach?: number;
  /** Pairs of channels to exchange, each decoded. */
  swaps?: readonly (readonly [number, number])[];
}

/** The decode of a latent whose channels were changed everywhere. */
export interface ChannelDecode {
  picture: Picture;
  /** RMS of the change against the decode of the latent as it is, levels, whole picture. */
  rms: number;
  /** Its mean: red, green, blue, levels. */
  shift: [number, number, number];
}

export interface ChannelStudy {
  /** Moments of the channel's numbers in scaled units; N(0, 1) would have 0, 1, 0, 0. */
  moments: Moments;
  /** The same numbers beside N(0, 1). */
  histogram: Histogram;
  /** The scale factor that would give this channel unit variance; null where it does not vary. */
  unitScale: number | null;
  /** Its variance over the cells, raw units, is at most `DEAD_VARIANCE`. */
  dead: boolean;
  /** All other channels at their means over the cells. */
  solo: ChannelDecode;
  /** This channel at its mean over the cells. */
  mute: ChannelDecode;
}

export interface Channels {
  channels: ChannelStudy[];
  scaling: Scaling;
  /** The scale factor that would give all numbers together unit variance; null where nothing varies. */
  unitScale: number | null;
  /** Pearson's, `[channels, channels]`. */
  correlation: Float64Array;
  /**
   * The best linear map from the channels in scaled units to the picture's red, green and blue, levels, averaged over each
   * cell's pixels: what `[3, channels]` numbers and a constant say about the picture.
   */
  colour: Omit<LinearMap, 'fitted'> & {
    /** The latent's picture by that map: `cols x rows` pixels. */
    preview: Picture;
  };
  /** Cells whose |mean| is at most `DEAD_NORM` of the median. */
  deadCells: Cell[];
  swaps: (ChannelDecode & { channels: [number, number] })[];
  /** Norms of the codebook that the model's file has beside the network; null where it has none. */
  codebook: CodebookNorms | null;
}

/**
 * A latent variable counts as active where the variance of its posterior mean over the data exceeds 0.01 (Burda, Grosse and
 * Salakhutdinov, "Importance Weighted Autoencoders", 2016); raw units squared, for in these the prior is N(0, 1).
 */
export const DEAD_VARIANCE = 0.01;
export const DEAD_NORM = 0.01;

export async function channels(
  context: ExperimentContext,
  { bins = 48, reach = 4, swaps = [] }: ChannelsOptions = {},
): Promise<Channels> {
  const { vae, mean, codebook = null } = context;
  const scaling = scalingIn(context);
  const scaled = scaledValues(mean, scaling);
  const count = mean.channels;
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (1 + 2 * count + swaps.length));
  const base = await decodeLevels(vae, mean, next(work, 'the picture as it is'));
  const decode = async (latent: Latent, doing: string): Promise<ChannelDecode> =>
    channelDecode(base, await decodeLevels(vae, latent, next(work, doing)), context);

  const means = channelMean(mean);
  const studies: ChannelStudy[] = [];
  for (let channel = 0; channel < count; channel++) {
    const values = scaled.filter((_, at) => at % count === channel);
    const own = moments(values);
    const variance = moments(mean.data.filter((_, at) => at % count === channel)).sigma ** 2;
    studies.push({
      moments: own,
      histogram: histogram(values, bins, reach),
      unitScale: unitScale(own.sigma, scaling),
      dead: variance <= DEAD_VARIANCE,
      solo: await decode(
        keeping(mean, means, (each) => each === channel),
        `channel ${channel} alone`,
      ),
      mute: await decode(
        keeping(mean, means, (each) => each !== channel),
        `without channel ${channel}`,
      ),
    });
  }
  const swapped: Channels['swaps'] = [];
  for (const [a, b] of swaps) {
    const decoded = await decode(exchanged(mean, a, b), `channels ${a} and ${b} exchanged`);
    swapped.push({ channels: [a, b], ...decoded });
  }
  return {
    channels: studies,
    scaling,
    unitScale: unitScale(moments(scaled).sigma, scaling),
    correlation: correlations(scaled, count),
    colour: colourMap(context, scaled),
    deadCells: deadCells(mean),
    swaps: swapped,
    codebook: codebook && codebookNorms(codebook),
  };
}

function channelDecode(base: Levels, decoded: Levels, { vae, radius }: ExperimentContext): ChannelDecode {
  // Without an edited cell every pixel counts as far.
  const { farRms, farShift } = change(base, decoded, [], vae.factor, radius);
  return { picture: toPixels(decoded), rms: farRms, shift: farShift };
}

/** @param sigma in scaled units */
function unitScale(sigma: number, { scale }: Scaling): number | null {
  return sigma === 0 ? null : Math.abs(scale) / sigma;
}

/** The latent with every channel that is not kept at its mean over the cells. */
function keeping(latent: Latent, means: ArrayLike<number>, keep: (channel: number) => boolean): Latent {
  const { channels: count } = latent;
  return { ...latent, data: latent.data.map((value, at) => (keep(at % count) ? value : means[at % count])) };
}

function exchanged(latent: Latent, a: number, b: number): Latent {
  const { channels: count, data } = latent;
  const source = (channel: number) => (channel === a ? b : channel === b ? a : channel);
  return { ...latent, data: data.map((_, at) => data[at - (at % count) + source(at % count)]) };
}

function colourMap({ vae, picture, mean }: ExperimentContext, scaled: Float64Array): Channels['colour'] {
  const colours = averageBlocks(pictureLevels(picture), vae.factor);
  const { fitted, ...map } = linearMap(scaled, mean.channels, colours.data, 3);
  const preview = toPixels({ width: mean.cols, height: mean.rows, data: Float32Array.from(fitted) });
  return { ...map, preview };
}

function deadCells(mean: Latent): Cell[] {
  const norm = meanNorm(mean);
  const bound = DEAD_NORM * median(norm);
  return [...norm.keys()].filter((index) => norm[index] <= bound).map((index) => cellAt(index, mean));
}
