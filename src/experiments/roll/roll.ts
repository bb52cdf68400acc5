/** The picture rolled under the encoder: does the spot stay at its cell, or travel with what is there? */
import type { Grid } from '@/latent/geometry';
import { modulo, rollPicture } from '@/latent/pixels';
import type { Cell } from '@/latent/types';
import type { ExperimentContext } from '../context';
import { encodePicture, encodeWork, progress } from '../network';
import { follow, type Tally, type Tracked, type Tracks, tally, tracked } from './track';

export interface Shift {
  /** Pixels down and right; negative: up and left. */
  dy: number;
  dx: number;
}

export interface RollOptions {
  /** Each rolls the picture as it is: what leaves at one side comes in at the other. */
  shifts: readonly Shift[];
}

export interface Roll {
  /** The strongest cells of the picture as it is: the spots that are followed. */
  spots: Record<Tracked, Cell>;
  points: (Shift & Tracks)[];
  tally: Tally;
}

export async function roll(context: ExperimentContext, { shifts }: RollOptions): Promise<Roll> {
  const { vae, picture, posterior } = context;
  const spots = tracked(posterior);
  const work = encodeWork(vae, picture);
  const next = progress(context, work * shifts.length);
  const points: Roll['points'] = [];
  for (const { dy, dx } of shifts) {
    const rolled = rollPicture(picture, dy, dx);
    const moved = await encodePicture(vae, rolled, next(work, `rolled by ${dy} down, ${dx} right`));
    const whole = dy % vae.factor === 0 && dx % vae.factor === 0;
    const travelled = {
      norm: rolledCell(spots.norm, { dy, dx }, posterior, vae.factor),
      rawLogvar: rolledCell(spots.rawLogvar, { dy, dx }, posterior, vae.factor),
    };
    points.push({ dy, dx, ...follow(moved, spots, travelled, whole ? 0 : 1) });
  }
  return { spots, points, tally: tally(points) };
}

/** The cell to which the centre of `cell` is rolled. */
function rolledCell(cell: Cell, { dy, dx }: Shift, { rows, cols }: Grid, factor: number): Cell {
  const along = (at: number, shift: number, count: number) =>
    modulo(Math.floor(at + 0.5 + shift / factor), count);
  return { row: along(cell.row, dy, rows), col: along(cell.col, dx, cols) };
}
