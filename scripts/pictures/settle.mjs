// Balls rolled into a bowl until none overlaps: where fruit would come to rest.

import { random } from './rng.mjs';

/** @param {number[]} radii @param {number} bowlRadius of the sphere that the bowl's inside is cut from
 * @param {number} seed
 * @returns {import("./vector.mjs").Vec3[]} centres, the bowl's lowest inner point at the origin */
export function settle(radii, bowlRadius, seed) {
  const next = random(seed);
  const p = radii.map((r, i) => [(next() - 0.5) * 1.6, 0.6 + r + i * 0.55, (next() - 0.5) * 1.6]);
  for (let step = 0; step < 3000; step++) {
    for (const q of p) q[1] -= 0.004;
    for (let pass = 0; pass < 4; pass++) {
      for (let i = 0; i < p.length; i++)
        for (let j = 0; j < i; j++) {
          const d = p[i].map((v, k) => v - p[j][k]);
          const l = Math.hypot(...d);
          const deep = (radii[i] + radii[j] - l) / 2;
          if (deep <= 0) continue;
          for (let k = 0; k < 3; k++) {
            p[i][k] += (d[k] / l) * deep;
            p[j][k] -= (d[k] / l) * deep;
          }
        }
      for (let i = 0; i < p.length; i++) {
        const [x, y, z] = [p[i][0], p[i][1] - bowlRadius, p[i][2]];
        const l = Math.hypot(x, y, z);
        // Above the rim the bowl no longer holds the fruit, but its neighbours do.
        const room = bowlRadius - radii[i];
        if (l > room && y < 0) p[i] = [(x / l) * room, bowlRadius + (y / l) * room, (z / l) * room];
      }
    }
  }
  return /** @type {import("./vector.mjs").Vec3[]} */ (p);
}
