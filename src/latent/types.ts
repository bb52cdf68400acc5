/** The vocabulary of the instrument: plain, serialisable data that every other part speaks. */

/** A cell of the latent, counted from 0 at the top left. It covers `f x f` pixels of the picture. */
export type Cell = { row: number; col: number };

/** The extent of a latent: cells, and numbers a cell. */
export interface LatentShape {
  rows: number;
  cols: number;
  channels: number;
}

/** A latent: `data` is row-major `[rows, cols, channels]`, raw (unscaled) units. */
export interface Latent {
  rows: number;
  cols: number;
  channels: number;
  data: Float32Array;
}

/**
 * The posterior of one picture; each array is `[rows, cols, channels]`. `rawLogvar` is what the network
 * predicted, `logvar` the same clamped to [-30, 20] as CompVis and diffusers do. Both are not-a-number throughout where the latent
 * came from a file and no encoder was asked.
 */
export interface PosteriorData {
  rows: number;
  cols: number;
  channels: number;
  mean: Float32Array;
  logvar: Float32Array;
  rawLogvar: Float32Array;
}

/** A decoded picture on the absolute scale: `[height, width, 3]`, levels 0 to 255, float, not rounded. */
export interface Levels {
  width: number;
  height: number;
  data: Float32Array;
}

/**
 * The change of the decoded picture by edits. All but the shares and the PSNR are in levels of 255. Where the radius covers the
 * whole picture there are no far pixels, and what is measured over them is NaN (null in JSON, empty in CSV).
 */
export interface Change {
  /** Root mean square of the change over the pixels near an edited cell. */
  nearRms: number;
  /** The same over all other pixels. */
  farRms: number;
  /** Share of the squared change that lies far, 0 to 1. */
  farShare: number;
  /** Mean signed change over far pixels: red, green, blue. */
  farShift: [number, number, number];
  /** PSNR of the far pixels against the base decode, peak 255; Infinity where nothing changed. */
  farPsnr: number;
  /** Share of far pixels of which any channel changed by at least one level, 0 to 1. */
  farChanged: number;
  /** RMS of the change at each Chebyshev ring distance from the edited cells, in cells: `profile[0]` is the cells themselves. */
  profile: number[];
}

/** The change beside the same change made at an ordinary cell. */
export interface Effect extends Change {
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
  control: Change & { cell: Cell };
  /** `farRms / control.farRms`; NaN where there is nothing to compare. */
  ratio: number;
}
