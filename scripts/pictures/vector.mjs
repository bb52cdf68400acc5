// Three-component vectors as plain arrays, for building scenes. The tracer's
// inner loop does its arithmetic on scalars instead, to allocate nothing.

/** @typedef {[number, number, number]} Vec3 */

/** @type {(a: Vec3, b: Vec3) => Vec3} */
export const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** @type {(a: Vec3, b: Vec3) => Vec3} */
export const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @type {(a: Vec3, s: number) => Vec3} */
export const scale = (a, s) => [a[0] * s, a[1] * s, a[2] * s];

/** @type {(a: Vec3, b: Vec3) => number} */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @type {(a: Vec3, b: Vec3) => Vec3} */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** @type {(a: Vec3) => number} */
export const length = (a) => Math.hypot(a[0], a[1], a[2]);

/** @type {(a: Vec3) => Vec3} */
export const normalize = (a) => scale(a, 1 / (length(a) || 1));

/** @type {(a: number, b: number, t: number) => number} */
export const mix = (a, b, t) => a + (b - a) * t;

/** @type {(x: number, lo: number, hi: number) => number} */
const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));

/** Hermite step from 0 at `lo` to 1 at `hi`.
 * @type {(lo: number, hi: number, x: number) => number} */
export const smoothstep = (lo, hi, x) => {
  const t = clamp((x - lo) / (hi - lo), 0, 1);
  return t * t * (3 - 2 * t);
};

/** @type {Map<string, Vec3>} */
const known = new Map();

/** Linear light of an sRGB colour written "#rrggbb" (IEC 61966-2-1), so that
 * scenes can name colours the way they look on screen.
 * @type {(hex: string) => Vec3} */
export const srgb = (hex) => {
  let color = known.get(hex);
  if (!color) {
    const channel = (/** @type {number} */ i) => {
      const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    };
    color = [channel(1), channel(3), channel(5)];
    known.set(hex, color);
  }
  return color;
};
