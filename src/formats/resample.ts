/**
 * Resizing a square picture, the same in every browser. Canvas scaling is not: each browser has its own filter, and two
 * visitors with one photograph would study different pictures.
 *
 * The filter is Lanczos with three lobes, widened when shrinking so that no detail aliases, on sRGB values: what Pillow's
 * LANCZOS does and what diffusers' image processor uses by default, so the picture is the one that others would encode.
 */

/** The mixture of the input that makes one output position: `weights` sum to 1 and start at input position `first`. */
export interface Taps {
  first: number;
  weights: Float32Array;
}

const LOBES = 3;

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

/** The taps that bring `from` positions to `to`; edges are handled by leaving out what is not there. */
export function lanczosTaps(from: number, to: number): Taps[] {
  const step = from / to;
  const spread = Math.max(1, step);
  return Array.from({ length: to }, (_, position) => {
    const centre = (position + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - LOBES * spread));
    const end = Math.min(from, Math.ceil(centre + LOBES * spread));
    const weights = Float32Array.from({ length: end - first }, (__, tap) =>
      lanczos((first + tap + 0.5 - centre) / spread),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * Takes a square picture strip by strip, from the top, and gives it back resized. Strips keep each step short, so that
 * the page stays responsive while a large photograph is fitted.
 */
export class SquareResampler {
  /** True once a pixel was not opaque. Such pixels are laid on white. */
  transparent = false;
  private readonly taps: Taps[];
  /** The picture after the horizontal pass: `[side, size, 3]`. */
  private readonly rows: Float32Array;
  private filled = 0;

  constructor(
    readonly side: number,
    readonly size: number,
  ) {
    this.taps = lanczosTaps(side, size);
    this.rows = new Float32Array(side * size * 3);
  }

  /** Adds the next rows: straight RGBA, `[any number of rows, side, 4]`. */
  push(strip: Uint8ClampedArray): void {
    const { side, size, taps, rows } = this;
    const line = new Float32Array(side * 3);
    for (let from = 0; from < strip.length; from += side * 4) {
      for (let x = 0, at = from, to = 0; x < side; x++, at += 4, to += 3) {
        const alpha = strip[at + 3];
        if (alpha === 255) {
          line[to] = strip[at];
          line[to + 1] = strip[at + 1];
          line[to + 2] = strip[at + 2];
        } else {
          this.transparent = true;
          const cover = alpha / 255;
          for (let k = 0; k < 3; k++) line[to + k] = strip[at + k] * cover + 255 * (1 - cover);
        }
      }
      let out = this.filled * size * 3;
      for (const { first, weights } of taps) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let tap = 0, at = first * 3; tap < weights.length; tap++, at += 3) {
          const weight = weights[tap];
          red += weight * line[at];
          green += weight * line[at + 1];
          blue += weight * line[at + 2];
        }
        rows[out++] = red;
        rows[out++] = green;
        rows[out++] = blue;
      }
      this.filled += 1;
    }
  }

  /** The rows `from` to `to` of the result: opaque RGBA, `[to - from, size, 4]`. All rows must have been pushed. */
  finish(from = 0, to = this.size): Uint8ClampedArray<ArrayBuffer> {
    if (this.filled !== this.side) {
      throw new RangeError(`${this.filled} of ${this.side} rows were given.`);
    }
    const width = this.size * 3;
    const result = new Uint8ClampedArray((to - from) * this.size * 4);
    const line = new Float64Array(width);
    for (let row = from; row < to; row++) {
      line.fill(0);
      const { first, weights } = this.taps[row];
      for (let tap = 0; tap < weights.length; tap++) {
        const start = (first + tap) * width;
        const weight = weights[tap];
        for (let x = 0; x < width; x++) line[x] += weight * this.rows[start + x];
      }
      for (let x = 0, at = (row - from) * this.size * 4; x < width; x += 3, at += 4) {
        // Uint8ClampedArray rounds and clamps.
        result[at] = line[x];
        result[at + 1] = line[x + 1];
        result[at + 2] = line[x + 2];
        result[at + 3] = 255;
      }
    }
    return result;
  }
}
