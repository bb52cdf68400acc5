// Triangle meshes made from parametric surfaces. Each vertex keeps, besides
// its place in the world, its place on the object as first modelled ("rest"
// place): solid textures are looked up there, so no surface needs unwrapping.

import { add, cross, normalize, scale, sub } from './vector.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */
/** @typedef {{ points: Vec3[], rest: Vec3[], triangles: number[] }} Part */

/** Sample a surface on a grid of (u, v) in [0, 1]².
 * @param {number} nu @param {number} nv cells along u and v
 * @param {(u: number, v: number) => Vec3} place
 * @param {{ closedU?: boolean, closedV?: boolean, rest?: (u: number, v: number, p: Vec3) => Vec3 }} [options]
 * @returns {Part} */
export function surface(nu, nv, place, options = {}) {
  const { closedU = false, closedV = false, rest = (_u, _v, p) => p } = options;
  const columns = closedU ? nu : nu + 1;
  const rows = closedV ? nv : nv + 1;
  /** @type {Part} */
  const part = { points: [], rest: [], triangles: [] };
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const p = place(i / nu, j / nv);
      part.points.push(p);
      part.rest.push(rest(i / nu, j / nv, p));
    }
  for (let j = 0; j < nv; j++)
    for (let i = 0; i < nu; i++) {
      const i1 = (i + 1) % columns;
      const j1 = (j + 1) % rows;
      const a = j * columns + i;
      const b = j * columns + i1;
      const c = j1 * columns + i1;
      const d = j1 * columns + i;
      part.triangles.push(a, b, c, a, c, d);
    }
  return part;
}

/** Catmull-Rom interpolation (1974) through control points.
 * @param {number[][]} points @param {number} t in [0, 1] @returns {number[]} */
export function spline(points, t) {
  const s = Math.min(t * (points.length - 1), points.length - 1 - 1e-9);
  const i = Math.floor(s);
  const f = s - i;
  const at = (/** @type {number} */ k) => points[Math.max(0, Math.min(points.length - 1, k))];
  const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
  return b.map(
    (_, k) =>
      b[k] +
      0.5 *
        f *
        (c[k] - a[k] + f * (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k] + f * (3 * (b[k] - c[k]) + d[k] - a[k]))),
  );
}

/** A surface of revolution about the y axis. A profile walked so that the body
 * lies on its left (upwards on the outside) gets outward normals.
 * @param {number[][]} profile control points [radius, height]
 * @param {number} around @param {number} along
 * @param {(p: Vec3, angle: number) => Vec3} [deform]
 * @returns {Part} */
export function lathe(profile, around = 96, along = 96, deform = (p) => p) {
  return surface(
    around,
    along,
    (u, v) => {
      const [r, y] = spline(profile, v);
      const angle = -2 * Math.PI * u;
      const radius = Math.max(r, 1e-5);
      return deform([radius * Math.cos(angle), y, radius * Math.sin(angle)], angle);
    },
    { closedU: true },
  );
}

/** @param {number} radius @param {number} [detail] @returns {Part} */
export function sphere(radius, detail = 64) {
  return surface(
    detail,
    detail / 2,
    (u, v) => {
      const [a, b] = [-2 * Math.PI * u, Math.PI * v];
      const s = Math.max(Math.sin(b), 1e-5);
      return [radius * s * Math.cos(a), -radius * Math.cos(b), radius * s * Math.sin(a)];
    },
    { closedU: true },
  );
}

/** A round tube along a smooth path.
 * @param {number[][]} path control points
 * @param {(t: number) => number} radius @param {number} [along] @param {number} [around]
 * @returns {Part} */
export function tube(path, radius, along = 64, around = 20) {
  /** @type {{ p: Vec3, n: Vec3, b: Vec3 }[]} */
  const frames = [];
  let /** @type {Vec3} */ normal = [0.31, 0.17, 0.93];
  for (let i = 0; i <= along; i++) {
    const p = /** @type {Vec3} */ (spline(path, i / along));
    const ahead = /** @type {Vec3} */ (spline(path, Math.min(1, (i + 0.5) / along)));
    const behind = /** @type {Vec3} */ (spline(path, Math.max(0, (i - 0.5) / along)));
    const t = normalize(sub(ahead, behind));
    // Carry the frame along instead of rebuilding it, so the tube cannot twist.
    const b = normalize(cross(t, normal));
    normal = cross(b, t);
    frames.push({ p, n: normal, b });
  }
  return surface(
    around,
    along,
    (u, v) => {
      const f = frames[Math.round(v * along)];
      const a = -2 * Math.PI * u;
      const r = radius(v);
      return add(f.p, add(scale(f.n, r * Math.cos(a)), scale(f.b, r * Math.sin(a))));
    },
    { closedU: true },
  );
}

/** A box with rounded edges, standing on y = 0 and centred in x and z.
 * @param {number} w @param {number} h @param {number} d @param {number} [round]
 * @returns {Part} */
export function box(w, h, d, round = 0.02) {
  const steps = 4;
  /** @type {Part} */
  const part = { points: [], rest: [], triangles: [] };
  const half = [w / 2, h / 2, d / 2];
  const r = Math.min(round, ...half);
  // Each face is a grid denser at its rim; pushing every point out from the
  // box shrunk by r to the distance r rounds the edges (and the normals).
  const ticks = (/** @type {number} */ s) => {
    const list = [];
    for (let i = 0; i <= steps; i++) list.push(-s + r - r * Math.cos((i / steps) * (Math.PI / 2)));
    return [...list, ...list.map((x) => -x).reverse()];
  };
  for (let axis = 0; axis < 3; axis++)
    for (const side of [-1, 1]) {
      const [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
      const [tb, tc] = [ticks(half[b]), ticks(half[c])];
      const base = part.points.length;
      for (const y of tc)
        for (const x of tb) {
          const p = [0, 0, 0];
          p[axis] = side * half[axis];
          p[b] = x;
          p[c] = y;
          const core = p.map((v, k) => Math.max(-half[k] + r, Math.min(half[k] - r, v)));
          const out = p.map((v, k) => v - core[k]);
          const l = Math.hypot(...out) || 1;
          const q = /** @type {Vec3} */ (core.map((v, k) => v + (out[k] / l) * r));
          q[1] += h / 2;
          part.points.push(q);
          part.rest.push(q);
        }
      const n = tb.length;
      for (let j = 0; j + 1 < tc.length; j++)
        for (let i = 0; i + 1 < n; i++) {
          const a = base + j * n + i;
          if (side > 0) part.triangles.push(a, a + 1, a + n + 1, a, a + n + 1, a + n);
          else part.triangles.push(a, a + n + 1, a + 1, a, a + n, a + n + 1);
        }
    }
  return part;
}

/** A parallelogram whose normal is edgeU × edgeV.
 * @param {Vec3} corner @param {Vec3} edgeU @param {Vec3} edgeV @returns {Part} */
export function quad(corner, edgeU, edgeV) {
  return surface(1, 1, (u, v) => add(corner, add(scale(edgeU, u), scale(edgeV, v))));
}

/** @param {Part} part @param {(p: Vec3) => Vec3} f @returns {Part} the same part, moved; rest places stay */
export function mapped(part, f) {
  return { ...part, points: part.points.map(f) };
}

/** @param {Part} part @param {Vec3} offset */
export const translated = (part, offset) => mapped(part, (p) => add(p, offset));

/** @param {Part} part @param {0 | 1 | 2} axis @param {number} angle in radians */
export function rotated(part, axis, angle) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
  return mapped(part, (p) => {
    const q = /** @type {Vec3} */ ([...p]);
    q[i] = c * p[i] - s * p[j];
    q[j] = s * p[i] + c * p[j];
    return q;
  });
}

/** All parts of a scene in the flat arrays the tracer reads. */
export class Mesh {
  /** @type {number[]} */ points = [];
  /** @type {number[]} */ normals = [];
  /** @type {number[]} */ rest = [];
  /** @type {number[]} */ triangles = [];
  /** @type {number[]} */ materialOf = [];
  /** @type {import("./material.mjs").Material[]} */ materials = [];

  /** @param {Part} part @param {import("./material.mjs").Material} material */
  add(part, material) {
    let m = this.materials.indexOf(material);
    if (m < 0) m = this.materials.push(material) - 1;
    const base = this.points.length / 3;
    const normals = part.points.map(() => /** @type {Vec3} */ ([0, 0, 0]));
    const t = part.triangles;
    for (let i = 0; i < t.length; i += 3) {
      const [a, b, c] = [part.points[t[i]], part.points[t[i + 1]], part.points[t[i + 2]]];
      const n = cross(sub(b, a), sub(c, a)); // its length weights by area
      if (n[0] === 0 && n[1] === 0 && n[2] === 0) continue;
      for (let k = 0; k < 3; k++) normals[t[i + k]] = add(normals[t[i + k]], n);
      this.triangles.push(base + t[i], base + t[i + 1], base + t[i + 2]);
      this.materialOf.push(m);
    }
    for (let i = 0; i < part.points.length; i++) {
      this.points.push(...part.points[i]);
      this.normals.push(...normalize(normals[i]));
      this.rest.push(...part.rest[i]);
    }
    return this;
  }
}
