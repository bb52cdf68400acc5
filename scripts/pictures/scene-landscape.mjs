// A mountain lake in the last hour of sun. Lengths are in kilometres.

import { fbm, noise } from './noise.mjs';
import { hash32, Sampler } from './rng.mjs';
import { createSky } from './sky.mjs';
import { terrain } from './terrain.mjs';
import { mix, normalize, smoothstep, srgb } from './vector.mjs';

/** @type {import("./vector.mjs").Vec3} */
const SUN = normalize([-0.9, 0.165, -0.16]);
const EYE = { x: 0.12, y: 0.022, z: 0 };
const HALF = Math.tan((41 * Math.PI) / 360);
/** Distance of the horizon below the middle of the frame, in half heights. */
const HORIZON = -0.28;
const FAR = 17;

const ROCK = [srgb('#6f665c'), srgb('#8d8375')];
const GRASS = [srgb('#5d6138'), srgb('#86794a')];
const SCREE = srgb('#857b6c');
const SNOW = srgb('#e2e6ea');
const FOREST = [srgb('#27331f'), srgb('#45502a')];

/** Boulders in the shallows before the viewer: place, radius, height.
 * @type {[number, number, number, number][]} */
const BOULDERS = [
  [0.1, 0.0905, 0.0052, 0.0031],
  [0.1075, 0.0865, 0.0026, 0.0012],
  [0.0935, 0.1, 0.0022, 0.0009],
  [0.148, 0.128, 0.0042, 0.0019],
  [0.155, 0.123, 0.002, 0.0008],
  [0.087, 0.148, 0.0034, 0.0013],
];

/** Height of the boulders; just under water where there are none, so that a
 * marching ray slows down among them.
 * @param {number} x @param {number} z */
function boulders(x, z) {
  let top = -0.0012;
  for (const [bx, bz, r, tall] of BOULDERS) {
    const u = (x - bx) / r;
    const v = (z - bz) / r;
    const d2 = u * u + v * v;
    if (d2 > 2) continue;
    const lump = 0.36 * fbm(x * 260, z * 260, bx * 90, 4) + 0.3 * Math.abs(noise(x * 420, z * 300, 3));
    top = Math.max(top, tall * (1 - d2 ** 1.4 + lump));
  }
  return top;
}

/** @param {number} size @param {number} samples @returns {import("./rows.mjs").RenderRow} */
export function rows(size, samples) {
  const { height, lit, open, forest } = terrain(SUN);
  const sky = createSky(SUN, 20);
  const { sunlight, ambient } = sky;
  const sampler = new Sampler();
  const color = new Float64Array(3);
  const mirrored = new Float64Array(3);
  const haze = new Float64Array(3);

  /** Height of the tree tops over the ground: cones on a jittered grid.
   * @param {number} x @param {number} z */
  function trees(x, z) {
    const cell = 0.0085;
    const i = Math.floor(x / cell - 0.5);
    const j = Math.floor(z / cell - 0.5);
    let top = 0;
    for (let b = 0; b < 2; b++)
      for (let a = 0; a < 2; a++) {
        const h = hash32(Math.imul(i + a, 73856093) ^ Math.imul(j + b, 19349663));
        const tx = (i + a + 0.5 + 0.42 * ((h & 255) / 255 - 0.5)) * cell;
        const tz = (j + b + 0.5 + 0.42 * (((h >>> 8) & 255) / 255 - 0.5)) * cell;
        const tall = 0.007 + 0.014 * (((h >>> 16) & 255) / 255) ** 1.5;
        const r = Math.hypot(x - tx, z - tz) / (0.0026 + tall * 0.16);
        if (r < 1) top = Math.max(top, tall * (1 - r));
      }
    return top;
  }

  /** The surface as the ray meets it. @param {number} x @param {number} y @param {number} z @param {number} t */
  function ground(x, y, z, t) {
    let h = height.at(x, z);
    if (z < 0.16 && y < 0.022) h = Math.max(h, boulders(x, z));
    if (y - h < 0.022 && t < 7) {
      const f = forest.at(x, z);
      if (f > 0.08) h += trees(x, z) * smoothstep(0.08, 0.4, f);
    }
    return h;
  }

  /** Distance to the land, or -1. @param {number} ox @param {number} oy @param {number} oz
   * @param {number} dx @param {number} dy @param {number} dz @param {number} jitter */
  function march(ox, oy, oz, dx, dy, dz, jitter) {
    let t = 0.02 + 0.002 * jitter;
    let last = t;
    for (let i = 0; i < 700; i++) {
      const y = oy + dy * t;
      if (y > 3.2 && dy > 0) return -1;
      const clear = y - ground(ox + dx * t, y, oz + dz * t, t);
      if (clear < 0) {
        let a = last;
        let b = t;
        for (let k = 0; k < 6; k++) {
          const m = (a + b) / 2;
          const my = oy + dy * m;
          if (my - ground(ox + dx * m, my, oz + dz * m, m) < 0) b = m;
          else a = m;
        }
        return b;
      }
      last = t;
      t += Math.max(clear * 0.42, 0.0012 * t);
      if (t > FAR) return -1;
    }
    return -1;
  }

  /** Colour of the land at a point, in its light. @param {number} x @param {number} y @param {number} z @param {number} t @param {Float64Array} out */
  function shadeLand(x, y, z, t, out) {
    if (z < 0.16 && t < 0.3) {
      shadeBoulder(x, y, z, out);
      return;
    }
    // Slopes over about one pixel; finer ones would only flicker.
    const e = Math.max(0.004, 0.0012 * t);
    const base = height.smooth(x, z);
    let gx = (height.smooth(x + e, z) - height.smooth(x - e, z)) / (2 * e);
    let gz = (height.smooth(x, z + e) - height.smooth(x, z - e)) / (2 * e);
    const slope = Math.hypot(gx, gz);
    const wooded = t < 7 ? smoothstep(0.08, 0.4, forest.at(x, z)) : forest.at(x, z);
    const tree = t < 7 && wooded > 0 ? trees(x, z) * wooded : 0;
    const rocky = smoothstep(0.45, 0.95, slope + 0.35 * fbm(x * 7, z * 7, y * 7, 3));
    // Relief below the grid: broken rock, tussocks.
    const rough = (/** @type {number} */ px, /** @type {number} */ pz) =>
      (0.011 + 0.03 * rocky) * fbm(px * 14, pz * 14, base * 10, 5);
    const r0 = rough(x, z);
    gx += (rough(x + e, z) - r0) / e;
    gz += (rough(x, z + e) - r0) / e;
    if (tree > 0.0002) {
      const q = 0.0012;
      gx += ((trees(x + q, z) - trees(x - q, z)) / (2 * q)) * 0.5 * wooded;
      gz += ((trees(x, z + q) - trees(x, z - q)) / (2 * q)) * 0.5 * wooded;
    }
    const l = 1 / Math.sqrt(1 + gx * gx + gz * gz);
    const facing = Math.max(0, (-gx * SUN[0] + SUN[1] - gz * SUN[2]) * l);

    const patch = fbm(x * 5, z * 5, 4, 5);
    const strata = noise(x * 1.2, base * 26 + 1.6 * noise(x * 2, z * 2, 1), z * 1.2);
    const snow =
      smoothstep(0.86, 1.2, base + 0.5 * patch - 0.2 * facing) *
      smoothstep(1.2, 0.72, slope + 0.4 * patch) *
      (1 - 0.75 * rocky * smoothstep(0.7, 1, slope));
    const scree = smoothstep(0.62, 0.95, base + 0.3 * patch);
    for (let k = 0; k < 3; k++) {
      let c = mix(GRASS[0][k], GRASS[1][k], 0.5 + patch + 0.3 * noise(x * 60, z * 60, 2));
      c = mix(c, SCREE[k], scree * 0.8);
      c = mix(c, mix(ROCK[0][k], ROCK[1][k], 0.5 + 0.5 * strata + patch), rocky);
      if (wooded > 0) {
        const leaf = mix(FOREST[0][k], FOREST[1][k], 0.35 + 0.9 * noise(x * 160, z * 160, 5) + 1.2 * patch);
        c = mix(c, leaf, wooded * (1 - rocky * 0.5));
      }
      c = mix(c, SNOW[k], snow * (1 - 0.9 * wooded));
      // A beach along the water.
      c = mix(c, SCREE[k] * 0.7, smoothstep(0.006, 0.001, y) * 0.8);
      const crown = wooded > 0 ? mix(1, 0.3 + 0.7 * smoothstep(0, 0.012, tree), wooded) : 1;
      const sunny = lit.at(x, z) * facing * (wooded > 0 ? 0.35 + 0.65 * crown : 1);
      const skylight = ambient[k] * open.at(x, z) * (0.55 + 0.45 * l) * crown;
      // Sunlit ground around throws some light back.
      const bounce = sunlight[k] * 0.035 * (1 - l * 0.4);
      out[k] = (c / Math.PI) * (sunlight[k] * sunny + skylight + bounce);
    }
  }

  /** @param {number} x @param {number} y @param {number} z @param {Float64Array} out */
  function shadeBoulder(x, y, z, out) {
    const e = 0.00008;
    const gx =
      (boulders(x + e, z) - boulders(x - e, z)) / (2 * e) + 0.5 * fbm(x * 3000, y * 3000, z * 3000, 3);
    const gz =
      (boulders(x, z + e) - boulders(x, z - e)) / (2 * e) + 0.5 * fbm(x * 3000, y * 3000, z * 3000 + 9, 3);
    const l = 1 / Math.sqrt(1 + gx * gx + gz * gz);
    const facing = Math.max(0, (-gx * SUN[0] + SUN[1] - gz * SUN[2]) * l);
    const lichen = smoothstep(0.1, 0.4, fbm(x * 900, y * 900, z * 900, 4));
    const wet = smoothstep(0.0005, 0.00015, y + 0.0002 * noise(x * 800, 1, z * 800));
    for (let k = 0; k < 3; k++) {
      const c =
        mix(
          mix(ROCK[0][k], ROCK[1][k], 0.5 + fbm(x * 1500, y * 1500, z * 1500, 4)),
          SCREE[k] * 1.2,
          lichen * 0.6,
        ) *
        (1 - 0.6 * wet);
      out[k] = (c / Math.PI) * (sunlight[k] * facing + ambient[k] * (0.45 + 0.45 * l));
    }
  }

  /** Adds and takes what the air does over a distance. @param {number} dx @param {number} dy @param {number} dz
   * @param {number} t @param {number} y height of the far end @param {Float64Array} out */
  function air(dx, dy, dz, t, y, out) {
    sky.clear(dx, Math.max(0.03, dy * 0.5 + 0.03), dz, haze);
    // Mist lies on the far end of the lake.
    const mist = 0.05 * t * Math.exp(-Math.max(0, y) / 0.16) * smoothstep(1.5, 6, t);
    const d = [0.014, 0.022, 0.036];
    for (let k = 0; k < 3; k++) {
      const keep = Math.exp(-t * d[k] * (0.45 + 0.75 * Math.exp(-Math.max(0, y) / 0.9)) - mist);
      out[k] = out[k] * keep + haze[k] * 0.8 * (1 - keep);
    }
  }

  /** @param {number} dx @param {number} dy @param {number} dz unit length @param {Float64Array} out */
  function look(dx, dy, dz, out) {
    sampler.next();
    const jitter = sampler.u;
    const t = march(EYE.x, EYE.y, EYE.z, dx, dy, dz, jitter);
    const toWater = dy < 0 ? -EYE.y / dy : Infinity;
    if (t > 0 && t < toWater) {
      const y = EYE.y + dy * t;
      shadeLand(EYE.x + dx * t, y, EYE.z + dz * t, t, out);
      air(dx, dy, dz, t, y, out);
      return;
    }
    if (toWater > FAR) {
      sky.radiance(dx, dy, dz, out);
      return;
    }
    // Water: ripples that can be told apart nearby, spread out by chance afar.
    const x = EYE.x + dx * toWater;
    const z = EYE.z + dz * toWater;
    const calm = 0.35 + 0.65 * smoothstep(-0.25, 0.3, fbm(x * 1.6 + 2, z * 4, 6, 4));
    const near = 1 / (1 + toWater * 9);
    sampler.next();
    const wave = (/** @type {number} */ px, /** @type {number} */ pz) =>
      0.00009 * fbm(px * 190, pz * 260, 3, 4) + 0.00022 * noise(px * 60 + 9, pz * 75, 5);
    const w0 = wave(x, z);
    const e = 0.0004 + 0.0006 * toWater;
    const chance = 0.009 * calm * (1 - near * 0.6);
    const radius = Math.sqrt(-2 * Math.log(1 - sampler.u * 0.999)) * chance;
    const nx = -((wave(x + e, z) - w0) / e) * calm * 0.9 + radius * Math.cos(2 * Math.PI * sampler.v);
    const nz = -((wave(x, z + e) - w0) / e) * calm * 0.9 + radius * Math.sin(2 * Math.PI * sampler.v);
    const l = 1 / Math.sqrt(1 + nx * nx + nz * nz);
    const cosine = Math.max(0.01, -(dx * nx + dy + dz * nz) * l);
    const rx = dx + 2 * cosine * nx * l;
    let ry = dy + 2 * cosine * l;
    const rz = dz + 2 * cosine * nz * l;
    if (ry < 0.004) ry = 0.004;
    const hit = march(x, 0.0005, z, rx, ry, rz, jitter);
    if (hit > 0) {
      shadeLand(x + rx * hit, ry * hit, z + rz * hit, hit + toWater, mirrored);
      air(rx, ry, rz, hit, ry * hit, mirrored);
    } else sky.radiance(rx, ry, rz, mirrored);
    const f = 0.02 + 0.98 * (1 - cosine) ** 5; // Schlick 1994
    const body = [0.006, 0.016, 0.018];
    for (let k = 0; k < 3; k++)
      out[k] = f * mirrored[k] + (1 - f) * body[k] * (ambient[k] + 0.3 * sunlight[k] * SUN[1]);
    air(dx, dy, dz, toWater, 0, out);
  }

  return (row, film) => {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0];
      for (let s = 0; s < samples; s++) {
        sampler.start(row * size + column, s);
        sampler.next();
        const tent = (/** @type {number} */ r) => (r < 0.5 ? Math.sqrt(2 * r) - 1 : 1 - Math.sqrt(2 - 2 * r));
        const x = ((2 * (column + 0.5 + tent(sampler.u))) / size - 1) * HALF;
        const y = (1 - (2 * (row + 0.5 + tent(sampler.v))) / size - HORIZON) * HALF;
        const l = 1 / Math.sqrt(x * x + y * y + 1);
        look(x * l, y * l, l, color);
        for (let k = 0; k < 3; k++) sum[k] += color[k];
      }
      for (let k = 0; k < 3; k++) film[(row * size + column) * 3 + k] = sum[k] / samples;
    }
  };
}
