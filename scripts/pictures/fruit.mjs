// Fruit, in decimetres, each standing on y = 0.

import { blend, towards } from './material.mjs';
import { lathe, mapped, sphere, translated, tube } from './mesh.mjs';
import { cellular, fbm, noise } from './noise.mjs';
import { smoothstep, srgb } from './vector.mjs';

/** @typedef {import("./mesh.mjs").Part} Part */
/** @typedef {import("./material.mjs").Material} Material */
/** @typedef {{ part: Part, material: Material }[]} Thing */

/** @type {Material} */
const STALK = {
  kind: 'opaque',
  roughness: 0.8,
  gloss: 0.02,
  color: (x, y, z, out) => blend(srgb('#4a3622'), srgb('#7d6540'), 0.5 + fbm(x * 9, y * 3, z * 9, 3), out),
};

/** @param {number} seed @param {number} [blush] how much of it the sun has reddened, 0 to 1 @returns {Thing} */
export function apple(seed, blush = 0.6) {
  const yellow = srgb('#c9a94a');
  const red = srgb('#8e1f1a');
  const green = srgb('#93963c');
  const profile = [
    [0, 0.13],
    [0.2, 0.04],
    [0.42, 0.06],
    [0.66, 0.36],
    [0.79, 0.78],
    [0.74, 1.12],
    [0.52, 1.35],
    [0.27, 1.37],
    [0.1, 1.24],
    [0, 1.16],
  ];
  const body = lathe(profile, 96, 80, ([x, y, z], a) => {
    const lobes =
      1 + 0.035 * Math.cos(5 * a + seed) * smoothstep(0.9, 0, y) + 0.02 * Math.cos(2 * a + seed * 3);
    return [x * lobes, y + 0.03 * x * Math.sin(seed), z * lobes];
  });
  return [
    {
      part: body,
      material: {
        kind: 'opaque',
        roughness: 0.33,
        gloss: 0.045,
        color: (x, y, z, out) => {
          const a = Math.atan2(z, x);
          const [ca, sa] = [Math.cos(a), Math.sin(a)];
          const streak =
            fbm(ca * 7 + seed, sa * 7, y * 0.9, 4) + 0.7 * noise(ca * 26 + seed, sa * 26, y * 1.6);
          const sun =
            0.9 * Math.cos(a - seed * 2) + 0.5 * (y - 0.7) + 0.5 * fbm(x * 1.4 + seed, y * 1.4, z * 1.4, 3);
          blend(yellow, green, smoothstep(0.25, 0.02, Math.hypot(x, z)) + 0.4 * fbm(x + seed, y, z, 2), out);
          towards(out, red, smoothstep(-0.5, 0.7, sun + 0.9 * streak + 1.6 * blush - 0.9) * 0.94);
          // Lenticels: the pale dots of apple skin.
          const dots = cellular(x * 9 + seed, y * 9, z * 9);
          towards(out, srgb('#d8bf78'), 0.5 * smoothstep(0.17, 0.1, dots));
          out[3] = 0.33 + 0.1 * fbm(x * 2, y * 2, z * 2 + seed, 3);
        },
      },
    },
    {
      part: tube(
        [
          [0, 1.14, 0],
          [0.02, 1.32, 0.01],
          [0.06, 1.5, 0.03],
          [0.13, 1.62, 0.02],
        ],
        (t) => 0.03 + 0.022 * t ** 4,
        16,
        10,
      ),
      material: STALK,
    },
  ];
}

/** @param {number} seed @returns {Thing} */
export function pear(seed) {
  const green = srgb('#a3a043');
  const gold = srgb('#c8a548');
  const profile = [
    [0, 0.1],
    [0.18, 0.02],
    [0.42, 0.06],
    [0.7, 0.36],
    [0.8, 0.74],
    [0.72, 1.12],
    [0.53, 1.46],
    [0.4, 1.76],
    [0.31, 2.02],
    [0.17, 2.15],
    [0.05, 2.13],
    [0, 2.1],
  ];
  const lean = (/** @type {import("./vector.mjs").Vec3} */ [x, y, z], /** @type {number} */ a) => {
    const lobes = 1 + 0.02 * Math.cos(3 * a + seed) + 0.012 * fbm(x * 2 + seed, y * 2, z * 2, 2);
    const bend = 0.045 * y * y * Math.max(0, y - 0.6);
    return /** @type {import("./vector.mjs").Vec3} */ ([x * lobes + bend, y, z * lobes]);
  };
  return [
    {
      part: lathe(profile, 96, 96, lean),
      material: {
        kind: 'opaque',
        roughness: 0.42,
        gloss: 0.04,
        color: (x, y, z, out) => {
          blend(green, gold, 0.5 + 0.9 * fbm(x * 0.9 + seed, y * 0.7, z * 0.9, 3) + 0.35 * x, out);
          towards(
            out,
            srgb('#a5533a'),
            0.7 * smoothstep(0.1, 0.85, x * 0.8 + 0.6 * fbm(x * 1.7, y * 1.2 + seed, z * 1.7, 3)),
          );
          // Russet: rough brown about the stalk and in freckles.
          const freckle = smoothstep(0.2, 0.08, cellular(x * 11 + seed, y * 11, z * 11));
          const russet = smoothstep(1.75, 2.2, y + 0.35 * fbm(x * 4, y * 4, z * 4 + seed, 3));
          towards(out, srgb('#75562e'), Math.max(0.55 * freckle, 0.8 * russet));
          out[3] = 0.4 + 0.25 * russet + 0.1 * freckle;
        },
        bump: (x, y, z) => 0.004 * fbm(x * 5 + seed, y * 5, z * 5, 3),
        bumpStep: 0.01,
      },
    },
    {
      part: tube(
        [
          [0.24, 2.06, 0],
          [0.29, 2.25, 0.01],
          [0.4, 2.45, -0.03],
          [0.56, 2.58, -0.05],
        ],
        (t) => 0.035 + 0.02 * t ** 3,
        20,
        10,
      ),
      material: STALK,
    },
  ];
}

/** @param {number} seed @param {number} [radius] @returns {Thing} */
export function orange(seed, radius = 0.74) {
  const pores = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) =>
    smoothstep(0.05, 0.5, cellular(x * 15 + seed, y * 15, z * 15));
  return [
    {
      part: mapped(translated(sphere(radius, 96), [0, radius, 0]), ([x, y, z]) => {
        const dent = 0.05 * Math.exp(-(x * x + z * z) * 30) * (y > radius ? 1 : 0);
        return [x, y * 0.96 - dent, z];
      }),
      material: {
        kind: 'opaque',
        roughness: 0.38,
        gloss: 0.045,
        color: (x, y, z, out) => {
          blend(srgb('#c9731c'), srgb('#d98f2b'), 0.5 + fbm(x * 1.5 + seed, y * 1.5, z * 1.5, 3), out);
          const p = pores(x, y, z);
          for (let k = 0; k < 3; k++) out[k] *= 0.82 + 0.18 * p;
          towards(out, srgb('#55622a'), smoothstep(0.09, 0.05, Math.hypot(x, z)) * (y > radius ? 1 : 0));
        },
        bump: (x, y, z) => 0.012 * pores(x, y, z) + 0.006 * fbm(x * 4, y * 4 + seed, z * 4, 2),
        bumpStep: 0.006,
      },
    },
  ];
}

/** A lemon lying on its side along x. @param {number} seed @returns {Thing} */
export function lemon(seed) {
  const profile = [
    [0, -0.92],
    [0.09, -0.9],
    [0.13, -0.8],
    [0.26, -0.69],
    [0.46, -0.42],
    [0.55, 0],
    [0.48, 0.4],
    [0.3, 0.66],
    [0.17, 0.78],
    [0.12, 0.86],
    [0, 0.88],
  ];
  const body = lathe(profile, 80, 80);
  return [
    {
      part: mapped(body, ([x, y, z]) => [y, x + 0.55, z]),
      material: {
        kind: 'opaque',
        roughness: 0.36,
        gloss: 0.045,
        color: (x, y, z, out) => {
          blend(srgb('#d3ae2e'), srgb('#e0c64e'), 0.5 + fbm(x * 1.6 + seed, y * 1.6, z * 1.6, 3), out);
          towards(
            out,
            srgb('#8f9a35'),
            0.7 * smoothstep(0.62, 0.95, Math.abs(y) + 0.1 * noise(x * 5, y * 5, z * 5)),
          );
        },
        bump: (x, y, z) =>
          0.012 * smoothstep(0.05, 0.55, cellular(x * 11 + seed, y * 11, z * 11)) +
          0.012 * fbm(x * 3, y * 3, z * 3 + seed, 2),
        bumpStep: 0.008,
      },
    },
  ];
}

/** @param {number} seed @param {number} [radius] @returns {Thing} */
export function plum(seed, radius = 0.44) {
  return [
    {
      part: mapped(translated(sphere(radius, 72), [0, radius, 0]), ([x, y, z]) => {
        const crease = 1 - 0.06 * Math.exp(-((z / radius) ** 2) * 60) * (x > 0 ? 1 : 0);
        const dent = 0.05 * Math.exp(-(x * x + z * z) * 40) * (y > radius ? 1 : 0);
        return [x * crease, (y - dent) * 1.08, z];
      }),
      material: {
        kind: 'opaque',
        roughness: 0.3,
        gloss: 0.045,
        color: (x, y, z, out) => {
          blend(srgb('#331523'), srgb('#5e2233'), 0.5 + fbm(x * 2 + seed, y * 2, z * 2, 3), out);
          // Bloom: the pale wax, rubbed off in places.
          const bloom = smoothstep(-0.15, 0.35, fbm(x * 3 + seed, y * 3, z * 3, 4) + 0.3 * (y - radius));
          towards(out, srgb('#7b7791'), 0.5 * bloom);
          out[3] = 0.26 + 0.4 * bloom;
        },
      },
    },
  ];
}
