/** Layouts of a file's array, which say which axis is which: rows, columns and channels of a latent, and what else there may be. */
import { InspectorError } from '@/common/errors';
import { isNonEmpty, type NonEmpty } from '@/common/nonEmpty';
import type { Latent } from '@/latent/types';
import type { NumberArray } from './npy';
import { requireUsable } from './usable';

/**
 * Ways to lay out a latent of C channels, `h x w` cells. What stands in front (a batch, frames) is a list of latents, of which the
 * first is meant.
 *
 * - `channels-first`: `[..., C, h, w]`, as PyTorch and diffusers have it;
 * - `channels-last`: `[..., h, w, C]`;
 * - `frames`: `[..., C, frames, h, w]`, as autoencoders of video have it;
 * - `packed`: `[..., h w / 4, 4 C]`, 2 x 2 cells in each token, as FLUX's pipelines hand it to their transformer
 *   (`FluxPipeline._pack_latents` of diffusers: channel, row and column within the token);
 * - `patches`: `[..., 4 C, h / 2, w / 2]`, the same with the tokens in their places (FLUX.2);
 * - `moments-...`: mean and log-variance of the posterior, C channels each, one after the other.
 */
const LAYOUTS = {
  'channels-first': { axis: -3, times: 1 },
  'channels-last': { axis: -1, times: 1 },
  frames: { axis: -4, times: 1 },
  packed: { axis: -1, times: 4 },
  patches: { axis: -3, times: 4 },
  'moments-first': { axis: -3, times: 2 },
  'moments-last': { axis: -1, times: 2 },
  'moments-frames': { axis: -4, times: 2 },
} as const;
export type Layout = keyof typeof LAYOUTS;

const PLAIN: readonly Layout[] = ['channels-first', 'channels-last', 'frames'];
const MOMENTS: readonly Layout[] = ['moments-first', 'moments-last', 'moments-frames'];

/** Most cells that are opened: those of a picture of 1024 x 1024 pixels at 8 pixels a cell. */
const MAX_CELLS = 128 * 128;

/** An array with what is known of its shape beside the numbers of its sides. */
export interface ShapedArray extends Pick<NumberArray, 'shape'> {
  /** Sides that its file says, cells or (at 8 pixels a cell) pixels: a row of tokens says none. */
  sides?: { height: number; width: number } | null | undefined;
  /** True where it is known to hold the mean and the log-variance, one after the other. */
  moments?: boolean;
}

export interface Axes {
  rows: number;
  cols: number;
  channels: number;
  /** Number of latents that the array holds. */
  latents: number;
  /** Frames of each. */
  frames: number;
}

/** Axes of an array under a layout. */
export function axesOf(array: ShapedArray, layout: Layout): Axes {
  const { shape } = array;
  const side = (from: number) => shape.at(from) ?? 1;
  const { axis, times } = LAYOUTS[layout];
  const channels = side(axis) / times;
  const latentsBefore = (axes: number) => shape.slice(0, -axes).reduce((product, each) => product * each, 1);
  switch (layout) {
    case 'channels-first':
    case 'moments-first':
      return { rows: side(-2), cols: side(-1), channels, latents: latentsBefore(3), frames: 1 };
    case 'channels-last':
    case 'moments-last':
      return { rows: side(-3), cols: side(-2), channels, latents: latentsBefore(3), frames: 1 };
    case 'frames':
    case 'moments-frames':
      return { rows: side(-2), cols: side(-1), channels, latents: latentsBefore(4), frames: side(-3) };
    case 'patches':
      return { rows: 2 * side(-2), cols: 2 * side(-1), channels, latents: latentsBefore(3), frames: 1 };
    case 'packed': {
      const tokens = side(-2);
      const { rows, cols } = gridOf(tokens, array.sides ?? null);
      return { rows, cols, channels, latents: latentsBefore(2), frames: 1 };
    }
  }
}

/**
 * The layouts under which an array is a latent of so many channels, the more usual first: several where the shape fits them, as
 * `[4, 64, 4]` does.
 *
 * @param patched the model's diffusion model sees patches of 2 x 2 cells (FLUX.2), so that they may be kept so
 * @throws InspectorError `bad-file` where none fits, saying what the array is and what would fit
 */
export function fittingLayouts(
  array: ShapedArray,
  channels: number,
  name: string,
  patched = false,
): NonEmpty<Layout> {
  const { shape } = array;
  const fitting = layoutsOf(array, channels, patched);
  if (!isNonEmpty(fitting)) throw misfit(name, shape, channels);
  const { rows, cols } = axesOf(array, fitting[0]);
  const gridless = fitting[0] === 'packed' ? withoutGrid(array, name) : null;
  if (gridless) throw gridless;
  if (rows * cols > MAX_CELLS) {
    throw new InspectorError(
      'bad-file',
      `${name} has ${rows} x ${cols} cells; this page opens up to ${MAX_CELLS} (128 x 128).`,
      'Cut a part out of it.',
    );
  }
  return fitting;
}

/** The same, without a word: none where none fits. Whether tokens make rows and columns is not looked at. */
export function layoutsOf(array: ShapedArray, channels: number, patched = false): Layout[] {
  const { shape } = array;
  if (shape.some((side) => side < 1)) return [];
  const fits = (layout: Layout) => {
    const { axis, times } = LAYOUTS[layout];
    const fewest = layout === 'packed' ? 2 : Math.max(3, -axis);
    return shape.length >= fewest && shape.length <= 5 && shape.at(axis) === times * channels;
  };
  if (array.moments) return MOMENTS.filter(fits);
  const plain = PLAIN.filter(fits);
  // With one channel an axis of length 1 is none in particular.
  if (plain.length > 1 && channels === 1) return plain.filter((layout) => layout !== 'frames');
  if (plain.length > 0) return plain;
  // Where no name says that these are moments, they are guessed only as PyTorch has them.
  const others = MOMENTS.filter((layout) => layout !== 'moments-last' && fits(layout));
  if (patched && fits('patches')) others.unshift('patches');
  if (others.length > 0) return others;
  return shape.length <= 3 && fits('packed') ? ['packed'] : [];
}

/**
 * The first latent of an array, its numbers as they are: of moments the mean, of several frames the first.
 * @throws InspectorError `bad-file` for numbers that no decoder can use
 */
export function arrange(
  array: ShapedArray & Pick<NumberArray, 'data'> & Partial<Pick<NumberArray, 'dtype'>>,
  layout: Layout,
  name: string,
): Latent {
  const latent = picked(array, layout, 0);
  requireUsable(latent, name, array.dtype);
  return latent;
}

/** The raw log-variance of the first latent of moments, `[rows, cols, channels]`; null under layouts that have none. */
export function arrangeLogvar(
  array: ShapedArray & Pick<NumberArray, 'data'>,
  layout: Layout,
): Float32Array<ArrayBuffer> | null {
  if (!MOMENTS.includes(layout)) return null;
  return picked(array, layout, axesOf(array, layout).channels).data;
}

/** @param from the first channel, where there are more than the latent's */
function picked(
  array: ShapedArray & Pick<NumberArray, 'data'>,
  layout: Layout,
  from: number,
): Latent & { data: Float32Array<ArrayBuffer> } {
  const { rows, cols, channels, frames } = axesOf(array, layout);
  const place = placing(layout, { rows, cols, channels, frames });
  const data = new Float32Array(rows * cols * channels);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      for (let channel = 0; channel < channels; channel++)
        data[at++] = array.data[place(row, col, from + channel)];
    }
  }
  return { rows, cols, channels, data };
}

/** Returns a function that gives the index at which a number of the first latent lies. */
function placing(
  layout: Layout,
  { rows, cols, channels, frames }: Omit<Axes, 'latents'>,
): (row: number, col: number, channel: number) => number {
  const within = (row: number, col: number) => 2 * (row % 2) + (col % 2);
  switch (layout) {
    case 'channels-first':
    case 'moments-first':
      return (row, col, channel) => (channel * rows + row) * cols + col;
    case 'channels-last':
      return (row, col, channel) => (row * cols + col) * channels + channel;
    case 'moments-last':
      return (row, col, channel) => (row * cols + col) * 2 * channels + channel;
    case 'frames':
    case 'moments-frames':
      return (row, col, channel) => (channel * frames * rows + row) * cols + col;
    case 'packed':
      return (row, col, channel) =>
        ((row >> 1) * (cols / 2) + (col >> 1)) * 4 * channels + 4 * channel + within(row, col);
    case 'patches':
      return (row, col, channel) =>
        ((4 * channel + within(row, col)) * (rows / 2) + (row >> 1)) * (cols / 2) + (col >> 1);
  }
}

/**
 * A copy of a latent that a caller made.
 * @throws InspectorError `bad-file` where sides and numbers do not make one
 */
export function ownLatent({ rows, cols, channels, data }: Latent, name: string): Latent {
  const shape = [rows, cols, channels];
  if (shape.some((side) => !Number.isSafeInteger(side))) throw misfit(name, shape, channels);
  fittingLayouts({ shape }, channels, name);
  if (data.length !== rows * cols * channels) {
    throw new InspectorError(
      'bad-file',
      `${name} holds ${data.length} numbers, not those of ${rows} x ${cols} cells and ${channels} channels.`,
      'Give rows * cols * channels numbers.',
    );
  }
  return arrange({ shape, data: Float32Array.from(data) }, 'channels-last', name);
}

/** A latent as PyTorch and diffusers have it, `[1, C, h, w]`. */
export function channelsFirst({ rows, cols, channels, data }: Latent): {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
} {
  const cells = rows * cols;
  const arranged = new Float32Array(data.length);
  for (let cell = 0; cell < cells; cell++) {
    for (let channel = 0; channel < channels; channel++) {
      arranged[channel * cells + cell] = data[cell * channels + channel];
    }
  }
  return { shape: [1, channels, rows, cols], data: arranged };
}

/** A latent in patches of 2 x 2 cells, `[1, 4 C, h / 2, w / 2]` (`Flux2Pipeline._patchify_latents` of diffusers). */
export function patches(latent: Latent): { shape: number[]; data: Float32Array<ArrayBuffer> } {
  const { rows, cols, channels } = latent;
  const shape = [1, 4 * channels, rows / 2, cols / 2];
  const place = placing('patches', { rows, cols, channels, frames: 1 });
  const data = new Float32Array(latent.data.length);
  latent.data.forEach((value, at) => {
    const cell = Math.floor(at / channels);
    data[place(Math.floor(cell / cols), cell % cols, at % channels)] = value;
  });
  return { shape, data };
}

/** Pixels on a side of a cell, of the models whose latents are packed. */
const PIXELS = 8;

/** Rows and columns of so many tokens: those that the file says, else those of a square, which may be fractions. */
function gridOf(tokens: number, sides: ShapedArray['sides']): { rows: number; cols: number } {
  const isOne = ({ rows, cols }: { rows: number; cols: number }) =>
    rows % 2 === 0 && cols % 2 === 0 && rows * cols === 4 * tokens;
  const said = sides && [
    { rows: sides.height, cols: sides.width },
    { rows: sides.height / PIXELS, cols: sides.width / PIXELS },
  ];
  const side = 2 * Math.sqrt(tokens);
  return said?.find(isOne) ?? { rows: side, cols: side };
}

/** Error for packed tokens that make no rows and columns, which says what they are; null of those that do. */
export function withoutGrid(array: ShapedArray, name: string): InspectorError | null {
  if (Number.isInteger(axesOf(array, 'packed').rows)) return null;
  const { shape } = array;
  return new InspectorError(
    'bad-file',
    `${name} has the shape [${shape.join(', ')}]: packed latents of FLUX, 2 x 2 cells in one token. Its ${shape.at(-2)} tokens make no square, and the file does not say how many rows and columns they make.`,
    'Unpack it before it is saved: FluxPipeline._unpack_latents(latents, height, width, 8) of diffusers, with the sides of the picture in pixels.',
  );
}

function misfit(name: string, shape: readonly number[], channels: number): InspectorError {
  return new InspectorError(
    'bad-file',
    `${name} has the shape [${shape.join(', ')}], which is no latent of the open model.`,
    `What fits has ${channels} channels: [1, ${channels}, rows, columns], [${channels}, rows, columns], or the channels last. Open a model with as many channels as the file, or another file.`,
  );
}
