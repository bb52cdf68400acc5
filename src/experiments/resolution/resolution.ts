/** The same picture at several sizes: does the spot appear, and how far does it reach, as the picture grows? */
import { type Grid, inGrid, sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import { moveCell } from '@/latent/moveCell';
import { pictureLevels } from '@/latent/pixels';
import type { Cell } from '@/latent/types';
import { psnr, ssim } from '@/measures/quality';
import { spotScores } from '@/measures/spots';
import { type StrongestCells, strongestCells } from '@/measures/strongest';
import type { AutoencoderKL } from '@/vae/autoencoder';
import type { ExperimentContext, OnPartial, Picture } from '../context';
import { type HealedCell, healCell } from '../healing';
import { influence } from '../influence/influence';
import { decodeLevels, decodeWork, encodePicture, encodeWork, progress } from '../network';

export interface ResolutionOptions {
  /** The picture at each size, sides multiples of the model's factor. */
  pictures: readonly Picture[];
  /**
   * A cell of the context's latent to follow. `place`: at the same place in the picture; `coordinates`: the same row and
   * column, as a spot that keeps to a corner has it.
   */
  named?: { cell: Cell; by: 'place' | 'coordinates' };
  /** Also the influence at each size, which costs about as much as seven decodes; by default true. */
  withInfluence?: boolean;
  /** Earlier points, of the same picture and asked for in the same way: their sizes are not measured again. */
  previous?: Resolution | undefined;
}

export interface ResolutionPoint {
  /** Pixels. */
  width: number;
  height: number;
  /** Cells. */
  rows: number;
  cols: number;
  strongest: StrongestCells;
  /** The strongest cell by |mean|, healed. */
  healed: HealedCell;
  /** The named cell, healed; null where none was named or the latent has no such cell. */
  named: HealedCell | null;
  /** PSNR of the reconstruction against the picture at this size, dB. */
  psnr: number;
  /** The same; null for pictures smaller than the measure's window. */
  ssim: number | null;
}

export interface Resolution {
  /** Chebyshev radius, in cells, that separates near from far at every size. */
  radius: number;
  points: ResolutionPoint[];
}

/** Decodes a size: as it is, and two healed cells each with its control. */
const DECODES = 5;
/** Three pull-backs, each of about two decodes, and the way forward. */
const INFLUENCE_DECODES = 7;

/** @param onPartial told after each size, with the points so far: the next size may be too large for the memory */
export async function resolution(
  context: ExperimentContext,
  { pictures, named, withInfluence = true, previous }: ResolutionOptions,
  onPartial: OnPartial<Resolution> = () => {},
): Promise<Resolution> {
  const { vae, radius } = context;
  const known = pictures.map(({ width, height }) =>
    previous?.points.find((point) => point.width === width && point.height === height),
  );
  const works = pictures.map((picture, index) => (known[index] ? 0 : sizeWork(vae, picture, withInfluence)));
  const total = works.reduce((sum, work) => sum + work, 0);
  const points: ResolutionPoint[] = [];
  let before = 0;
  for (const [index, picture] of pictures.entries()) {
    const from = before;
    const checkpoint: ExperimentContext['checkpoint'] = (fraction, doing) =>
      context.checkpoint((from + fraction * works[index]) / total, doing);
    points.push(
      known[index] ??
        (await atSize({ vae, radius, checkpoint }, context.mean, picture, named, withInfluence)),
    );
    before += works[index];
    onPartial({ radius, points });
  }
  return { radius, points };
}

async function atSize(
  context: Pick<ExperimentContext, 'vae' | 'radius' | 'checkpoint'>,
  grid: Grid,
  picture: Picture,
  named: ResolutionOptions['named'],
  withInfluence: boolean,
): Promise<ResolutionPoint> {
  const { vae, radius } = context;
  const { width, height } = picture;
  const label = `${width} x ${height}`;
  const next = progress(context, sizeWork(vae, picture, withInfluence));
  const posterior = await encodePicture(vae, picture, next(encodeWork(vae, picture), `${label}, encoding`));
  const mean = posteriorMean(posterior);
  const { rows, cols } = mean;
  const work = decodeWork(vae, mean);
  const base = await decodeLevels(vae, mean, next(work, `${label}, decoding`));
  const map = withInfluence
    ? await influence(vae, mean, next(INFLUENCE_DECODES * work, `${label}, influence`))
    : null;
  const strongest = strongestCells(mean, spotScores(posterior, map?.influence));
  const heal = (cell: Cell) =>
    healCell({ vae, mean, base, radius }, cell, (doing) => next(work, `${label}, ${doing}`));
  const healed = await heal(strongest.norm.cell);
  const place = named ? placeOf(named, grid, mean) : null;
  const original = pictureLevels(picture);
  return {
    width,
    height,
    rows,
    cols,
    strongest,
    healed,
    named: place && (sameCell(place, healed.cell) ? healed : await heal(place)),
    psnr: psnr(original, base),
    ssim: ssim(original, base),
  };
}

function placeOf(
  { cell, by }: { cell: Cell; by: 'place' | 'coordinates' },
  from: Grid,
  to: Grid,
): Cell | null {
  if (by === 'place') return moveCell(cell, from, to);
  return inGrid(cell, to) ? cell : null;
}

function sizeWork(vae: AutoencoderKL, picture: Picture, withInfluence: boolean): number {
  const grid = { rows: picture.height / vae.factor, cols: picture.width / vae.factor };
  const decodes = DECODES + (withInfluence ? INFLUENCE_DECODES : 0);
  return encodeWork(vae, picture) + decodes * decodeWork(vae, grid);
}
