/** Latents from files, opened where else a picture is: there is nothing to encode, and no picture to hold a decode against. */

import { InspectorError } from '@/common/errors';
import type { ModelInfo, Pixels } from '@/engine/protocol';
import { declarationOf } from '@/experiments/declarations';
import type { ExperimentName } from '@/experiments/names';
import { logvarUnscaled, toUnscaled } from '@/formats/latent/scaling';
import { ownLatent } from '@/formats/latent/shape';
import { requireUsable } from '@/formats/latent/usable';
import { clampLogvar } from '@/latent/logvar';
import type { Latent, PosteriorData } from '@/latent/types';
import type { Layer } from '../types';
import type { GivenLatent, ScriptLatent } from './givenLatent';
import type { PictureSource } from './pictures';

/**
 * Makes a latent, unscaled, of what a script gives.
 * @throws InspectorError `bad-file` where it does not make a latent
 */
export function givenByScript(given: ScriptLatent, name: string): GivenLatent {
  // Whoever opens it looks at it, and makes a copy.
  if (!given.scaling && !given.logvar) return { name, latent: given, notices: [] };
  const scaling = given.scaling && { shift: 0, ...given.scaling };
  const { rows, cols, channels } = given;
  const own = (data: ArrayLike<number>, what: string) =>
    ownLatent({ rows, cols, channels, data: Float32Array.from(data) }, what);
  const stored = own(given.data, name);
  const logvar = given.logvar && own(given.logvar, `The log-variance of ${name}`);
  const latent = scaling ? toUnscaled(stored, scaling) : stored;
  requireUsable(latent, name);
  const raw = logvar && (scaling ? logvarUnscaled(logvar, scaling) : Float32Array.from(logvar.data));
  return { name, latent, logvar: raw ?? null, notices: [] };
}

/** A latent that stands where a picture's source does. */
export class LatentSource implements PictureSource {
  readonly id = null;
  /** Side of the picture, which is not there. */
  readonly side = 0;
  readonly title: string;
  readonly alt: string;
  readonly name: string;
  readonly latent: Latent;
  readonly logvar: Float32Array<ArrayBuffer> | null;
  readonly notices: readonly string[];

  constructor({ name, latent, logvar = null, notices }: GivenLatent) {
    this.name = name;
    this.latent = latent;
    this.logvar = logvar;
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
    'Open a picture first, then this model; or a model with as many channels as the latent.',
  );
}

/** A latent as if it had been encoded: log-variances that its file does not tell are not a number. */
export function latentPosterior({ latent, logvar }: Pick<LatentSource, 'latent' | 'logvar'>): PosteriorData {
  const { rows, cols, channels, data: mean } = latent;
  const rawLogvar = logvar ?? new Float32Array(mean.length).fill(Number.NaN);
  return { rows, cols, channels, mean, logvar: rawLogvar.map(clampLogvar), rawLogvar };
}

/** Tells whether the log-variances are known: those of a latent from a file seldom are. */
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

/**
 * The picture for an experiment where a latent from a file has none: its decode, for those that do not look.
 * @throws InspectorError `not-found` for all others
 */
export function standInPicture(name: ExperimentName, base: Pixels | null): Pixels {
  if (!declarationOf(name).isPictureless || !base) throw noPicture();
  return base;
}

export function noPicture(): InspectorError {
  return new InspectorError(
    'not-found',
    'There is no picture: a latent from a file is open.',
    'Open a picture for this.',
  );
}
