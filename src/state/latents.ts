/** Latents from files, opened where else a picture is: there is nothing to encode, and no picture to hold a decode against. */
import type { ModelInfo, Pixels } from '../engine/protocol';
import { InspectorError } from '../errors';
import type { ExperimentName } from '../experiments/names';
import type { Latent, PosteriorData } from '../inspect/types';
import type { PictureSource } from './pictures';
import type { Layer } from './types';

/** What is to be opened. */
export interface GivenLatent {
  /** Of the file. */
  name: string;
  /** Unscaled: the autoencoder's own numbers. */
  latent: Latent;
  /** What was done to read it, full sentences. */
  notices: readonly string[];
}

/** A latent that stands where a picture's source does. */
export class LatentSource implements PictureSource {
  readonly id = null;
  /** Of a picture, which is not there. */
  readonly side = 0;
  readonly title: string;
  readonly alt: string;
  readonly name: string;
  readonly latent: Latent;
  readonly notices: readonly string[];

  constructor({ name, latent, notices }: GivenLatent) {
    this.name = name;
    this.latent = latent;
    this.notices = notices;
    this.title = `latent ${name}, ${latent.rows} x ${latent.cols} cells`;
    this.alt = `No picture: a latent from a file, ${name}`;
  }

  /** @throws InspectorError `not-found`: there is no picture */
  fit(): Promise<never> {
    return Promise.reject(noPicture());
  }

  close(): void {}
}

/** @throws InspectorError `bad-file` where a model's latents have another number of channels */
export function checkChannels({ name, latent }: LatentSource, { config, name: model }: ModelInfo): void {
  const wanted = config.latent_channels;
  if (latent.channels === wanted) return;
  throw new InspectorError(
    'bad-file',
    `${name} has ${latent.channels} channels; latents of ${model} have ${wanted}.`,
    'Open it in a model with as many channels.',
  );
}

/** A latent as if it had been encoded: what a file does not tell, the log-variances, is not a number. */
export function latentPosterior({ rows, cols, channels, data }: Latent): PosteriorData {
  const unknown = new Float32Array(data.length).fill(Number.NaN);
  return { rows, cols, channels, mean: data, logvar: unknown, rawLogvar: unknown };
}

/** Whether the log-variances are known: those of a latent from a file are not. */
export function knowsLogvar({ rawLogvar }: Pick<PosteriorData, 'rawLogvar'>): boolean {
  return !Number.isNaN(rawLogvar[0]);
}

/** The layer, or |mean| where it shows what a latent from a file does not have. */
export function layerOfMean(layer: Layer): Layer {
  return layer === 'rawLogvar' || layer === 'logvar' || layer === 'kl' ? 'norm' : layer;
}

/** Side in pixels of the square that has as many pixels as the latent decodes to. */
export function sideOfLatent({ rows, cols }: Latent, factor: number): number {
  return Math.round(factor * Math.sqrt(rows * cols));
}

/** These look at the latent and its decodes alone. */
const WITHOUT_PICTURE: ReadonlySet<ExperimentName> = new Set(['influence', 'scan', 'mechanism']);

export function needsPicture(name: ExperimentName): boolean {
  return !WITHOUT_PICTURE.has(name);
}

/**
 * What is handed to an experiment as its picture, where a latent from a file has none: its decode, for those that do not look.
 * @throws InspectorError `not-found` for all others
 */
export function standInPicture(name: ExperimentName, base: Pixels | null): Pixels {
  if (needsPicture(name) || !base) throw noPicture();
  return base;
}

export function noPicture(): InspectorError {
  return new InspectorError(
    'not-found',
    'There is no picture: a latent from a file is open.',
    'Open a picture for this.',
  );
}
