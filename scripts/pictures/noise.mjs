// Procedural noise: the only source of texture in these pictures.

import { hash32 } from './rng.mjs';

const PERMUTATION = new Uint8Array(512);
{
  const order = Array.from({ length: 256 }, (_, i) => i);
  order.sort((a, b) => hash32(a + 71) - hash32(b + 71));
  for (let i = 0; i < 512; i++) PERMUTATION[i] = order[i & 255];
}

/** @param {number} h @param {number} x @param {number} y @param {number} z */
function gradient(h, x, y, z) {
  h &= 15;
  const u = h < 8 ? x : y;
  const v = h < 4 ? y : h === 12 || h === 14 ? x : z;
  return ((h & 1) === 0 ? u : -u) + ((h & 2) === 0 ? v : -v);
}

/** Improved gradient noise (Perlin 2002), about -1 to 1.
 * @param {number} x @param {number} y @param {number} z @returns {number} */
export function noise(x, y, z) {
  const fx = Math.floor(x);
  const fy = Math.floor(y);
  const fz = Math.floor(z);
  x -= fx;
  y -= fy;
  z -= fz;
  const X = fx & 255;
  const Y = fy & 255;
  const Z = fz & 255;
  const u = x * x * x * (x * (x * 6 - 15) + 10);
  const v = y * y * y * (y * (y * 6 - 15) + 10);
  const w = z * z * z * (z * (z * 6 - 15) + 10);
  const P = PERMUTATION;
  const A = P[X] + Y;
  const B = P[X + 1] + Y;
  const AA = P[A & 255] + Z;
  const AB = P[(A + 1) & 255] + Z;
  const BA = P[B & 255] + Z;
  const BB = P[(B + 1) & 255] + Z;
  const a = gradient(P[AA & 255], x, y, z);
  const b = gradient(P[BA & 255], x - 1, y, z);
  const c = gradient(P[AB & 255], x, y - 1, z);
  const d = gradient(P[BB & 255], x - 1, y - 1, z);
  const e = gradient(P[(AA + 1) & 255], x, y, z - 1);
  const f = gradient(P[(BA + 1) & 255], x - 1, y, z - 1);
  const g = gradient(P[(AB + 1) & 255], x, y - 1, z - 1);
  const h = gradient(P[(BB + 1) & 255], x - 1, y - 1, z - 1);
  const p = a + (b - a) * u;
  const q = c + (d - c) * u;
  const r = e + (f - e) * u;
  const s = g + (h - g) * u;
  const m = p + (q - p) * v;
  return m + (r + (s - r) * v - m) * w;
}

/** Fractal sum of noise, halving the amplitude and doubling the frequency.
 * @param {number} x @param {number} y @param {number} z
 * @param {number} octaves @returns {number} about -1 to 1 */
export function fbm(x, y, z, octaves) {
  let sum = 0;
  let amplitude = 0.5;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * noise(x, y, z);
    // The factor is not quite 2, so that lattice points never line up.
    x = x * 2.03 + 17.1;
    y = y * 2.03 + 3.7;
    z = z * 2.03 + 9.2;
    amplitude *= 0.5;
  }
  return sum;
}

/** Cellular noise: distance to the nearest of one random point per unit cell
 * (Worley 1996). Also leaves that point's random number in `cellular.id`.
 * @param {number} x @param {number} y @param {number} z @returns {number} */
export function cellular(x, y, z) {
  const fx = Math.floor(x);
  const fy = Math.floor(y);
  const fz = Math.floor(z);
  let best = 9;
  for (let i = -1; i <= 1; i++)
    for (let j = -1; j <= 1; j++)
      for (let k = -1; k <= 1; k++) {
        const h = hash32(
          Math.imul(fx + i, 73856093) ^ Math.imul(fy + j, 19349663) ^ Math.imul(fz + k, 83492791),
        );
        const dx = fx + i + (h & 1023) / 1023 - x;
        const dy = fy + j + ((h >>> 10) & 1023) / 1023 - y;
        const dz = fz + k + ((h >>> 20) & 1023) / 1023 - z;
        const d = dx * dx + dy * dy + dz * dz;
        if (d < best) {
          best = d;
          cellular.id = (hash32(h) & 65535) / 65535;
        }
      }
  return Math.sqrt(best);
}
cellular.id = 0;
