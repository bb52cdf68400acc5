// A table by a window: fruit in a bowl, a jug, a glass of wine, a linen cloth.
// Lengths are in decimetres; the table top is y = 0.

import { clothSurface, drape, weave } from './cloth.mjs';
import { apple, lemon, orange, pear, plum } from './fruit.mjs';
import { blend, plain, towards } from './material.mjs';
import { box, lathe, Mesh, quad, rotated, spline, surface, translated, tube } from './mesh.mjs';
import { fbm, noise } from './noise.mjs';
import { settle } from './settle.mjs';
import { tracer } from './tracer.mjs';
import { smoothstep, srgb } from './vector.mjs';
import { wood } from './wood.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */
/** @typedef {import("./material.mjs").Material} Material */

export const look = { exposure: 2.7, contrast: 0.88, grain: 0.12 };

const TABLE_FRONT = 3.3;
/** @type {Vec3} */
const BOWL = [0.45, 0, -0.5];
/** Radius of the sphere that the bowl's inside is cut from. */
const BOWL_SPHERE = 2.25;

/** @type {(size: number, samples: number) => import("./rows.mjs").RenderRow} */
export const rows = (size, samples) => tracer(build(), size, samples);

/** @returns {import("./tracer.mjs").Scene} */
function build() {
  const mesh = new Mesh();
  const put = (
    /** @type {import("./fruit.mjs").Thing} */ thing,
    /** @type {(p: import("./mesh.mjs").Part) => import("./mesh.mjs").Part} */ move,
  ) => {
    for (const { part, material } of thing) mesh.add(move(part), material);
  };

  // Table and wall.
  mesh.add(translated(box(22, 0.5, 9.3, 0.08), [0, -0.5, TABLE_FRONT - 4.65]), {
    kind: 'opaque',
    roughness: 0.42,
    gloss: 0.04,
    color: wood(srgb('#8a6240'), srgb('#4c3020'), 2.3),
    bump: (x, _y, z) => 0.006 * noise(x * 1.2, z * 30, 3) + 0.004 * noise(x * 3, z * 70, 8),
    bumpStep: 0.01,
  });
  mesh.add(translated(box(22, 4, 0.4, 0.05), [0, -4.5, TABLE_FRONT - 0.6]), {
    kind: 'opaque',
    roughness: 0.5,
    gloss: 0.04,
    color: (x, y, z, out) => wood(srgb('#7a5638'), srgb('#452c1d'), 30)(x, z * 0.3, y, out),
  });
  const plaster = (/** @type {number} */ x, /** @type {number} */ y) =>
    fbm(x * 0.8, y * 0.8, 1.5, 5) + 0.4 * fbm(x * 4, y * 4, 7.5, 3);
  mesh.add(quad([-16, -9, -6.2], [32, 0, 0], [0, 26, 0]), {
    kind: 'opaque',
    roughness: 0.85,
    gloss: 0.02,
    color: (x, y, _z, out) => {
      blend(srgb('#6d6a58'), srgb('#8c8570'), 0.5 + 0.9 * fbm(x * 0.22, y * 0.22, 0.5, 5), out);
      towards(out, srgb('#5b5c4f'), 0.28 * smoothstep(0.0, 0.6, plaster(x, y)));
    },
    bump: (x, y) => 0.03 * plaster(x, y),
    bumpStep: 0.03,
  });

  // A heavy curtain in the right background.
  mesh.add(
    surface(240, 40, (u, v) => {
      const x = 1.9 + 7 * u;
      const y = 11 - 13 * v;
      const z =
        -4.9 +
        0.34 * Math.sin(x * 5.2 + 0.5 * Math.sin(y * 0.35)) +
        0.2 * Math.sin(x * 2.1 + 1 + 0.12 * y) +
        0.12 * noise(x * 1.4, y * 0.3, 2);
      return [x + 0.12 * Math.sin(x * 5.2 + 1.1), y, z];
    }),
    {
      kind: 'opaque',
      roughness: 0.9,
      gloss: 0.015,
      color: (x, y, z, out) =>
        blend(srgb('#4a3a33'), srgb('#65504a'), 0.5 + fbm(x * 6, y * 1.2, z * 6, 4), out),
    },
  );

  jug(mesh);
  bowl(mesh);
  wineGlass(mesh, [2.42, 0, -0.55]);

  // The fruit that filled the bowl.
  const radii = [0.8, 0.74, 0.8, 0.76, 0.78, 0.46, 0.46, 0.46];
  const centres = settle(radii, BOWL_SPHERE, 12);
  const fruit = [
    apple(1.3, 0.75),
    orange(2),
    apple(4.1, 0.45),
    orange(5, 0.76),
    apple(2.6, 0.85),
    plum(3),
    plum(6),
    plum(9),
  ];
  centres.forEach((c, i) => {
    put(fruit[i], (part) => {
      const tipped = rotated(
        rotated(translated(part, [0, -radii[i], 0]), 0, 0.5 * Math.sin(i * 2.1)),
        2,
        0.45 * Math.cos(i * 1.7),
      );
      return translated(rotated(tipped, 1, i * 1.9), [BOWL[0] + c[0], BOWL[1] + c[1] + 0.17, BOWL[2] + c[2]]);
    });
  });

  // And what was left on the table.
  put(pear(2.2), (part) => translated(rotated(part, 1, 2.4), [-1.75, 0, 1.35]));
  put(pear(7.4), (part) =>
    translated(rotated(rotated(rotated(part, 1, 1.2), 2, 1.5), 1, 0.75), [0.35, 0.77, 2.15]),
  );
  put(plum(12), (part) => translated(rotated(part, 1, 1), [-2.75, 0, 1.1]));
  put(plum(15), (part) => translated(rotated(part, 1, 4), [0.95, 0, 1.75]));

  const linen = cloth();
  mesh.add(linen, {
    kind: 'opaque',
    roughness: 0.9,
    gloss: 0.012,
    transmit: 0.12,
    color: (x, y, _z, out) => {
      const slub = 0.5 * noise(x * 1.6, y * 55, 2) + 0.5 * noise(x * 55, y * 1.6, 6);
      blend(srgb('#bdb3a0'), srgb('#d6cebf'), 0.5 + 0.9 * slub, out);
      // Two woven stripes along the hem.
      const stripe = Math.min(Math.abs(x - 0.55), Math.abs(x - 0.85));
      towards(out, srgb('#5c7084'), 0.75 * smoothstep(0.075, 0.06, stripe));
    },
    bump: (x, y) => 0.006 * weave(x * 34, y * 34),
    bumpStep: 0.006,
  });
  let rest = 0;
  const at = [2.15, 1.7];
  for (const p of linen.points)
    if (Math.hypot((p[0] - at[0]) * 0.6, p[2] - at[1]) < 0.25) rest = Math.max(rest, p[1]);
  put(lemon(3), (part) => translated(rotated(part, 1, 0.5), [at[0], rest - 0.03, at[1]]));

  // Window: a warm sky behind glazing bars, out of frame on the left.
  /** @type {import("./tracer.mjs").Light} */
  const window = {
    kind: 'area',
    corner: [-9.5, 0.8, 5.2],
    edgeU: [0.6, 0, -6.4],
    edgeV: [0, 7.2, 0],
    radiance: (_x, y, _z, out) => {
      // Brighter from above: y is the way the light travels.
      const k = 9.5 * (0.75 - 0.5 * y);
      out[0] = k;
      out[1] = k * 0.86;
      out[2] = k * 0.68;
    },
  };
  mesh.add(quad(window.corner, window.edgeU, window.edgeV), { kind: 'light', light: 0 });
  const bar = { kind: /** @type {const} */ ('opaque'), roughness: 0.6, color: plain(srgb('#8a8275')) };
  for (const z of [-1.4, 0.9, 3.2, 5.4]) mesh.add(translated(box(0.3, 9, 0.35, 0.02), [-8.6, 0, z]), bar);
  for (const y of [0.5, 3.2, 5.8]) mesh.add(translated(box(0.3, 0.3, 9, 0.02), [-8.6, y, 2]), bar);

  return {
    mesh,
    lights: [window],
    // What the rest of the room gives back: dim, cooler from above.
    background: (_x, y, z, out) => {
      const k = 0.2 + 0.08 * y + 0.06 * Math.max(0, z);
      out[0] = k * 0.95;
      out[1] = k;
      out[2] = k * 1.12;
    },
    camera: {
      eye: [0.2, 5.6, 12.6],
      target: [0.12, 1.0, 0],
      fov: 31.5,
      aperture: 0.11,
      focus: [0.2, 1.2, 0.7],
    },
  };
}

/** A jug in speckled cream glaze over stoneware. @param {Mesh} mesh */
function jug(mesh) {
  /** @type {Vec3} */
  const at = [-1.95, 0, -0.9];
  const glazed = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) =>
    smoothstep(0.5, 0.56, y + 0.12 * noise(x * 1.8, 1, z * 1.8) + 0.05 * noise(x * 5, 2, z * 5));
  /** @type {Material} */
  const material = {
    kind: 'opaque',
    roughness: 0.2,
    gloss: 0.05,
    color: (x, y, z, out) => {
      const g = glazed(x, y, z);
      const teal = smoothstep(2.3, 1.5, y + 0.7 * fbm(x * 1.2, y * 0.6, z * 1.2, 4));
      blend(srgb('#b9b8a6'), srgb('#58787a'), teal, out);
      // Iron specks that melted through the glaze.
      const speck = smoothstep(0.32, 0.5, noise(x * 19, y * 19, z * 19)) * 0.75;
      towards(out, srgb('#5b4632'), speck);
      towards(out, srgb('#7d5a41'), 1 - g);
      out[3] = 0.75 - 0.58 * g;
    },
    bump: (x, y, z) =>
      0.012 * glazed(x, y, z) +
      0.01 * Math.sin(y * 26 + noise(x, y, z)) * 0.25 +
      0.004 * fbm(x * 3, y * 3, z * 3, 2),
    bumpStep: 0.01,
  };
  const profile = [
    [0, 0.02],
    [0.72, 0],
    [0.8, 0.06],
    [0.98, 0.4],
    [1.17, 0.95],
    [1.16, 1.5],
    [0.93, 2.1],
    [0.67, 2.6],
    [0.6, 2.95],
    [0.68, 3.25],
    [0.76, 3.4],
    [0.75, 3.45],
    [0.7, 3.42],
    [0.6, 3.2],
    [0.53, 2.95],
    [0.6, 2.6],
    [0.85, 2.1],
    [1.05, 1.5],
    [1.05, 0.95],
    [0.85, 0.4],
    [0, 0.2],
  ];
  const body = lathe(profile, 120, 170, ([x, y, z], a) => {
    // The spout: pull the lip out to one side and up.
    const pull = Math.exp(-((Math.atan2(Math.sin(a), Math.cos(a)) / 0.42) ** 2)) * smoothstep(2.75, 3.45, y);
    return [x * (1 + 0.42 * pull), y + 0.1 * pull, z * (1 - 0.25 * pull)];
  });
  const turn = 2.6;
  mesh.add(translated(rotated(body, 1, turn), at), material);
  const handle = tube(
    [
      [-0.56, 3.05, 0],
      [-0.85, 3.25, 0],
      [-1.28, 3.12, 0],
      [-1.5, 2.6, 0],
      [-1.42, 1.95, 0],
      [-1.15, 1.5, 0],
      [-0.98, 1.38, 0],
    ],
    (t) => 0.13 + 0.05 * (2 * t - 1) ** 4,
    90,
    28,
  );
  mesh.add(translated(rotated(handle, 1, turn), at), material);
}

/** A wide bowl, dark glaze outside. @param {Mesh} mesh */
function bowl(mesh) {
  const inner = [];
  for (let i = 0; i <= 8; i++) {
    const y = 1.06 * (1 - i / 8) ** 1.5;
    inner.push([Math.sqrt(Math.max(0, BOWL_SPHERE ** 2 - (BOWL_SPHERE - y) ** 2)), y + 0.17]);
  }
  const profile = [
    [0, 0.04],
    [0.7, 0.04],
    [0.74, 0],
    [0.86, 0],
    [0.9, 0.06],
    [0.92, 0.16],
    [1.2, 0.33],
    [1.6, 0.66],
    [1.88, 1.04],
    [1.99, 1.25],
    [1.98, 1.29],
    [1.93, 1.28],
    ...inner,
  ];
  mesh.add(translated(lathe(profile, 120, 150), BOWL), {
    kind: 'opaque',
    roughness: 0.18,
    gloss: 0.05,
    color: (x, y, z, out) => {
      const rim = smoothstep(1.12, 1.27, y + 0.05 * noise(x * 3, y * 3, z * 3));
      blend(srgb('#26384f'), srgb('#3d5876'), 0.5 + 1.1 * fbm(x * 1.1, y * 2.2, z * 1.1, 4), out);
      towards(out, srgb('#8a6a45'), 0.85 * rim);
      towards(out, srgb('#7d5a41'), smoothstep(0.2, 0.14, y));
    },
    bump: (x, y, z) => 0.006 * fbm(x * 3, y * 3, z * 3, 2) + 0.0035 * Math.sin(y * 40),
    bumpStep: 0.01,
  });
}

/** @param {Mesh} mesh @param {Vec3} at */
function wineGlass(mesh, at) {
  const sample = (/** @type {number[][]} */ points, /** @type {number} */ n) =>
    Array.from({ length: n + 1 }, (_, i) => spline(points, i / n));
  const outer = sample(
    [
      [0, 0.005],
      [0.5, 0],
      [0.74, 0.02],
      [0.77, 0.05],
      [0.72, 0.07],
      [0.4, 0.12],
      [0.14, 0.22],
      [0.085, 0.5],
      [0.08, 1.0],
      [0.12, 1.34],
      [0.4, 1.5],
      [0.72, 1.86],
      [0.83, 2.3],
      [0.78, 2.8],
      [0.66, 3.3],
      [0.645, 3.33],
    ],
    120,
  );
  const inner = sample(
    [
      [0.645, 3.33],
      [0.63, 3.3],
      [0.745, 2.8],
      [0.79, 2.3],
      [0.68, 1.89],
      [0.38, 1.56],
      [0, 1.46],
    ],
    80,
  );
  const level = inner.findIndex(([, y]) => y < 2.28);
  const wine = { index: 1.34, absorb: /** @type {Vec3} */ ([0.42, 3.1, 2.7]) };
  /** @type {Material} */
  const airToGlass = { kind: 'glass', outside: 1, inside: 1.5 };
  const raise = (/** @type {number[][]} */ profile) =>
    translated(lathe(profile, 128, (profile.length - 1) * 2), at);
  mesh.add(raise([...outer, ...inner.slice(1, level + 1)]), airToGlass);
  mesh.add(raise(inner.slice(level)), {
    kind: 'glass',
    outside: wine.index,
    inside: 1.5,
    absorbOutside: wine.absorb,
  });
  const [r, y] = inner[level];
  mesh.add(
    raise([
      [r, y],
      [r * 0.97, y - 0.02],
      [r * 0.6, y - 0.025],
      [0, y - 0.025],
    ]),
    {
      kind: 'glass',
      outside: 1,
      inside: wine.index,
      absorbInside: wine.absorb,
    },
  );
}

/** A crumpled cloth that hangs over the edge of the table. */
function cloth() {
  const [width, height] = [5.2, 3.8];
  const solid = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    // The table: a half-space with a rounded front edge.
    const qy = y + 0.12;
    const qz = z - TABLE_FRONT + 0.12;
    const table = Math.min(Math.max(qy, qz), 0) + Math.hypot(Math.max(qy, 0), Math.max(qz, 0)) - 0.12;
    const dx = x - BOWL[0];
    const dz = z - BOWL[2];
    const dish = Math.hypot(dx, y - BOWL_SPHERE - 0.1, dz) - (BOWL_SPHERE + 0.08);
    const glass = Math.hypot(x - 2.42, z + 0.55) - 0.85;
    return Math.min(table, Math.max(dish, y - 1.3), glass);
  };
  const settled = drape({
    width,
    height,
    spacing: 0.065,
    solid,
    steps: 170,
    bend: 0.25,
    friction: 0.9,
    gravity: 0.0012,
    creased: true,
    place: (u, v) => {
      // Pushed together into ridges that wander, fork and fade.
      const a = 0.3;
      const ridge = (/** @type {number} */ s) => (0.5 + 0.5 * Math.cos(2 * Math.PI * s)) ** 1.7;
      const s = u * 5.2 + 0.9 * noise(u * 2.2, v * 1.7, 3) + 0.5 * v;
      const t = u * 2.1 - v * 2.6 + 0.8 * noise(u * 2, v * 2, 9);
      const lift =
        0.42 * ridge(s) * (0.45 + 0.75 * noise(u * 3 + 5, v * 1.6, 6.5) + 0.35 * v) +
        0.2 * ridge(t) * (1 - v) +
        0.05 * noise(u * 14, v * 10, 2);
      const x = (u - 0.5) * 3.5 + 0.14 * Math.sin(2 * Math.PI * s) + 0.1 * Math.sin(v * 6);
      const z = (v - 0.5) * 3.1 + 0.12 * noise(u * 4, v * 3, 8);
      return [
        2.15 + x * Math.cos(a) + z * Math.sin(a),
        0.04 + Math.max(0, lift),
        2.65 - x * Math.sin(a) + z * Math.cos(a),
      ];
    },
  });
  return clothSurface(settled, 2, width, height);
}
