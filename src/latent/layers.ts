/** Maps over the cells of one posterior: one number a cell, row-major `[rows, cols]`. */
import { InspectorError } from '@/common/errors';
import { klBits, klNats } from './kl';
import type { Latent, PosteriorData } from './types';

/** `channel:2` is the mean of channel 2; the others combine the channels. */
export type LayerName = 'norm' | 'rawLogvar' | 'logvar' | 'kl' | `channel:${number}`;

/**
 * |mean|: the Euclidean norm over the channels, raw units. In double precision, because the search for a control
 * compares norms that are close to each other.
 */
export function meanNorm(mean: Latent): Float64Array {
  const norm = new Float64Array(mean.rows * mean.cols);
  for (let cell = 0; cell < norm.length; cell++) {
    let sum = 0;
    for (let c = 0; c < mean.channels; c++) sum += mean.data[cell * mean.channels + c] ** 2;
    norm[cell] = Math.sqrt(sum);
  }
  return norm;
}

/** Mean over the channels of any `[rows, cols, channels]` array; for (raw) log-variances: ln of raw units squared. */
export function channelAverage(data: Float32Array, channels: number): Float32Array {
  const average = new Float32Array(data.length / channels);
  for (let cell = 0; cell < average.length; cell++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[cell * channels + c];
    average[cell] = sum / channels;
  }
  return average;
}

/** One channel of a latent, raw units. */
export function channelOf(latent: Latent, channel: number): Float32Array {
  if (!Number.isInteger(channel) || channel < 0 || channel >= latent.channels) {
    throw new InspectorError(
      'not-found',
      `There is no channel ${channel}; this latent has 0 to ${latent.channels - 1}.`,
    );
  }
  return Float32Array.from(
    { length: latent.rows * latent.cols },
    (_, cell) => latent.data[cell * latent.channels + channel],
  );
}

/** The mean of a posterior, as a latent. Shares its memory. */
export function posteriorMean(posterior: PosteriorData): Latent {
  return { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels, data: posterior.mean };
}

/**
 * The values of a layer: |mean| and channels in raw units, log-variances in ln, KL in bits a cell.
 * @throws InspectorError `not-found` for a channel that the latent does not have
 */
export function layerValues(posterior: PosteriorData, layer: LayerName): Float32Array {
  switch (layer) {
    case 'norm':
      return Float32Array.from(meanNorm(posteriorMean(posterior)));
    case 'rawLogvar':
      return channelAverage(posterior.rawLogvar, posterior.channels);
    case 'logvar':
      return channelAverage(posterior.logvar, posterior.channels);
    case 'kl':
      return klBits(klNats(posterior));
    default:
      return channelOf(posteriorMean(posterior), Number(layer.slice('channel:'.length)));
  }
}
