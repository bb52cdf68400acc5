/** Playing a recording on a side until the engine has opened the same, and giving way to it. */
import type { Pixels } from '@/engine/protocol';
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import type { Context } from '../context';
import type { RecordedEngine } from '../example/recordedEngine';
import type { Edits } from '../history';
import type { Dated, SideResults } from '../types';
import type { OpenSide } from './openSide';
import { NOTHING_DECODED } from './side';

export interface Playing {
  context: Context;
  side: OpenSide;
  engine: RecordedEngine;
  /** Tells whether it is still what the side shows. */
  plays(): boolean;
  /** Edits whose frame is read before anything is decoded. */
  edits: Edits;
  /** Called with the latent before it is on screen. */
  onPosterior?(posterior: PosteriorData): void;
  /** Called with the picture that was encoded; not read where nobody asks for it. */
  onPicture?(pixels: Pixels): void;
}

/**
 * Puts latent and base decode of a recording on screen, each as it arrives, and then decodes the edits from it. Rejects with what
 * reading meets.
 */
export async function playRecording(playing: Playing): Promise<void> {
  const { context, side, engine, plays, edits, onPosterior, onPicture } = playing;
  const put = (part: Partial<SideResults>) => {
    if (plays()) context.put(side.name, part);
  };
  const encoded = engine.posterior();
  await Promise.all([
    encoded.then((posterior) => {
      if (plays()) onPosterior?.(posterior);
      put({ posterior });
    }),
    engine.base().then((base) => put({ base })),
    onPicture &&
      engine.picture().then((pixels) => {
        if (plays()) onPicture(pixels);
      }),
    engine.prepare(edits),
  ]);
  const mean = posteriorMean(await encoded);
  if (plays()) side.play({ study: 0, mean, decodes: true, engine }, engine);
}

/**
 * What the first live base decode leaves of a recording that played: what was recorded for these edits is not exact, so it must not
 * pass for their result any more.
 */
export function takeOver(
  { edited, effect, controlMissing }: Pick<SideResults, 'edited' | 'effect' | 'controlMissing'>,
  { base, noDecoder }: Pick<SideResults, 'base' | 'noDecoder'>,
): Partial<SideResults> {
  return {
    recorded: false,
    ...(noDecoder && NOTHING_DECODED),
    base,
    noDecoder,
    ...(!noDecoder && {
      edited: outdated(edited),
      effect: outdated(effect),
      controlMissing: outdated(controlMissing),
    }),
  };
}

/** The same result, no longer that of the present edits: those are told apart by identity. */
function outdated<T>(result: Dated<T> | null): Dated<T> | null {
  return result && { ...result, edits: [...result.edits] };
}
