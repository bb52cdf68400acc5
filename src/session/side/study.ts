/** Opening a fitted picture in a model, as both sides do it: its latent, then its base decode. */

import { InspectorError, toPlain } from '@/common/errors';
import type { CallPriority, ModelInfo, Pixels, RunOptions, StudyEngine } from '@/engine/protocol';
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import type { Activities } from '../activity';
import type { Context } from '../context';
import { muchMemory } from '../models/muchMemory';
import type { Fitting } from '../pictures/fitting';
import { checkChannels, LatentSource, latentPosterior, sideOfLatent } from '../pictures/latents';
import type { PictureSource } from '../pictures/pictures';
import type { SideResults } from '../types';
import type { LiveStudy } from './effectPipeline';

/** A picture that is open in a model. */
export interface OpenStudy {
  study: number;
  model: ModelInfo;
  source: PictureSource;
  /** The picture, fitted to the size; null where a latent from a file is open. */
  pixels: Pixels | null;
  /** Side of the square in pixels; of a latent that is not square, of the square with as many. */
  size: number;
  posterior: PosteriorData;
  /** Its decoder gives numbers. */
  decodes: boolean;
  /** A recording of the very same, which answers at once. */
  recording?: StudyEngine & { release(): void };
}

/**
 * Opens a picture at a size, or a latent as it is: nothing is decoded yet.
 * @throws InspectorError `bad-file` for a latent that is not one of the model, and whatever fitting and encoding meet
 */
export async function openStudy(
  context: Context,
  model: ModelInfo,
  source: PictureSource,
  size: number,
  fitting: Fitting,
  signal: AbortSignal,
): Promise<OpenStudy> {
  if (source instanceof LatentSource) {
    const { latent, notices } = source;
    checkChannels(source, model);
    announceMemory(context, model, sideOfLatent(latent, model.factor));
    const { study } = await context.engine.openLatent({ model: model.id, latent }, { signal });
    notices.forEach(context.notify);
    const side = sideOfLatent(latent, model.factor);
    return {
      study,
      model,
      source,
      pixels: null,
      size: side,
      posterior: latentPosterior(source),
      decodes: true,
    };
  }
  announceMemory(context, model, size);
  const { pixels, notices } = await fitting.get(source, size, signal);
  notices.forEach(context.notify);
  return {
    model,
    source,
    pixels,
    size,
    decodes: true,
    ...(await encode(context, model, pixels, size, signal)),
  };
}

function announceMemory(context: Context, model: ModelInfo, side: number): void {
  const words = muchMemory(model, side);
  if (words) context.notify(words);
}

/** Encodes a fitted picture. */
export async function encode(
  context: Context,
  model: ModelInfo,
  pixels: Pixels,
  size: number,
  signal: AbortSignal,
  priority: CallPriority = 'interactive',
): Promise<{ study: number; posterior: PosteriorData }> {
  const expected = context.timings.of(model.id).encode[size];
  const encoding = context.activities.begin(context.naming('Encoding', model.id), expected);
  const { study, posterior, encodeMilliseconds } = await context.engine
    .open({ model: model.id, picture: pixels, priority }, { signal, onProgress: reporting(encoding) })
    .finally(encoding.end);
  if (!signal.aborted) context.timings.record(model.id, 'encode', size, encodeMilliseconds);
  return { study, posterior };
}

/** Decodes the unedited latent of a study. */
export async function decodeBase(
  context: Context,
  { study, model, size }: Pick<OpenStudy, 'study' | 'model' | 'size'>,
  signal: AbortSignal,
  priority: CallPriority = 'interactive',
): Promise<Pixels> {
  const expected = context.timings.of(model.id).decode[size];
  const decoding = context.activities.begin(context.naming('Decoding', model.id), expected);
  const { pixels, decodeMilliseconds } = await context.engine
    .base({ study, priority }, { signal, onProgress: reporting(decoding) })
    .finally(decoding.end);
  signal.throwIfAborted();
  context.timings.record(model.id, 'decode', size, decodeMilliseconds);
  return pixels;
}

/**
 * The same; or why a model's decoder gives nothing, where its encoder has made the latent that is open: of damaged files one half
 * is of use without the other.
 */
export async function tryBase(
  context: Context,
  opening: OpenStudy,
  signal: AbortSignal,
  priority: CallPriority = 'interactive',
): Promise<Pick<SideResults, 'base' | 'noDecoder'>> {
  try {
    return { base: await decodeBase(context, opening, signal, priority), noDecoder: null };
  } catch (error) {
    const { code, message, advice } = toPlain(error);
    if (signal.aborted || code !== 'bad-model' || opening.source.latent) throw error;
    opening.decodes = false;
    context.fail(error, null);
    return { base: null, noDecoder: { code, message, advice } };
  }
}

export function closeStudy({ engine }: Context, study: number): void {
  void engine.close({ study }).catch(() => {});
}

/** The study as a pipeline works on it. */
export function live(context: Context, opened: OpenStudy): LiveStudy {
  const { study, posterior, decodes, recording } = opened;
  return { study, mean: posteriorMean(posterior), decodes, recording, engine: told(context, opened) };
}

/** The engine, with every decode told as an activity and its time noted. */
function told(context: Context, { model, size }: OpenStudy): StudyEngine {
  async function doing<T>(what: string, run: RunOptions, call: (run: RunOptions) => Promise<T>): Promise<T> {
    const words = context.naming(what, model.id);
    const work = context.activities.begin(words, context.timings.of(model.id).decode[size]);
    return call({ ...run, onProgress: reporting(work) }).finally(work.end);
  }
  return {
    async edited(args, run = {}) {
      const result = await doing('Decoding', run, (told) => context.engine.edited(args, told));
      if (!run.signal?.aborted) context.timings.record(model.id, 'decode', size, result.decodeMilliseconds);
      return result;
    },
    control: (args, run = {}) =>
      doing('Decoding the control', run, (told) => context.engine.control(args, told)),
  };
}

export function aborted(): InspectorError {
  return new InspectorError('aborted', 'Opening was cancelled.');
}

function reporting(work: ReturnType<Activities['begin']>): (fraction: number) => void {
  return (fraction) => work.progress(fraction);
}
