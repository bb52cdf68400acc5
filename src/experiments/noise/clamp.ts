/** The loss where a latent's numbers are kept within bounds, by cutting them or by bending them. */
import { cellIndex } from '@/latent/geometry';
import { pictureLevels } from '@/latent/pixels';
import { BOUNDINGS, type Bounding, bounded, type Scaling, scaledValues } from '@/latent/scaled';
import type { Cell } from '@/latent/types';
import { psnr } from '@/measures/quality';
import { type ExperimentContext, scalingIn } from '../context';
import { decodeLevels, decodeWork, progress } from '../network';
import { brightest, type Quality, quality } from '../quality';

export interface ClampOptions {
  /** Bounds in scaled units, `(latent - shift) * scaling_factor`; above 0. */
  bounds: readonly number[];
  /** Kinds of bounding; by default both. */
  kinds?: readonly Bounding[];
  /** The spots; by default the strongest cell by |mean|. */
  cells?: readonly Cell[];
}

export type ClampPoint = Quality & {
  bound: number;
  /** Share of the latent's numbers that lie beyond the bound, 0 to 1. */
  beyond: number;
  /** Share of the spots' numbers that do. */
  spotsBeyond: number;
};

export interface Clamp {
  spots: Cell[];
  scaling: Scaling;
  /** The largest |number| of the latent in scaled units. */
  largest: number;
  /** PSNR of the decode of the latent as it is against the picture, dB. */
  psnrPicture: number;
  /** One point a bound, in their order; null for a kind that was not asked for. */
  curves: Record<Bounding, ClampPoint[] | null>;
}

export async function clamp(
  context: ExperimentContext,
  { bounds, kinds = BOUNDINGS, cells = [brightest(context)] }: ClampOptions,
): Promise<Clamp> {
  const { vae, mean, picture } = context;
  const scaling = scalingIn(context);
  const sizes = scaledValues(mean, scaling).map(Math.abs);
  const { channels } = mean;
  const spotSizes = cells.flatMap((cell) => {
    const at = cellIndex(cell, mean) * channels;
    return [...sizes.subarray(at, at + channels)];
  });
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (1 + kinds.length * bounds.length));
  const base = await decodeLevels(vae, mean, next(work, 'the picture as it is'));
  const curves: Clamp['curves'] = { clamp: null, tanh: null };
  for (const kind of kinds) {
    const points: ClampPoint[] = [];
    for (const bound of bounds) {
      const latent = bounded(mean, scaling, kind, bound);
      const decoded = await decodeLevels(vae, latent, next(work, `${kind} at ${bound}`));
      points.push({
        bound,
        beyond: shareBeyond(sizes, bound),
        spotsBeyond: shareBeyond(spotSizes, bound),
        ...quality(context, base, decoded, cells),
      });
    }
    curves[kind] = points;
  }
  return {
    spots: [...cells],
    scaling,
    largest: sizes.reduce((largest, size) => Math.max(largest, size), 0),
    psnrPicture: psnr(pictureLevels(picture), base),
    curves,
  };
}

function shareBeyond(sizes: ArrayLike<number>, bound: number): number {
  let count = 0;
  for (let at = 0; at < sizes.length; at++) if (sizes[at] > bound) count += 1;
  return count / sizes.length;
}
