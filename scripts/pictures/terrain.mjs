// Mountains around a lake: fractal noise, carved by running water, on a grid.
// Lengths are in kilometres; the water level is 0.

import { fbm, noise } from './noise.mjs';
import { random } from './rng.mjs';
import { smoothstep } from './vector.mjs';

export const CELLS = 900;
/** Side of the square that the grid covers. */
export const EXTENT = 18;
const CELL = EXTENT / CELLS;

/** Ridged noise: sharp crests where plain noise crosses zero (Musgrave 1994).
 * @param {number} x @param {number} z @param {number} octaves */
function ridges(x, z, octaves) {
  let sum = 0;
  let weight = 1;
  let amplitude = 0.5;
  for (let i = 0; i < octaves; i++) {
    const n = (1 - Math.abs(noise(x, z, i * 7.3 + 2))) ** 2 * weight;
    weight = Math.min(1, n * 1.6);
    sum += n * amplitude;
    amplitude *= 0.46;
    x = x * 2.07 + 5.1;
    z = z * 2.07 + 1.3;
  }
  return sum;
}

/** Height before erosion. @param {number} x @param {number} z in kilometres, the viewer at the origin looking along z */
function lie(x, z) {
  const bend = x - 0.35 * Math.sin(z * 0.9) + 0.25 * noise(x * 0.7, z * 0.7, 1);
  // The lake narrows to a bay under the far range.
  const shore = 1.12 - 0.15 * z + 0.22 * noise(z * 0.9, 5, 3) + 0.1 * noise(x * 3, z * 3, 4);
  const side = Math.abs(bend) - shore * smoothstep(6, 4, z);
  const land = Math.max(side, (z - 5.2 - 0.4 * noise(x * 1.3, 2, 8)) * 0.8);
  const rise = smoothstep(-0.12, 2.1, land);
  const far = smoothstep(4.8, 9.5, z) * smoothstep(17.5, 12.5, z);
  const crest = ridges(x * 0.33 + 4.2, z * 0.33 + 0.4, 7);
  const foothill = 0.5 + 0.5 * fbm(x * 0.8, z * 0.8, 2.2, 6);
  return (
    -0.05 +
    0.16 * smoothstep(-0.3, 0.35, land) +
    rise * (0.3 + 0.75 * foothill * foothill) * (1 - 0.45 * far) +
    rise * far * (0.2 + 2.5 * crest ** 1.6) +
    rise * 0.3 * ridges(x * 0.9, z * 0.9, 6) * (1 - 0.5 * far) -
    0.1
  );
}

/** Let drops run downhill, picking up and laying down soil (after Beyer 2015).
 * @param {Float32Array} height @param {number} drops */
function erode(height, drops) {
  const next = random(77);
  for (let d = 0; d < drops; d++) {
    let x = next() * (CELLS - 3) + 1;
    let z = next() * (CELLS - 3) + 1;
    let dx = 0;
    let dz = 0;
    let speed = 1;
    let water = 1;
    let soil = 0;
    for (let step = 0; step < 70; step++) {
      const i = Math.floor(x);
      const j = Math.floor(z);
      const u = x - i;
      const v = z - j;
      const o = j * CELLS + i;
      const a = height[o];
      const b = height[o + 1];
      const c = height[o + CELLS];
      const e = height[o + CELLS + 1];
      const gx = (b - a) * (1 - v) + (e - c) * v;
      const gz = (c - a) * (1 - u) + (e - b) * u;
      const here = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + e * u) * v;
      if (here < -0.02) break; // reached the lake
      dx = dx * 0.1 - gx * 0.9;
      dz = dz * 0.1 - gz * 0.9;
      const l = Math.hypot(dx, dz);
      if (l < 1e-9) break;
      dx /= l;
      dz /= l;
      x += dx;
      z += dz;
      if (x < 1 || z < 1 || x > CELLS - 3 || z > CELLS - 3) break;
      const i2 = Math.floor(x);
      const j2 = Math.floor(z);
      const o2 = j2 * CELLS + i2;
      const u2 = x - i2;
      const v2 = z - j2;
      const there =
        (height[o2] * (1 - u2) + height[o2 + 1] * u2) * (1 - v2) +
        (height[o2 + CELLS] * (1 - u2) + height[o2 + CELLS + 1] * u2) * v2;
      const drop = here - there;
      const capacity = Math.max(drop, 0.0004) * speed * water * 5;
      let change;
      if (soil > capacity || drop < 0) change = drop < 0 ? Math.min(-drop, soil) : (soil - capacity) * 0.3;
      else change = -Math.min((capacity - soil) * 0.3, drop);
      soil -= change;
      height[o] += change * (1 - u) * (1 - v);
      height[o + 1] += change * u * (1 - v);
      height[o + CELLS] += change * (1 - u) * v;
      height[o + CELLS + 1] += change * u * v;
      speed = Math.min(4, Math.sqrt(Math.max(0.01, speed * speed + drop * 40)));
      water *= 0.985;
    }
  }
}

/** Rubble slides from whatever is steeper than it can lie (Musgrave et al. 1989).
 * @param {Float32Array} height @param {number} passes */
function slide(height, passes) {
  for (let pass = 0; pass < passes; pass++)
    for (let j = 1; j < CELLS - 1; j++)
      for (let i = 1; i < CELLS - 1; i++) {
        const o = j * CELLS + i;
        // Cliffs hold better where the rock is sound.
        const hold = CELL * (1.05 + 0.5 * smoothstep(1.1, 1.9, height[o]));
        for (const q of [o - 1, o + 1, o - CELLS, o + CELLS]) {
          const excess = height[o] - height[q] - hold;
          if (excess <= 0) continue;
          height[o] -= excess * 0.22;
          height[q] += excess * 0.22;
        }
      }
}

/** A grid of numbers over the terrain, read between its points. */
export class Field {
  values = new Float32Array(CELLS * CELLS);

  /** Bilinear. @param {number} x @param {number} z @returns {number} */
  at(x, z) {
    const i = Math.max(0, Math.min(CELLS - 1.001, (x + EXTENT / 2) / CELL));
    const j = Math.max(0, Math.min(CELLS - 1.001, (z + 0.6) / CELL));
    const fi = Math.floor(i);
    const fj = Math.floor(j);
    const u = i - fi;
    const v = j - fj;
    const o = fj * CELLS + fi;
    const f = this.values;
    const a = f[o] + (f[o + 1] - f[o]) * u;
    return a + (f[o + CELLS] + (f[o + CELLS + 1] - f[o + CELLS]) * u - a) * v;
  }

  /** Biquadratic B-spline: smooth slopes, for normals. @param {number} x @param {number} z @returns {number} */
  smooth(x, z) {
    const i = Math.max(1, Math.min(CELLS - 2, (x + EXTENT / 2) / CELL));
    const j = Math.max(1, Math.min(CELLS - 2, (z + 0.6) / CELL));
    const fi = Math.min(CELLS - 2, Math.round(i));
    const fj = Math.min(CELLS - 2, Math.round(j));
    const u = i - fi;
    const v = j - fj;
    const a = 0.5 * (0.5 - u) ** 2;
    const b = 0.75 - u * u;
    const c = 0.5 * (0.5 + u) ** 2;
    const f = this.values;
    let o = (fj - 1) * CELLS + fi;
    const r0 = a * f[o - 1] + b * f[o] + c * f[o + 1];
    o += CELLS;
    const r1 = a * f[o - 1] + b * f[o] + c * f[o + 1];
    o += CELLS;
    const r2 = a * f[o - 1] + b * f[o] + c * f[o + 1];
    return 0.5 * (0.5 - v) ** 2 * r0 + (0.75 - v * v) * r1 + 0.5 * (0.5 + v) ** 2 * r2;
  }
}

/** @param {import("./vector.mjs").Vec3} sun direction to it
 * @returns {{ height: Field, lit: Field, open: Field, forest: Field }} */
export function terrain(sun) {
  const height = new Field();
  const place = (/** @type {number} */ i) => i * CELL - EXTENT / 2;
  const depth = (/** @type {number} */ j) => j * CELL - 0.6;
  for (let j = 0; j < CELLS; j++)
    for (let i = 0; i < CELLS; i++) height.values[j * CELLS + i] = lie(place(i), depth(j));
  slide(height.values, 25);
  erode(height.values, 260_000);
  slide(height.values, 6);

  // Sunlight, with the soft edge of distant shadows, and openness to the sky:
  // both by walking outwards and watching how high the land stands.
  const lit = new Field();
  const open = new Field();
  const forest = new Field();
  const slopeToSun = sun[1] / Math.hypot(sun[0], sun[2]);
  const [sx, sz] = [sun[0] / Math.hypot(sun[0], sun[2]), sun[2] / Math.hypot(sun[0], sun[2])];
  for (let j = 0; j < CELLS; j++)
    for (let i = 0; i < CELLS; i++) {
      const [x, z] = [place(i), depth(j)];
      const h = Math.max(0, height.values[j * CELLS + i]);
      let light = 1;
      for (let t = CELL; t < 9; t *= 1.09) {
        const clear = h + 0.004 + t * slopeToSun - height.at(x + sx * t, z + sz * t);
        light = Math.min(light, 0.5 + (clear / t) * 45);
        if (light <= 0) break;
      }
      lit.values[j * CELLS + i] = Math.max(0, light);
      let sum = 0;
      for (let k = 0; k < 8; k++) {
        const a = (k * Math.PI) / 4 + 0.2;
        let horizon = 0;
        for (let t = CELL * 1.5; t < 3; t *= 1.7)
          horizon = Math.max(horizon, (height.at(x + Math.cos(a) * t, z + Math.sin(a) * t) - h) / t);
        sum += 1 / (1 + horizon * horizon); // cosine-weighted sky above that horizon
      }
      open.values[j * CELLS + i] = sum / 8;
      const slope =
        Math.hypot(
          height.at(x + CELL, z) - height.at(x - CELL, z),
          height.at(x, z + CELL) - height.at(x, z - CELL),
        ) /
        (2 * CELL);
      const patch = fbm(x * 2.2, z * 2.2, 9, 4);
      forest.values[j * CELLS + i] =
        smoothstep(0.004, 0.02, h) *
        smoothstep(0.75, 0.5, h + 0.35 * patch) *
        smoothstep(1.05, 0.7, slope) *
        smoothstep(-0.34, -0.14, patch + 0.25 * h);
    }
  return { height, lit, open, forest };
}
