// Cloth that falls into place: a grid of particles under distance constraints
// (position based dynamics, Müller et al. 2007), colliding with solids given
// as signed distances.

import { surface } from './mesh.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */
/** Signed distance to the solids, negative within.
 * @typedef {(x: number, y: number, z: number) => number} Solid */

/** @typedef {object} Cloth
 * @property {number} columns @property {number} rows of particles
 * @property {Float64Array} points */

/** Drop a sheet and let it settle.
 * @param {object} options
 * @param {number} options.width @param {number} options.height of the sheet
 * @param {number} options.spacing between particles
 * @param {(u: number, v: number) => Vec3} options.place where it starts
 * @param {boolean} [options.creased] keep the lengths of the starting shape, not those of a flat sheet
 * @param {Solid} options.solid
 * @param {number} options.steps
 * @param {number} [options.bend] resistance to bending, 0 to 1
 * @param {number} [options.friction] 0 to 1
 * @param {number} [options.gravity] per step squared
 * @param {(u: number, v: number, step: number) => Vec3 | null} [options.hold] pins a particle for as long as it answers
 * @returns {Cloth} */
export function drape({
  width,
  height,
  spacing,
  place,
  solid,
  steps,
  bend = 0.05,
  friction = 0.5,
  gravity = 0.0006,
  creased = false,
  hold,
}) {
  const columns = Math.round(width / spacing) + 1;
  const rows = Math.round(height / spacing) + 1;
  const n = columns * rows;
  const points = new Float64Array(n * 3);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++)
      points.set(place(i / (columns - 1), j / (rows - 1)), (j * columns + i) * 3);
  const before = points.slice();
  const pinned = new Uint8Array(n);

  /** @type {number[]} */
  const pairs = [];
  /** @type {number[]} */
  const rests = [];
  /** @type {number[]} */
  const stiffness = [];
  const link = (
    /** @type {number} */ i,
    /** @type {number} */ j,
    /** @type {number} */ di,
    /** @type {number} */ dj,
    /** @type {number} */ k,
  ) => {
    if (i + di < 0 || i + di >= columns || j + dj >= rows) return;
    const a = j * columns + i;
    const b = (j + dj) * columns + i + di;
    const flat = spacing * Math.hypot(di, dj);
    pairs.push(a, b);
    rests.push(creased ? Math.hypot(...[0, 1, 2].map((k) => points[a * 3 + k] - points[b * 3 + k])) : flat);
    stiffness.push(k);
  };
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      link(i, j, 1, 0, 1);
      link(i, j, 0, 1, 1);
      link(i, j, 1, 1, 0.35); // woven cloth shears easily
      link(i, j, -1, 1, 0.35);
      link(i, j, 2, 0, bend);
      link(i, j, 0, 2, bend);
    }
  const count = rests.length;
  const gap = spacing * 0.35; // keeps the faces between particles out of the solids

  for (let step = 0; step < steps; step++) {
    for (let p = 0; p < n; p++) {
      pinned[p] = 0;
      const target = hold?.((p % columns) / (columns - 1), Math.floor(p / columns) / (rows - 1), step);
      for (let k = 0; k < 3; k++) {
        const x = points[p * 3 + k];
        let next = x + (x - before[p * 3 + k]) * 0.985 - (k === 1 ? gravity : 0);
        before[p * 3 + k] = x;
        if (target) {
          next = target[k];
          pinned[p] = 1;
        }
        points[p * 3 + k] = next;
      }
    }
    for (let iteration = 0; iteration < 12; iteration++) {
      // Alternate the direction, or errors pile up at one end of the sheet.
      const backwards = iteration & 1;
      for (let c0 = 0; c0 < count; c0++) {
        const c = backwards ? count - 1 - c0 : c0;
        const a = pairs[2 * c] * 3;
        const b = pairs[2 * c + 1] * 3;
        const x = points[b] - points[a];
        const y = points[b + 1] - points[a + 1];
        const z = points[b + 2] - points[a + 2];
        const l = Math.sqrt(x * x + y * y + z * z) + 1e-12;
        const wa = pinned[pairs[2 * c]] ? 0 : 1;
        const wb = pinned[pairs[2 * c + 1]] ? 0 : 1;
        if (wa + wb === 0) continue;
        const s = (stiffness[c] * (l - rests[c])) / (l * (wa + wb));
        points[a] += x * s * wa;
        points[a + 1] += y * s * wa;
        points[a + 2] += z * s * wa;
        points[b] -= x * s * wb;
        points[b + 1] -= y * s * wb;
        points[b + 2] -= z * s * wb;
      }
      if (iteration % 4 !== 3) continue;
      for (let p = 0; p < n; p++) {
        const o = p * 3;
        const d = solid(points[o], points[o + 1], points[o + 2]) - gap;
        if (d >= 0 || pinned[p]) continue;
        const e = 1e-4;
        let gx = solid(points[o] + e, points[o + 1], points[o + 2]) - gap - d;
        let gy = solid(points[o], points[o + 1] + e, points[o + 2]) - gap - d;
        let gz = solid(points[o], points[o + 1], points[o + 2] + e) - gap - d;
        const l = 1 / (Math.hypot(gx, gy, gz) || 1);
        gx *= l;
        gy *= l;
        gz *= l;
        points[o] -= d * gx;
        points[o + 1] -= d * gy;
        points[o + 2] -= d * gz;
        // Friction takes away part of the sliding along the surface.
        const mx = points[o] - before[o];
        const my = points[o + 1] - before[o + 1];
        const mz = points[o + 2] - before[o + 2];
        const along = mx * gx + my * gy + mz * gz;
        points[o] -= (mx - along * gx) * friction;
        points[o + 1] -= (my - along * gy) * friction;
        points[o + 2] -= (mz - along * gz) * friction;
      }
    }
  }
  return { columns, rows, points };
}

/** A smooth surface through a settled sheet, by uniform cubic B-splines; rest
 * places are (u·width, v·height, 0), for weave and stripes.
 * @param {Cloth} cloth @param {number} finer faces per particle spacing
 * @param {number} width @param {number} height
 * @returns {import("./mesh.mjs").Part} */
export function clothSurface(cloth, finer, width, height) {
  const { columns, rows, points } = cloth;
  const weights = (/** @type {number} */ f) => [
    (1 - f) ** 3 / 6,
    (3 * f ** 3 - 6 * f ** 2 + 4) / 6,
    (-3 * f ** 3 + 3 * f ** 2 + 3 * f + 1) / 6,
    f ** 3 / 6,
  ];
  const at = (/** @type {number} */ i, /** @type {number} */ j, /** @type {number} */ k) => {
    const ci = Math.max(0, Math.min(columns - 1, i));
    const cj = Math.max(0, Math.min(rows - 1, j));
    return points[(cj * columns + ci) * 3 + k];
  };
  return surface(
    (columns - 1) * finer,
    (rows - 1) * finer,
    (u, v) => {
      const x = u * (columns - 1);
      const y = v * (rows - 1);
      const i = Math.min(columns - 2, Math.floor(x));
      const j = Math.min(rows - 2, Math.floor(y));
      const wx = weights(x - i);
      const wy = weights(y - j);
      /** @type {Vec3} */
      const p = [0, 0, 0];
      for (let b = 0; b < 4; b++)
        for (let a = 0; a < 4; a++)
          for (let k = 0; k < 3; k++) p[k] += wx[a] * wy[b] * at(i + a - 1, j + b - 1, k);
      return p;
    },
    { rest: (u, v) => [u * width, v * height, 0] },
  );
}

/** Height of a plain weave in thread widths: over, under, over.
 * @param {number} x @param {number} y in threads @returns {number} 0 to 1 */
export function weave(x, y) {
  const warp = Math.abs(Math.sin(Math.PI * x));
  const weft = Math.abs(Math.sin(Math.PI * y));
  return (Math.floor(x) + Math.floor(y)) & 1 ? warp * (0.6 + 0.4 * weft) : weft * (0.6 + 0.4 * warp);
}
