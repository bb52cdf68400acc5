// Sawn wood, as a solid texture: a distorted tree cut by the plank's surface.

import { blend, towards } from './material.mjs';
import { fbm, noise } from './noise.mjs';
import { hash32 } from './rng.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */

/** Planks run along x and lie side by side in z; units are decimetres.
 * @param {Vec3} early colour of the soft early wood @param {Vec3} late of the dense rings
 * @param {number} plank width @param {number} [length] of a board, for floors
 * @returns {import("./material.mjs").Texture} */
export function wood(early, late, plank, length = Infinity) {
  return (x, y, z, out) => {
    const row = Math.floor(z / plank);
    const shift = (hash32(row + 900) / 4294967296) * 20;
    const board = Number.isFinite(length) ? Math.floor((x + shift) / length) : 0;
    const id = hash32(row * 131 + board + 5000);
    const seed = (id & 1023) * 0.37;
    const tone = ((id >>> 10) & 255) / 255;
    // Distance from the heart of a tree that lies below the board, wavering.
    const across = z - (row + 0.5) * plank + ((id >>> 18) & 63) / 30 - 1;
    const below = 1.1 + tone * 1.3 + y;
    const waver = 0.35 * fbm(x * 0.16 + seed, z * 0.5, y * 0.5 + seed, 3);
    const ring = (Math.hypot(across * 0.8, below) + waver) * 7;
    const phase = ring - Math.floor(ring);
    const late01 = phase ** 2.4 * (phase > 0.93 ? (1 - phase) / 0.07 : 1);
    blend(early, late, 0.12 + 0.75 * late01 + 0.2 * (tone - 0.5), out);
    // Fine pores, drawn out along the grain.
    const pores = noise(x * 1.3 + seed, z * 38, y * 38) + 0.6 * noise(x * 3 + seed, z * 90, y * 90);
    const dark =
      1 - 0.13 * Math.max(0, pores) - 0.1 * fbm(x * 0.4, z * 0.7 + seed, 4.2, 3) - 0.14 * (tone - 0.4);
    for (let k = 0; k < 3; k++) out[k] *= dark;
    // Gaps between the boards.
    const edge = Math.min(z - row * plank, (row + 1) * plank - z);
    let gap = 1 - Math.min(1, Math.max(0, (edge - 0.012) / 0.02));
    if (Number.isFinite(length)) {
      const end = (x + shift) / length - board;
      gap = Math.max(gap, 1 - Math.min(1, Math.max(0, (Math.min(end, 1 - end) * length - 0.012) / 0.02)));
    }
    towards(out, [0.02, 0.012, 0.008], gap * 0.85);
    out[3] += 0.1 * late01 + 0.08 * pores;
    out[3] = Math.min(0.95, Math.max(0.15, out[3]));
  };
}
