import { applyEdits, cellShifts, type Edit, fittingEdits, isEnabled } from '@/edits';
import { sameCell } from '@/latent/geometry';
import { klNats } from '@/latent/kl';
import { channelAverage, channelOf, meanNorm, posteriorMean } from '@/latent/layers';
import { channelSigma, median, robustScores } from '@/latent/statistics';
import type { Cell, Latent, PosteriorData } from '@/latent/types';
import { findSpots, type SpotList, type SpotScores, spotScores } from '@/measures/spots';
import type { Layer } from '@/session/types';

/** One number a cell, row-major `[rows, cols]`. */
export type CellValues = Float32Array | Float64Array;

/** Everything that is computed once from a posterior and read by many components. */
export interface Analysis {
  mean: Latent;
  /** Standard deviation of each channel over the image's cells, raw units. */
  sigma: Float64Array;
  norm: CellValues;
  rawLogvar: CellValues;
  logvar: CellValues;
  /** Nats. */
  kl: CellValues;
  medianKl: number;
  scores: SpotScores;
  spots: SpotList;
}

const analyses = new WeakMap<PosteriorData, Analysis>();

export function analysisOf(posterior: PosteriorData): Analysis {
  let analysis = analyses.get(posterior);
  if (!analysis) {
    const mean = posteriorMean(posterior);
    const scores = spotScores(posterior);
    const kl = klNats(posterior);
    analysis = {
      mean,
      sigma: channelSigma(mean),
      norm: meanNorm(mean),
      rawLogvar: channelAverage(posterior.rawLogvar, posterior.channels),
      logvar: channelAverage(posterior.logvar, posterior.channels),
      kl,
      medianKl: median(kl),
      scores,
      spots: findSpots(posterior, scores),
    };
    analyses.set(posterior, analysis);
  }
  return analysis;
}

/** The last answer for each influence. */
const influenced = new WeakMap<CellValues, Pick<Analysis, 'scores' | 'spots'>>();

/** Scores and spots, with the influence among them where it has been computed. */
export function spotsOf(
  posterior: PosteriorData,
  influence: CellValues | null,
): Pick<Analysis, 'scores' | 'spots'> {
  if (!influence) return analysisOf(posterior);
  let answer = influenced.get(influence);
  if (!answer) {
    const scores = { ...analysisOf(posterior).scores, influence: robustScores(influence) };
    answer = { scores, spots: findSpots(posterior, scores) };
    influenced.set(influence, answer);
  }
  return answer;
}

/**
 * The map of a layer, `[rows, cols]`, of the unedited posterior. A channel that is not there, or an influence that has not
 * been computed, gives |mean|.
 */
export function layerMap(
  posterior: PosteriorData,
  layer: Layer,
  influence: CellValues | null = null,
): CellValues {
  const analysis = analysisOf(posterior);
  if (layer === 'influence') return influence ?? analysis.norm;
  if (layer === 'norm' || layer === 'rawLogvar' || layer === 'logvar' || layer === 'kl')
    return analysis[layer];
  const channel = Number(layer.slice('channel:'.length));
  return channel < posterior.channels ? channelOf(analysis.mean, channel) : analysis.norm;
}

/** The last answer for each posterior: two models stand side by side, each with edits of its own. */
const lastEdited = new WeakMap<PosteriorData, { edits: readonly Edit[]; latent: Latent }>();

/**
 * The latent that is decoded: the mean with the edits applied. Edits that do not fit are passed over: the store takes
 * them out once it has opened the picture. Remembers the last answer for each posterior.
 */
export function editedLatent(posterior: PosteriorData, edits: readonly Edit[]): Latent {
  const last = lastEdited.get(posterior);
  if (last?.edits === edits) return last.latent;
  const { mean, sigma } = analysisOf(posterior);
  const latent = applyEdits(mean, fittingEdits(edits, mean), { sigma });
  lastEdited.set(posterior, { edits, latent });
  return latent;
}

/**
 * Finds how far along the line from no edits to the edits `decoded` the edits `wanted` lie: 0 no edit, 1 the same change, 2 twice
 * as much. Null where they do not lie on that line, so that no interpolation of two decodes can stand in for a third.
 */
export function strengthBetween(
  posterior: PosteriorData,
  decoded: readonly Edit[],
  wanted: readonly Edit[],
): number | null {
  const { mean, sigma } = analysisOf(posterior);
  const from = cellShifts(mean, fittingEdits(decoded, mean), { sigma });
  const to = cellShifts(mean, fittingEdits(wanted, mean), { sigma });
  const shiftAt = (shifts: typeof from, cell: Cell) =>
    shifts.find((shift) => sameCell(shift.cell, cell))?.delta;
  let along = 0;
  let length = 0;
  let total = 0;
  for (const { cell, delta } of from) {
    const other = shiftAt(to, cell);
    delta.forEach((value, channel) => {
      length += value * value;
      along += value * (other?.[channel] ?? 0);
    });
  }
  for (const { delta } of to) for (const value of delta) total += value * value;
  if (length === 0) return total === 0 ? 1 : null;
  const strength = along / length;
  const rest = total - strength * along;
  return rest <= 1e-6 * Math.max(total, 1e-12) ? strength : null;
}

export function enabledEdits(edits: readonly Edit[]): readonly Edit[] {
  return edits.filter(isEnabled);
}
