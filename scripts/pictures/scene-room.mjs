// A quiet room in the afternoon: coloured walls, sun through one window, a
// round table under a long cloth. Lengths are in metres.

import { clothSurface, drape, weave } from './cloth.mjs';
import { lemon, pear } from './fruit.mjs';
import { blend, plain, towards } from './material.mjs';
import { box, lathe, Mesh, mapped, quad, rotated, surface, translated, tube } from './mesh.mjs';
import { fbm, noise } from './noise.mjs';
import { random } from './rng.mjs';
import { tracer } from './tracer.mjs';
import { normalize, smoothstep, srgb } from './vector.mjs';
import { wood } from './wood.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */
/** @typedef {import("./material.mjs").Material} Material */

export const look = { exposure: 2.1, contrast: 0.78, grain: 0.03 };

const LEFT = -2.1;
const RIGHT = 2.1;
const BACK = -2.4;
const FRONT = 4.2;
const HEIGHT = 2.75;
const WINDOW = { z0: -1.55, z1: -0.35, y0: 0.82, y1: 2.3 };
/** @type {Vec3} */
const TABLE = [0.42, 0, -0.85];
const TABLE_RADIUS = 0.52;
const TABLE_TOP = 0.74;

/** Painted plaster: even from afar, brushed and patchy from near.
 * @param {string} hex @param {0 | 2} along which way the wall runs @returns {Material} */
function paint(hex, along) {
  const base = srgb(hex);
  return {
    kind: 'opaque',
    roughness: 0.75,
    gloss: 0.025,
    color: (x, y, z, out) => {
      const s = along === 0 ? x : z;
      const cloudy =
        0.55 * fbm(s * 1.1, y * 1.1, 3.3, 4) +
        0.25 * noise(s * 9, y * 5, 1) +
        0.12 * noise(s * 60, y * 30, 2);
      for (let k = 0; k < 3; k++) out[k] = base[k] * (1 + 0.24 * cloudy);
    },
    bump: (x, y, z) => {
      const s = along === 0 ? x : z;
      return 0.0025 * fbm(s * 5, y * 5, 1, 2) + 0.0007 * noise(s * 70, y * 40, 5);
    },
    bumpStep: 0.004,
  };
}

/** @type {(size: number, samples: number) => import("./rows.mjs").RenderRow} */
export const rows = (size, samples) => tracer(build(), size, samples);

/** @returns {import("./tracer.mjs").Scene} */
function build() {
  const mesh = new Mesh();
  shell(mesh);
  furnish(mesh);

  // The sky fills the window from just outside; the sun comes past it.
  const { z0, z1, y0, y1 } = WINDOW;
  /** @type {import("./tracer.mjs").Light} */
  const sky = {
    kind: 'area',
    corner: [LEFT - 0.32, y0 - 0.1, z1 + 0.1],
    edgeU: [0, 0, z0 - z1 - 0.2],
    edgeV: [0, y1 - y0 + 0.2, 0],
    radiance: (_x, y, _z, out) => {
      // Light on its way down comes from the sky, on its way up from the ground.
      const up = smoothstep(0.12, -0.35, y);
      out[0] = 9 + 7 * up;
      out[1] = 9 + 9 * up;
      out[2] = 7 + 13 * up;
    },
  };
  mesh.add(quad(sky.corner, sky.edgeU, sky.edgeV), { kind: 'light', light: 0 });
  /** @type {import("./tracer.mjs").Light} */
  const sun = {
    kind: 'sun',
    direction: normalize([-0.82, 0.4, -0.22]),
    cosRadius: Math.cos(0.011),
    radiance: (_x, _y, _z, out) => {
      const k = 24 / (Math.PI * 0.011 ** 2);
      out[0] = k;
      out[1] = k * 0.83;
      out[2] = k * 0.6;
    },
  };
  return {
    mesh,
    lights: [sky, sun],
    background: (_x, _y, _z, out) => out.fill(0),
    camera: {
      eye: [0.85, 1.25, 2.75],
      target: [-0.32, 1.25, -1.2],
      fov: 44,
      aperture: 0.012,
      focus: [0.4, 1, -0.8],
      shiftY: -0.085,
    },
  };
}

/** Walls, floor, window. @param {Mesh} mesh */
function shell(mesh) {
  const oak = wood(srgb('#b08a62'), srgb('#7c5638'), 1.15, 9);
  mesh.add(quad([LEFT, 0, FRONT], [RIGHT - LEFT, 0, 0], [0, 0, BACK - FRONT]), {
    kind: 'opaque',
    roughness: 0.4,
    gloss: 0.04,
    // The boards run towards the back; the wood is modelled in decimetres.
    color: (x, _y, z, out) => oak(z * 10, 0, x * 10, out),
    bump: (x, _y, z) => 0.0006 * noise(z * 14, x * 200, 3),
    bumpStep: 0.002,
  });
  mesh.add(quad([LEFT, HEIGHT, BACK], [RIGHT - LEFT, 0, 0], [0, 0, FRONT - BACK]), paint('#d9d4c8', 0));
  // Back wall: rose above a painted line, blue-green below.
  const upper = paint('#b48b79', 0);
  const lower = paint('#5c7775', 0);
  mesh.add(quad([LEFT, 0, BACK], [RIGHT - LEFT, 0, 0], [0, HEIGHT, 0]), {
    ...upper,
    color: (x, y, z, out) => {
      const line = 0.98 + 0.002 * noise(x * 14, 4, 1);
      (y > line ? upper : lower).color?.(x, y, z, out);
    },
  });
  mesh.add(quad([RIGHT, 0, BACK], [0, 0, FRONT - BACK], [0, HEIGHT, 0]), paint('#cbb9a0', 2));
  mesh.add(quad([LEFT, 0, FRONT], [RIGHT - LEFT, 0, 0], [0, HEIGHT, 0]), paint('#cfc6b4', 0));
  // The window wall in four pieces, then the reveal.
  const cream = paint('#cfc3a6', 2);
  const { z0, z1, y0, y1 } = WINDOW;
  const wall = (
    /** @type {number} */ a,
    /** @type {number} */ b,
    /** @type {number} */ c,
    /** @type {number} */ d,
  ) => mesh.add(quad([LEFT, c, b], [0, 0, a - b], [0, d - c, 0]), cream);
  wall(BACK, z0, 0, HEIGHT);
  wall(z1, FRONT, 0, HEIGHT);
  wall(z0, z1, 0, y0);
  wall(z0, z1, y1, HEIGHT);
  const deep = 0.3;
  const reveal = paint('#d8d2c2', 2);
  mesh.add(quad([LEFT - deep, y0, z0], [deep, 0, 0], [0, 0, z1 - z0]), reveal);
  mesh.add(quad([LEFT - deep, y1, z0], [deep, 0, 0], [0, 0, z1 - z0]), reveal);
  mesh.add(quad([LEFT - deep, y0, z0], [deep, 0, 0], [0, y1 - y0, 0]), reveal);
  mesh.add(quad([LEFT - deep, y0, z1], [deep, 0, 0], [0, y1 - y0, 0]), reveal);
  /** @type {Material} */
  const white = { kind: 'opaque', roughness: 0.35, gloss: 0.045, color: plain(srgb('#d8d4c9')) };
  const x = LEFT - 0.2;
  const w = z1 - z0;
  const zc = (z0 + z1) / 2;
  for (const z of [z0 + 0.03, zc, z1 - 0.03])
    mesh.add(translated(box(0.05, y1 - y0, 0.055, 0.006), [x, y0, z]), white);
  for (const y of [y0, y0 + 0.48, y0 + 0.96, y1 - 0.055])
    mesh.add(translated(box(0.045, 0.05, w, 0.006), [x, y, zc]), white);
  mesh.add(translated(box(0.4, 0.035, w + 0.14, 0.008), [LEFT - 0.08, y0 - 0.035, zc]), white);
  // Skirting.
  mesh.add(translated(box(RIGHT - LEFT, 0.12, 0.02, 0.005), [0, 0, BACK + 0.01]), white);
  mesh.add(translated(box(0.02, 0.12, FRONT - BACK, 0.005), [RIGHT - 0.01, 0, (FRONT + BACK) / 2]), white);
  mesh.add(translated(box(0.02, 0.12, FRONT - BACK, 0.005), [LEFT + 0.01, 0, (FRONT + BACK) / 2]), white);
}

/** Everything that could be carried out. @param {Mesh} mesh */
function furnish(mesh) {
  // Curtains: thin, so that they glow.
  /** @type {Material} */
  const linen = {
    kind: 'opaque',
    roughness: 0.9,
    gloss: 0,
    transmit: 0.45,
    color: (x, y, z, out) =>
      blend(
        srgb('#cfc5b0'),
        srgb('#e0d9ca'),
        0.5 + 0.7 * noise(z * 40, y * 500, x * 9) + 0.5 * noise(z * 400, y * 20, 2),
        out,
      ),
  };
  const curtain = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ seed) =>
    mesh.add(
      surface(150, 60, (u, v) => {
        const y = 2.47 - 2.4 * v;
        const gather = 1 - 0.16 * Math.sin(Math.PI * Math.min(1, v * 1.2));
        const z = (from + to) / 2 + (u - 0.5) * (to - from) * gather;
        const fold =
          Math.sin(u * 44 + seed + 0.8 * noise(u * 3, v * 1.5, seed)) * (0.028 + 0.02 * v) +
          0.02 * noise(u * 7, v * 2, seed + 4);
        return [LEFT + 0.11 + fold, y, z + 0.012 * Math.cos(u * 44 + seed)];
      }),
      linen,
    );
  curtain(-2.12, -1.6, 1);
  curtain(-0.3, 0.28, 5);
  /** @type {Material} */
  const brass = { kind: 'metal', roughness: 0.35, color: plain(srgb('#b08d4f')) };
  mesh.add(
    tube(
      [
        [LEFT + 0.11, 2.49, -2.25],
        [LEFT + 0.11, 2.49, -1],
        [LEFT + 0.11, 2.49, 0.45],
      ],
      () => 0.013,
      20,
      14,
    ),
    brass,
  );

  // Table under its cloth.
  const solid = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    const r = Math.hypot(x, z) - TABLE_RADIUS + 0.012;
    const h = Math.abs(y - TABLE_TOP + 0.02) - 0.008;
    const top = Math.min(Math.max(r, h), 0) + Math.hypot(Math.max(r, 0), Math.max(h, 0)) - 0.012;
    return Math.min(top, y - 0.004);
  };
  const side = 2.05;
  const sheet = drape({
    width: side,
    height: side,
    spacing: 0.024,
    solid,
    steps: 330,
    bend: 0.1,
    friction: 0.6,
    gravity: 0.00011,
    place: (u, v) => [(u - 0.5) * side, TABLE_TOP + 0.012 + 0.004 * noise(u * 9, v * 9, 3), (v - 0.5) * side],
  });
  const cover = rotated(clothSurface(sheet, 2, side, side), 1, 0.5);
  mesh.add(translated(cover, TABLE), {
    kind: 'opaque',
    roughness: 0.85,
    gloss: 0.015,
    transmit: 0.1,
    color: (x, y, _z, out) => {
      const slub = 0.5 * noise(x * 30, y * 600, 1) + 0.5 * noise(x * 600, y * 30, 2);
      blend(srgb('#c2b08a'), srgb('#d8cbae'), 0.5 + 0.8 * slub, out);
      const rim = Math.min(x, y, side - x, side - y);
      towards(out, srgb('#7f3f36'), 0.8 * smoothstep(0.004, 0, Math.abs(rim - 0.12) - 0.016));
      towards(out, srgb('#7f3f36'), 0.7 * smoothstep(0.002, 0, Math.abs(rim - 0.165) - 0.004));
    },
    bump: (x, y) => 0.0008 * weave(x * 330, y * 330),
    bumpStep: 0.0008,
  });

  // On the table: a vase of dry stems, a dish, a lemon and a pear.
  const top = TABLE_TOP + 0.012;
  const vase = lathe(
    [
      [0, 0],
      [0.05, 0],
      [0.062, 0.008],
      [0.088, 0.07],
      [0.094, 0.13],
      [0.07, 0.2],
      [0.036, 0.25],
      [0.032, 0.285],
      [0.044, 0.305],
      [0.04, 0.307],
      [0.026, 0.28],
      [0.026, 0.25],
      [0, 0.2],
    ],
    96,
    120,
  );
  /** @type {Vec3} */
  const vaseAt = [TABLE[0] - 0.13, top, TABLE[2] - 0.08];
  mesh.add(translated(vase, vaseAt), {
    kind: 'opaque',
    roughness: 0.22,
    gloss: 0.05,
    color: (x, y, z, out) => {
      blend(
        srgb('#3f6672'),
        srgb('#86a3a0'),
        0.5 + 0.9 * fbm(x * 16, y * 9, z * 16, 4) + 2.6 * (y - 0.14),
        out,
      );
      towards(out, srgb('#8a5a3c'), smoothstep(0.03, 0.02, y + 0.008 * noise(x * 30, 1, z * 30)));
    },
    bump: (x, y, z) => 0.0006 * Math.sin(y * 420) + 0.002 * fbm(x * 20, y * 20, z * 20, 2),
    bumpStep: 0.001,
  });
  const next = random(41);
  /** @type {Material} */
  const straw = { kind: 'opaque', roughness: 0.8, gloss: 0.02, color: plain(srgb('#8a6d43')) };
  /** @type {Material} */
  const leaf = {
    kind: 'opaque',
    roughness: 0.6,
    gloss: 0.03,
    transmit: 0.3,
    color: (x, y, z, out) => blend(srgb('#6f7a4c'), srgb('#a3935a'), 0.5 + fbm(x * 9, y * 9, z * 9, 3), out),
  };
  for (let i = 0; i < 7; i++) {
    const a = next() * 6.28;
    const lean = 0.1 + 0.2 * next();
    const tall = 0.5 + 0.22 * next();
    const at = (/** @type {number} */ t) =>
      /** @type {Vec3} */ ([
        vaseAt[0] + Math.cos(a + 0.5 * t) * (0.015 + lean * t * t),
        vaseAt[1] + 0.2 + tall * t * (1 - 0.13 * t),
        vaseAt[2] + Math.sin(a + 0.5 * t) * (0.015 + lean * t * t),
      ]);
    mesh.add(
      tube(
        Array.from({ length: 8 }, (_, k) => at(k / 7)),
        (t) => 0.0032 - 0.002 * t,
        28,
        7,
      ),
      straw,
    );
    for (let k = 0; k < 11; k++) {
      const t = 0.36 + 0.064 * k;
      const p = at(t);
      const side = a + (k % 2 ? 1.2 : -1.2) + 0.7 * (next() - 0.5);
      const size = (0.085 - 0.04 * t) * (0.8 + 0.4 * next());
      const droop = 0.2 + 0.5 * next();
      const lift = next() * 0.6 - 0.1;
      mesh.add(
        surface(6, 12, (u, v) => {
          const half = (u - 0.5) * size * 0.42 * Math.sin(Math.PI * Math.min(1, v * 0.95 + 0.04)) ** 0.8;
          const out = size * v;
          return [
            p[0] + Math.cos(side) * out - Math.sin(side) * half,
            p[1] + lift * out - droop * out * out * 9 + Math.abs(half) * 0.5,
            p[2] + Math.sin(side) * out + Math.cos(side) * half,
          ];
        }),
        leaf,
      );
    }
  }
  const small = (
    /** @type {import("./fruit.mjs").Thing} */ thing,
    /** @type {number} */ turn,
    /** @type {Vec3} */ at,
  ) => {
    for (const { part, material } of thing)
      mesh.add(
        translated(
          mapped(rotated(part, 1, turn), (p) => [p[0] * 0.05, p[1] * 0.05, p[2] * 0.05]),
          at,
        ),
        { ...material, bump: undefined },
      );
  };
  small(lemon(2), 0.7, [TABLE[0] + 0.1, top, TABLE[2] + 0.22]);
  small(lemon(6), 2.1, [TABLE[0] + 0.19, top, TABLE[2] + 0.16]);
  small(pear(4), 1.2, [TABLE[0] + 0.23, top, TABLE[2] + 0.02]);

  picture(mesh);
  stool(mesh);
}

/** A framed picture on the back wall: bands of earth and sky. @param {Mesh} mesh */
function picture(mesh) {
  const [x, y, w, h] = [0.62, 1.42, 0.74, 0.92];
  const z = BACK + 0.03;
  mesh.add(quad([x - w / 2, y, z], [w, 0, 0], [0, h, 0]), {
    kind: 'opaque',
    roughness: 0.7,
    gloss: 0.03,
    color: (px, py, _z, out) => {
      const [u, v] = [(px - x) / w + 0.5, (py - y) / h];
      const mat = Math.min(u * w, (1 - u) * w, v * h, (1 - v) * h) < 0.085;
      if (mat) {
        blend(srgb('#cfc8b6'), srgb('#d9d3c4'), 0.5 + noise(px * 90, py * 90, 1), out);
        return;
      }
      const stroke = 0.05 * fbm(u * 3, v * 9, 2, 4) + 0.012 * noise(u * 60, v * 6, 4);
      const s = v + stroke;
      blend(srgb('#3d4f4a'), srgb('#7d7a52'), smoothstep(0.12, 0.4, s), out);
      if (s > 0.42) blend(srgb('#c99a5c'), srgb('#d8c9a4'), smoothstep(0.42, 0.6, s), out);
      if (s > 0.55) towards(out, srgb('#6f8fa0'), smoothstep(0.55, 0.88, s));
      const sun = Math.hypot((u - 0.62) * w, (v - 0.6) * h);
      towards(out, srgb('#b9694f'), smoothstep(0.058, 0.054, sun + stroke * 0.1));
      for (let k = 0; k < 3; k++) out[k] *= 0.9 + 0.2 * noise(u * 30, v * 110, 8);
    },
  });
  /** @type {Material} */
  const frame = {
    kind: 'opaque',
    roughness: 0.4,
    gloss: 0.04,
    color: (px, py, pz, out) => wood(srgb('#6a4a30'), srgb('#3a2618'), 40)(px * 10, pz * 10, py * 10, out),
  };
  const bar = 0.03;
  for (const s of [-1, 1]) {
    mesh.add(translated(box(bar, h + bar, 0.04, 0.004), [x + (s * w) / 2, y - bar / 2, BACK + 0.02]), frame);
    mesh.add(
      translated(box(w + bar, bar, 0.04, 0.004), [x, y + (s > 0 ? h - bar / 2 : -bar / 2), BACK + 0.02]),
      frame,
    );
  }
}

/** A low bench by the window with a folded blanket and a cushion. @param {Mesh} mesh */
function stool(mesh) {
  /** @type {Material} */
  const dark = {
    kind: 'opaque',
    roughness: 0.45,
    gloss: 0.04,
    color: (px, py, pz, out) => wood(srgb('#94704e'), srgb('#5d412d'), 4)(pz * 10, py * 10, px * 10, out),
  };
  const [cx, cz] = [-1.35, -1.0];
  mesh.add(translated(box(0.42, 0.045, 1.05, 0.012), [cx, 0.4, cz]), dark);
  for (const dx of [-0.16, 0.16])
    for (const dz of [-0.45, 0.45])
      mesh.add(translated(box(0.045, 0.4, 0.045, 0.008), [cx + dx, 0, cz + dz]), dark);
  // The cushion: a superellipsoid that thins towards its corners.
  const pillow = surface(
    72,
    36,
    (u, v) => {
      const [a, b] = [-2 * Math.PI * u, Math.PI * (v - 0.5)];
      const power = (/** @type {number} */ c, /** @type {number} */ e) => Math.sign(c) * Math.abs(c) ** e;
      const x = power(Math.cos(a), 0.42) * Math.max(1e-4, Math.cos(b)) ** 0.5;
      const z = power(Math.sin(a), 0.42) * Math.max(1e-4, Math.cos(b)) ** 0.5;
      const corner = 1 - 0.5 * Math.abs(x * z) ** 1.5;
      return [
        x * 0.21 * (1 - 0.07 * (1 - Math.abs(z))),
        power(Math.sin(b), 0.8) * 0.085 * corner + 0.006 * noise(x * 3, z * 3, 7),
        z * 0.21 * (1 - 0.07 * (1 - Math.abs(x))),
      ];
    },
    { closedU: true },
  );
  mesh.add(translated(rotated(rotated(pillow, 2, -1.1), 1, -0.12), [cx - 0.17, 0.63, cz - 0.24]), {
    kind: 'opaque',
    roughness: 0.9,
    gloss: 0.012,
    color: (x, y, z, out) => {
      blend(
        srgb('#b5893f'),
        srgb('#cda65a'),
        0.5 + 0.6 * noise(x * 300, y * 30, z * 30) + 0.6 * noise(x * 30, y * 30, z * 300),
        out,
      );
    },
    bump: (x, _y, z) => 0.0012 * weave(x * 230, z * 230),
    bumpStep: 0.001,
  });
  // A blanket over the bench, falling to the front.
  const [w, l] = [0.5, 1.15];
  const bench = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    const dx = Math.abs(x - cx) - 0.2;
    const dy = Math.abs(y - 0.42) - 0.015;
    const dz = Math.abs(z - cz) - 0.515;
    return Math.min(
      Math.hypot(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0)) +
        Math.min(Math.max(dx, dy, dz), 0) -
        0.012,
      y - 0.006,
    );
  };
  const blanket = drape({
    width: w,
    height: l,
    spacing: 0.017,
    solid: bench,
    steps: 260,
    bend: 0.25,
    friction: 0.85,
    gravity: 0.00018,
    creased: true,
    place: (u, v) => [
      cx + (v - 0.32) * 0.85,
      0.455 +
        0.035 *
          Math.max(0, Math.cos(u * 19 + 2.5 * noise(u * 2, v * 2, 3))) *
          (0.5 + 0.6 * noise(u * 3, v * 2, 5)),
      cz + 0.23 + (u - 0.5) * 0.42 + 0.1 * (v - 0.5),
    ],
  });
  mesh.add(clothSurface(blanket, 2, w, l), {
    kind: 'opaque',
    roughness: 0.95,
    gloss: 0.01,
    color: (x, y, _z, out) => {
      blend(srgb('#3f5566'), srgb('#587082'), 0.5 + 0.8 * noise(x * 260, y * 260, 1), out);
      const band = Math.abs(y - 1.0);
      towards(out, srgb('#cdbf9f'), 0.8 * smoothstep(0.003, 0, Math.abs(band - 0.02) - 0.012));
    },
    bump: (x, y) => 0.0012 * weave(x * 210, y * 210) + 0.001 * noise(x * 90, y * 90, 3),
    bumpStep: 0.001,
  });
}
