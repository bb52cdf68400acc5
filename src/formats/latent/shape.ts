/** Which axis of a file's array is which: rows, columns and channels of a latent. */
import { InspectorError } from '../../errors';
import type { Latent } from '../../inspect/types';
import type { NumberArray } from './npy';

/** `channels-first`: `[C, h, w]`, as PyTorch and diffusers have it; `channels-last`: `[h, w, C]`. */
const LAYOUTS = ['channels-first', 'channels-last'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Most cells that are opened: those of a picture of 1024 x 1024 pixels at 8 pixels a cell. */
const MOST_CELLS = 128 * 128;

/** Beyond this a number would overflow in the decoder and say nothing about it. */
const LARGEST_VALUE = 1e6;

interface Axes {
  rows: number;
  cols: number;
  channels: number;
}

/** A shape without a batch axis in front: of several latents the first is meant. */
function sidesOf(shape: readonly number[]): readonly number[] {
  return shape.length === 4 ? shape.slice(1) : shape;
}

/** How many latents the array holds. */
export function batchOf(shape: readonly number[]): number {
  return shape.length === 4 ? shape[0] : 1;
}

export function axesOf(shape: readonly number[], layout: Layout): Axes {
  const [first, second, third] = sidesOf(shape);
  return layout === 'channels-first'
    ? { channels: first, rows: second, cols: third }
    : { rows: first, cols: second, channels: third };
}

/**
 * The layouts under which an array is a latent of so many channels; both where the shape fits both, as `[4, 64, 4]` does.
 * @throws InspectorError `bad-file` where none fits, saying what would
 */
export function fittingLayouts(shape: readonly number[], channels: number, name: string): Layout[] {
  const sides = sidesOf(shape);
  if (sides.length !== 3 || sides.some((side) => side < 1) || batchOf(shape) < 1) {
    throw misfit(name, shape, channels);
  }
  const fitting = LAYOUTS.filter((layout) => axesOf(shape, layout).channels === channels);
  if (fitting.length === 0) throw misfit(name, shape, channels);
  const { rows, cols } = axesOf(shape, fitting[0]);
  if (rows * cols > MOST_CELLS) {
    throw new InspectorError(
      'bad-file',
      `${name} has ${rows} x ${cols} cells; this page opens up to ${MOST_CELLS} (128 x 128).`,
      'Cut a part out of it.',
    );
  }
  return fitting;
}

/**
 * The first latent of an array, its numbers as they are.
 * @throws InspectorError `bad-file` for numbers that are not finite or beyond a million
 */
export function arrange(
  { shape, data }: Pick<NumberArray, 'shape' | 'data'>,
  layout: Layout,
  name: string,
): Latent {
  const { rows, cols, channels } = axesOf(shape, layout);
  const cells = rows * cols;
  const own = data.subarray(0, cells * channels);
  const wrong = own.findIndex((value) => !(Math.abs(value) <= LARGEST_VALUE));
  if (wrong >= 0) {
    throw new InspectorError(
      'bad-file',
      `${name} holds the number ${own[wrong]}, which no decoder can use.`,
      'Look for where it came from: an overflow in half precision, most likely.',
    );
  }
  if (layout === 'channels-last') return { rows, cols, channels, data: own.slice() };
  const arranged = new Float32Array(own.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let cell = 0; cell < cells; cell++)
      arranged[cell * channels + channel] = own[channel * cells + cell];
  }
  return { rows, cols, channels, data: arranged };
}

/**
 * A copy of a latent that a caller made.
 * @throws InspectorError `bad-file` where sides and numbers do not make one
 */
export function ownLatent({ rows, cols, channels, data }: Latent, name: string): Latent {
  const shape = [rows, cols, channels];
  fittingLayouts(shape, channels, name);
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

function misfit(name: string, shape: readonly number[], channels: number): InspectorError {
  return new InspectorError(
    'bad-file',
    `${name} has the shape [${shape.join(', ')}], which is no latent of the open model.`,
    `What fits has ${channels} channels: [1, ${channels}, rows, columns], [${channels}, rows, columns], or the channels last. Open a model with as many channels as the file, or another file.`,
  );
}
