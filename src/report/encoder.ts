/** Measures of a picture in a model whose decoder gives no numbers: all that its encoder alone tells. */
import { toPlain } from '@/common/errors';
import { cellIndex } from '@/latent/geometry';
import { channelAverage, meanNorm, posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { spotScores } from '@/measures/spots';
import { strongestCells } from '@/measures/strongest';
import { type EncoderMeasures, type Figure, failedRow, type ReportRow, type RowHead } from './row';

/** A finite number or null. */
export function figure(value: number | null): Figure {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Share of the log-variances that the clamp changes, 0 to 1. */
export function clampedShare({ logvar, rawLogvar }: PosteriorData): number {
  let clamped = 0;
  for (let at = 0; at < logvar.length; at++) if (logvar[at] !== rawLogvar[at]) clamped += 1;
  return clamped / logvar.length;
}

export function encoderMeasures(posterior: PosteriorData): EncoderMeasures {
  const { rows, cols, channels, rawLogvar } = posterior;
  const first = strongestCells(posterior, spotScores(posterior));
  const values = {
    norm: meanNorm(posteriorMean(posterior)),
    rawLogvar: channelAverage(rawLogvar, channels),
  };
  const ranked = (ranking: keyof typeof values) => {
    const { cell, score } = first[ranking];
    return { cell, score: figure(score), value: figure(values[ranking][cellIndex(cell, posterior)]) };
  };
  return {
    rows,
    cols,
    channels,
    clampedShare: figure(clampedShare(posterior)),
    rawLogvarMin: figure(rawLogvar.reduce((least, value) => Math.min(least, value), Infinity)),
    strongest: { norm: ranked('norm'), rawLogvar: ranked('rawLogvar') },
  };
}

/** The row of a picture that was encoded, and whose latent could not be decoded; null where that says nothing about the model. */
export function encodedRow(
  head: RowHead,
  posterior: PosteriorData,
  { sourceSide, notices }: Pick<ReportRow, 'sourceSide' | 'notices'>,
  error: unknown,
): ReportRow | null {
  const row = failedRow(head, error);
  if (!row || toPlain(error).code !== 'bad-model') return row;
  const failure = `${row.failure} What its encoder alone tells was measured.`;
  return { ...row, sourceSide, notices, failure, encoder: encoderMeasures(posterior) };
}
