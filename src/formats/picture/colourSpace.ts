/**
 * Colour spaces of three primaries and a curve each, and the way from them to sRGB: samples to light by the curves, light to the
 * light of sRGB by a matrix (relative colorimetric, adapted to D50 by Bradford), and that to levels by sRGB's curve. What lies
 * beyond sRGB is cut off.
 */

/** Curve from a sample to light, both 0 to 1. */
export type Curve = (sample: number) => number;

export interface ColourSpace {
  curves: readonly [Curve, Curve, Curve];
  /** Columns: the primaries' XYZ under D50, where white is (0.9642, 1, 0.8249). Row by row. */
  toXyz: Matrix;
}

export type Matrix = readonly number[];

/** x and y of white, red, green and blue, CIE 1931. */
export type Chromaticities = readonly [number, number, number, number, number, number, number, number];

export const CHROMATICITIES: Record<'sRGB' | 'P3' | 'Rec. 2020', Chromaticities> = {
  sRGB: [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
  P3: [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  'Rec. 2020': [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
};

/** IEC 61966-2-1. */
export const srgbCurve: Curve = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const srgbInverse: Curve = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** Curve of a display for a BT.709 signal (ITU-R BT.1886). */
export const displayCurve: Curve = (v) => v ** 2.4;

export const power =
  (exponent: number): Curve =>
  (v) =>
    v ** exponent;

const D50 = [0.9642, 1, 0.8249] as const;

function multiply(a: Matrix, b: Matrix): Matrix {
  const columns = b.length / 3;
  return Array.from({ length: 3 * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    return [0, 1, 2].reduce((sum, k) => sum + a[3 * row + k] * b[columns * k + column], 0);
  });
}

/** @returns null of a matrix that has no inverse */
function inverse(m: Matrix): Matrix | null {
  const minor = (i: number, j: number) => {
    const [r0, r1] = [0, 1, 2].filter((row) => row !== i);
    const [c0, c1] = [0, 1, 2].filter((column) => column !== j);
    return m[3 * r0 + c0] * m[3 * r1 + c1] - m[3 * r0 + c1] * m[3 * r1 + c0];
  };
  const determinant = m[0] * minor(0, 0) - m[1] * minor(0, 1) + m[2] * minor(0, 2);
  if (!(Math.abs(determinant) > 1e-9)) return null;
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return ((row + column) % 2 ? -1 : 1) * (minor(column, row) / determinant);
  });
}

const diagonal = ([a, b, c]: readonly number[]): Matrix => [a, 0, 0, 0, b, 0, 0, 0, c];

const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

/** @returns null of primaries that span no colours */
export function primariesToXyz(xy: Chromaticities): Matrix | null {
  const xyz = (x: number, y: number) => [x / y, 1, (1 - x - y) / y];
  const [wx, wy, rx, ry, gx, gy, bx, by] = xy;
  if (!xy.every(Number.isFinite) || [wy, ry, gy, by].some((y) => y <= 0)) return null;
  const white = xyz(wx, wy);
  const [r, g, b] = [xyz(rx, ry), xyz(gx, gy), xyz(bx, by)];
  const primaries = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const back = inverse(primaries);
  if (!back) return null;
  const native = multiply(primaries, diagonal(multiply(back, white)));
  const cones = multiply(BRADFORD, white);
  const wanted = multiply(BRADFORD, [...D50]);
  const adapted = multiply(diagonal([0, 1, 2].map((k) => wanted[k] / cones[k])), BRADFORD);
  return multiply(inverse(BRADFORD)!, multiply(adapted, native));
}

const FROM_XYZ = inverse(primariesToXyz(CHROMATICITIES.sRGB)!)!;

/** Light of sRGB to levels, in steps much finer than a level is wide where levels are closest. */
const STEPS = 1 << 16;
let levels: Uint8Array | null = null;

function levelTable(): Uint8Array {
  levels ??= Uint8Array.from({ length: STEPS + 1 }, (_, at) => Math.round(255 * srgbInverse(at / STEPS)));
  return levels;
}

/** Converts pixels in place: RGBA, 8 bits a channel, alpha left as it is. */
export type Converter = (rgba: Uint8ClampedArray) => void;

export function toSrgb({ curves, toXyz }: ColourSpace): Converter {
  const table = levelTable();
  const light = curves.map((curve) =>
    Float64Array.from({ length: 256 }, (_, v) => {
      const value = curve(v / 255);
      return Number.isFinite(value) ? STEPS * value : 0;
    }),
  );
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = multiply(FROM_XYZ, toXyz);
  const level = (value: number) => table[value <= 0 ? 0 : value >= STEPS ? STEPS : (value + 0.5) | 0];
  return (rgba) => {
    for (let at = 0; at < rgba.length; at += 4) {
      const r = light[0][rgba[at]];
      const g = light[1][rgba[at + 1]];
      const b = light[2][rgba[at + 2]];
      rgba[at] = level(m0 * r + m1 * g + m2 * b);
      rgba[at + 1] = level(m3 * r + m4 * g + m5 * b);
      rgba[at + 2] = level(m6 * r + m7 * g + m8 * b);
    }
  };
}

let sampled: Uint8ClampedArray | null = null;

/** A grid of colours and all greys, made once. */
function samples(): Uint8ClampedArray {
  if (!sampled) {
    const values = Array.from({ length: 17 }, (_, i) => Math.min(255, 16 * i));
    const colours = values.flatMap((r) => values.flatMap((g) => values.flatMap((b) => [r, g, b, 255])));
    const greys = Array.from({ length: 256 }, (_, v) => [v, v, v, 255]).flat();
    sampled = Uint8ClampedArray.from([...colours, ...greys]);
  }
  return sampled;
}

/** Tells whether a conversion changes nothing worth doing: no colour of a grid by more than one level. */
export function changesNothing(convert: Converter): boolean {
  const before = samples();
  const after = before.slice();
  convert(after);
  return after.every((value, at) => Math.abs(value - before[at]) <= 1);
}
