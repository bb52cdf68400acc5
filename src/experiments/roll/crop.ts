/** The picture cropped before the encoder: is the spot at the same place from the border, or with its content? */
import { InspectorError } from '@/common/errors';
import { type Grid, inGrid } from '@/latent/geometry';
import { cropPicture } from '@/latent/pixels';
import type { Cell } from '@/latent/types';
import type { ExperimentContext } from '../context';
import { encodePicture, encodeWork, progress } from '../network';
import { follow, type Tally, type Tracked, type Tracks, tally, tracked } from './track';

/** A rectangle of cells of the picture as it is. */
export interface CellRectangle {
  row: number;
  col: number;
  rows: number;
  cols: number;
}

export interface CropOptions {
  crops: readonly CellRectangle[];
}

export interface Crop {
  /** The strongest cells of the picture as it is: the spots that are followed. */
  spots: Record<Tracked, Cell>;
  /**
   * Cells of a crop are counted from its own top left. A spot that *stays* is as far from the nearer horizontal and the nearer
   * vertical border as before, for it is by the border that a convolution tells where it is.
   */
  points: (CellRectangle & Tracks)[];
  tally: Tally;
}

/** @throws InspectorError `internal` where a rectangle does not lie within the picture */
export async function crop(context: ExperimentContext, { crops }: CropOptions): Promise<Crop> {
  const { vae, picture, posterior } = context;
  for (const rectangle of crops) checkRectangle(rectangle, posterior);
  const spots = tracked(posterior);
  const inPixels = ({ row, col, rows, cols }: CellRectangle) => ({
    x: col * vae.factor,
    y: row * vae.factor,
    width: cols * vae.factor,
    height: rows * vae.factor,
  });
  const works = crops.map((rectangle) => encodeWork(vae, inPixels(rectangle)));
  const next = progress(
    context,
    works.reduce((sum, work) => sum + work, 0),
  );
  const points: Crop['points'] = [];
  for (const [index, rectangle] of crops.entries()) {
    const cropped = cropPicture(picture, inPixels(rectangle));
    const moved = await encodePicture(
      vae,
      cropped,
      next(works[index], `crop ${index + 1} of ${crops.length}`),
    );
    const home = {
      norm: fromBorders(spots.norm, posterior, rectangle),
      rawLogvar: fromBorders(spots.rawLogvar, posterior, rectangle),
    };
    const travelled = {
      norm: within(spots.norm, rectangle),
      rawLogvar: within(spots.rawLogvar, rectangle),
    };
    points.push({ ...rectangle, ...follow(moved, home, travelled, 0) });
  }
  return { spots, points, tally: tally(points) };
}

/** The cell of `to` at the same distance from the nearer borders; null where `to` is too small to have one. */
function fromBorders(cell: Cell, from: Grid, to: Grid): Cell | null {
  const along = (at: number, before: number, after: number) =>
    at <= before - 1 - at ? at : after - (before - at);
  const moved = { row: along(cell.row, from.rows, to.rows), col: along(cell.col, from.cols, to.cols) };
  return inGrid(moved, to) ? moved : null;
}

function within(cell: Cell, rectangle: CellRectangle): Cell | null {
  const moved = { row: cell.row - rectangle.row, col: cell.col - rectangle.col };
  return inGrid(moved, rectangle) ? moved : null;
}

function checkRectangle({ row, col, rows, cols }: CellRectangle, grid: Grid): void {
  const last = { row: row + rows - 1, col: col + cols - 1 };
  if (rows >= 1 && cols >= 1 && inGrid({ row, col }, grid) && inGrid(last, grid)) return;
  throw new InspectorError(
    'internal',
    `The crop of ${rows} x ${cols} cells at (${row}, ${col}) does not lie within the ${grid.rows} x ${grid.cols} cells of the picture.`,
  );
}
