/** The network on pictures that have one colour and nothing else: its padding, its grid, its spots. */

import { posteriorMean } from '@/latent/layers';
import { pictureLevels, toPixels } from '@/latent/pixels';
import { differenceMap } from '@/measures/change';
import type { ExperimentContext, Picture } from '../context';
import { decodeLevels, decodeWork, encodePicture, encodeWork, progress } from '../network';
import { type Colour, type FlatError, flatError, type OffDc, offDc } from './measures';

export interface FlatColourOptions {
  /** Red, green, blue, 0 to 255, whole levels. */
  colours: readonly Colour[];
}

export type FlatColourPoint = OffDc &
  FlatError & {
    colour: [number, number, number];
    /** The decode, clamped and rounded. */
    picture: Picture;
    /** RMS over red, green and blue of the decode minus the colour, levels, `[height, width]`. */
    error: Float32Array;
  };

export interface FlatColour {
  width: number;
  height: number;
  rows: number;
  cols: number;
  /** Distance in cells: what lies further from the outermost ring of cells is inside. */
  radius: number;
  /** One a colour, in their order. */
  points: FlatColourPoint[];
}

/** The pictures have the size of the open one. Edits play no part. */
export async function flatColour(
  context: ExperimentContext,
  { colours }: FlatColourOptions,
): Promise<FlatColour> {
  const { vae, mean, radius } = context;
  const { rows, cols } = mean;
  const size = { width: cols * vae.factor, height: rows * vae.factor };
  const [encoding, decoding] = [encodeWork(vae, size), decodeWork(vae, mean)];
  const next = progress(context, colours.length * (encoding + decoding));
  const points: FlatColourPoint[] = [];
  for (const [red, green, blue] of colours) {
    const colour: Colour = [red, green, blue].map(level) as [number, number, number];
    const name = colour.join(', ');
    const picture = flat(size, colour);
    const posterior = await encodePicture(vae, picture, next(encoding, `encoding ${name}`));
    const latent = posteriorMean(posterior);
    const decoded = await decodeLevels(vae, latent, next(decoding, `decoding ${name}`));
    points.push({
      colour: [...colour],
      ...offDc(latent),
      ...flatError(decoded, colour, latent, radius),
      picture: toPixels(decoded),
      error: differenceMap(pictureLevels(picture), decoded),
    });
  }
  return { ...size, rows, cols, radius, points };
}

/** Rounds and clamps a value to a level, as a picture of 8 bits has it. */
const level = (value: number) => Math.min(255, Math.max(0, Math.round(value)));

function flat({ width, height }: { width: number; height: number }, [red, green, blue]: Colour): Picture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < data.length; at += 4) data.set([red, green, blue, 255], at);
  return { width, height, data };
}
