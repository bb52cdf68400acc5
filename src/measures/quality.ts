/** Likeness of two pictures, by the measures that papers print. */
import { InspectorError } from '@/common/errors';
import type { Levels } from '@/latent/types';

/** The largest level, the peak of PSNR and SSIM. */
export const PEAK = 255;

/** PSNR in dB of a root mean square difference in levels; Infinity for none. */
export function psnrOfRms(rms: number): number {
  return rms === 0 ? Number.POSITIVE_INFINITY : 20 * Math.log10(PEAK / rms);
}

/** The inverse of `psnrOfRms`: levels. */
export function rmsOfPsnr(psnr: number): number {
  return PEAK / 10 ** (psnr / 20);
}

/**
 * Root mean square difference over all pixels and over red, green and blue, levels.
 * @throws InspectorError `internal` when the pictures differ in size
 */
export function rmsBetween(a: Levels, b: Levels): number {
  checkSizes(a, b);
  let squares = 0;
  for (let at = 0; at < a.data.length; at++) squares += (a.data[at] - b.data[at]) ** 2;
  return Math.sqrt(squares / a.data.length);
}

/** Peak signal-to-noise ratio, dB: one mean squared error over red, green and blue. */
export function psnr(a: Levels, b: Levels): number {
  return psnrOfRms(rmsBetween(a, b));
}

/** The Gaussian window of SSIM: 11 x 11, standard deviation 1.5. */
const REACH = 5;
const WINDOW_SIGMA = 1.5;
const STABILISERS = [(0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2];

/**
 * Mean structural similarity (Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment", 2004): Gaussian window, over
 * the places where it lies within the picture, mean of red, green and blue. Null where a side is shorter than the window.
 *
 * @throws InspectorError `internal` when the pictures differ in size
 */
export function ssim(a: Levels, b: Levels): number | null {
  checkSizes(a, b);
  const { width, height } = a;
  if (Math.min(width, height) < 2 * REACH + 1) return null;
  let sum = 0;
  for (let colour = 0; colour < 3; colour++) {
    const [x, y] = [plane(a, colour), plane(b, colour)];
    const products = [x, y, product(x, x), product(y, y), product(x, y)];
    const [meanX, meanY, squareX, squareY, both] = products.map((each) => blur(each, width, height));
    for (let at = 0; at < meanX.length; at++) {
      const means = meanX[at] * meanY[at];
      const squares = meanX[at] ** 2 + meanY[at] ** 2;
      const covariance = both[at] - means;
      const variances = squareX[at] + squareY[at] - squares;
      sum +=
        ((2 * means + STABILISERS[0]) * (2 * covariance + STABILISERS[1])) /
        ((squares + STABILISERS[0]) * (variances + STABILISERS[1]));
    }
  }
  return sum / (3 * (width - 2 * REACH) * (height - 2 * REACH));
}

function plane({ data }: Levels, colour: number): Float64Array {
  return Float64Array.from({ length: data.length / 3 }, (_, pixel) => data[3 * pixel + colour]);
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value * b[at]);
}

/** The window's weighted mean around each pixel that has all of it, first along rows, then along columns. */
function blur(values: Float64Array, width: number, height: number): Float64Array {
  const weights = windowWeights();
  const [innerWidth, innerHeight] = [width - 2 * REACH, height - 2 * REACH];
  const along = new Float64Array(innerWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < innerWidth; x++) {
      let sum = 0;
      for (const [step, weight] of weights.entries()) sum += weight * values[y * width + x + step];
      along[y * innerWidth + x] = sum;
    }
  }
  const result = new Float64Array(innerWidth * innerHeight);
  for (let at = 0; at < result.length; at++) {
    let sum = 0;
    for (const [step, weight] of weights.entries()) sum += weight * along[at + step * innerWidth];
    result[at] = sum;
  }
  return result;
}

function windowWeights(): number[] {
  const weights = Array.from({ length: 2 * REACH + 1 }, (_, at) =>
    Math.exp(-((at - REACH) ** 2) / (2 * WINDOW_SIGMA ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

function checkSizes(a: Levels, b: Levels): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new InspectorError(
    'internal',
    `The pictures differ in size: ${a.width} x ${a.height} and ${b.width} x ${b.height}.`,
  );
}
