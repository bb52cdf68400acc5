// Unidirectional path tracer: next-event estimation and surface sampling,
// weighted against each other by the power heuristic (Veach 1997).

import { Bvh } from './bvh.mjs';
import { fresnel, Surface } from './material.mjs';
import { Sampler } from './rng.mjs';
import { cross, normalize, sub } from './vector.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */
/** Radiance travelling against (x, y, z), into out[0..2].
 * @typedef {(x: number, y: number, z: number, out: Float64Array) => void} Radiance */

/** A light is either a one-sided parallelogram or a far disc such as the sun.
 * @typedef {{ kind: "area", corner: Vec3, edgeU: Vec3, edgeV: Vec3, radiance: Radiance }
 *   | { kind: "sun", direction: Vec3, cosRadius: number, radiance: Radiance }} Light */

/** @typedef {object} Scene
 * @property {import("./mesh.mjs").Mesh} mesh
 * @property {Light[]} lights
 * @property {Radiance} background
 * @property {{ eye: Vec3, target: Vec3, fov: number, aperture: number, focus: Vec3, shiftY?: number }} camera
 *   fov is the full angle in degrees, shiftY slides the frame (in its heights) to keep verticals upright
 */

/** Numbers kept per pixel: colour, mean square of brightness, albedo, normal, depth. */
export const CHANNELS = 11;
const MAX_DEPTH = 9;
// Light arriving by way of another surface is cut off here, against sparkles.
const CLAMP = 2;

/** @param {Scene} scene @param {number} size @param {number} samples
 * @returns {import("./rows.mjs").RenderRow} writing CHANNELS numbers per pixel */
export function tracer(scene, size, samples) {
  const { mesh, lights, background, camera } = scene;
  // One shape for all, so that reading a field is cheap.
  const materials = mesh.materials.map((m) => ({
    kind: m.kind,
    color: m.color,
    roughness: m.roughness ?? 0.5,
    gloss: m.gloss ?? 0.04,
    transmit: m.transmit ?? 0,
    bump: m.bump,
    bumpStep: m.bumpStep ?? 0.002,
    inside: m.inside ?? 1,
    outside: m.outside ?? 1,
    absorbInside: m.absorbInside,
    absorbOutside: m.absorbOutside,
    light: m.light ?? -1,
  }));
  const bvh = new Bvh(mesh.points, mesh.triangles);
  const order = bvh.order;
  const corners = bvh.corners;
  const triangles = Uint32Array.from(mesh.triangles);
  const normals = Float32Array.from(mesh.normals);
  const rest = Float32Array.from(mesh.rest);
  const materialOf = Uint16Array.from(order, (t) => mesh.materialOf[t]);
  // Lights never block each other's light.
  const isLight = Uint8Array.from(materialOf, (m) => (materials[m].kind === 'light' ? 1 : 0));

  const lamps = lights.map((light) => {
    if (light.kind === 'sun') {
      const w = normalize(light.direction);
      const u = normalize(cross(Math.abs(w[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0], w));
      return {
        ...light,
        w,
        u,
        v: cross(w, u),
        pdf: 1 / (2 * Math.PI * (1 - light.cosRadius)),
        n: w,
        area: 0,
      };
    }
    const n = cross(light.edgeU, light.edgeV);
    return { ...light, n: normalize(n), area: Math.hypot(...n), pdf: 0, w: n, u: n, v: n };
  });

  const forward = normalize(sub(camera.target, camera.eye));
  const right = normalize(cross(forward, [0, 1, 0]));
  const up = cross(right, forward);
  const half = Math.tan((camera.fov * Math.PI) / 360);
  const toFocus = sub(camera.focus, camera.eye);
  const focal = toFocus[0] * forward[0] + toFocus[1] * forward[1] + toFocus[2] * forward[2];
  const [ex, ey, ez] = camera.eye;

  const sampler = new Sampler();
  const surface = new Surface();
  const color = new Float64Array(4);
  const glow = new Float64Array(3);
  const out = new Float64Array(CHANNELS);

  /** Trace one path into `out`.
   * @param {number} ox @param {number} oy @param {number} oz
   * @param {number} dx @param {number} dy @param {number} dz */
  function path(ox, oy, oz, dx, dy, dz) {
    out.fill(0);
    let tr = 1;
    let tg = 1;
    let tb = 1;
    let pdf = 0; // of the last direction; 0 stands for a mirror-like bounce
    let seen = false; // has the first surface that is not clear been recorded?
    let travelled = 0;
    let bounces = 0;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const limit = bounces === 0 ? Infinity : CLAMP;
      const hit = bvh.intersect(ox, oy, oz, dx, dy, dz, Infinity);
      if (hit < 0) {
        background(dx, dy, dz, glow);
        out[0] += Math.min(limit, tr * glow[0]);
        out[1] += Math.min(limit, tg * glow[1]);
        out[2] += Math.min(limit, tb * glow[2]);
        if (!seen) out[4] = out[5] = out[6] = 1;
        return;
      }
      const { t, u, v } = bvh;
      const material = materials[materialOf[hit]];
      travelled += t;
      const c = hit * 9;
      const e1x = corners[c + 3];
      const e1y = corners[c + 4];
      const e1z = corners[c + 5];
      const e2x = corners[c + 6];
      const e2y = corners[c + 7];
      const e2z = corners[c + 8];
      let gx = e1y * e2z - e1z * e2y;
      let gy = e1z * e2x - e1x * e2z;
      let gz = e1x * e2y - e1y * e2x;
      let l = 1 / Math.sqrt(gx * gx + gy * gy + gz * gz);
      gx *= l;
      gy *= l;
      gz *= l;
      const front = gx * dx + gy * dy + gz * dz < 0;

      if (material.kind === 'light') {
        const lamp = lamps[material.light];
        if (front) {
          let weight = 1;
          if (pdf > 0) {
            const p = (t * t) / (-(gx * dx + gy * dy + gz * dz) * lamp.area);
            weight = (pdf * pdf) / (pdf * pdf + p * p);
          }
          lamp.radiance(-dx, -dy, -dz, glow);
          out[0] += Math.min(limit, tr * glow[0] * weight);
          out[1] += Math.min(limit, tg * glow[1] * weight);
          out[2] += Math.min(limit, tb * glow[2] * weight);
        }
        if (!seen) {
          out[4] = out[5] = out[6] = 1;
          out[10] = travelled;
        }
        return;
      }

      const i0 = triangles[order[hit] * 3] * 3;
      const i1 = triangles[order[hit] * 3 + 1] * 3;
      const i2 = triangles[order[hit] * 3 + 2] * 3;
      const w = 1 - u - v;
      let nx = normals[i0] * w + normals[i1] * u + normals[i2] * v;
      let ny = normals[i0 + 1] * w + normals[i1 + 1] * u + normals[i2 + 1] * v;
      let nz = normals[i0 + 2] * w + normals[i1 + 2] * u + normals[i2 + 2] * v;
      l = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz || 1);
      if (!front) {
        gx = -gx;
        gy = -gy;
        gz = -gz;
        l = -l;
      }
      nx *= l;
      ny *= l;
      nz *= l;
      const px = ox + dx * t;
      const py = oy + dy * t;
      const pz = oz + dz * t;

      if (material.kind === 'glass') {
        const absorb = front ? material.absorbOutside : material.absorbInside;
        if (absorb) {
          tr *= Math.exp(-absorb[0] * t);
          tg *= Math.exp(-absorb[1] * t);
          tb *= Math.exp(-absorb[2] * t);
        }
        const n1 = front ? material.outside : material.inside;
        const n2 = front ? material.inside : material.outside;
        let cosine = -(nx * dx + ny * dy + nz * dz);
        if (cosine < 1e-3) {
          nx = gx;
          ny = gy;
          nz = gz;
          cosine = -(nx * dx + ny * dy + nz * dz);
        }
        const ratio = n1 / n2;
        const f = fresnel(cosine, ratio);
        sampler.next();
        // On the way from the camera, reflections are worth more samples than
        // their share of the light: a window in a glass is faint but bright.
        const p = bounces === 0 && depth < 4 && f < 1 ? Math.max(f, 0.25) : f;
        const reflects = sampler.u < p;
        const share = p === f ? 1 : reflects ? f / p : (1 - f) / (1 - p);
        tr *= share;
        tg *= share;
        tb *= share;
        let side;
        if (reflects) {
          dx += 2 * cosine * nx;
          dy += 2 * cosine * ny;
          dz += 2 * cosine * nz;
          side = 1e-5;
        } else {
          const k = ratio * cosine - Math.sqrt(1 - ratio * ratio * (1 - cosine * cosine));
          dx = ratio * dx + k * nx;
          dy = ratio * dy + k * ny;
          dz = ratio * dz + k * nz;
          side = -1e-5;
        }
        ox = px + gx * side;
        oy = py + gy * side;
        oz = pz + gz * side;
        pdf = 0;
        continue;
      }

      const rx = rest[i0] * w + rest[i1] * u + rest[i2] * v;
      const ry = rest[i0 + 1] * w + rest[i1 + 1] * u + rest[i2 + 1] * v;
      const rz = rest[i0 + 2] * w + rest[i1 + 2] * u + rest[i2 + 2] * v;

      // A frame around the normal (Duff et al. 2017).
      let sign = nz < 0 ? -1 : 1;
      let a = -1 / (sign + nz);
      let b = nx * ny * a;
      let ux = 1 + sign * nx * nx * a;
      let uy = sign * b;
      let uz = -sign * nx;
      let vx = b;
      let vy = sign + ny * ny * a;
      let vz = -ny;

      if (material.bump && bounces < 2) {
        // How the rest place moves along the two tangents, by the triangle's
        // own edges; then tilt the normal against the slope (Blinn 1978).
        const m11 = e1x * e1x + e1y * e1y + e1z * e1z;
        const m12 = e1x * e2x + e1y * e2y + e1z * e2z;
        const m22 = e2x * e2x + e2y * e2y + e2z * e2z;
        const det = 1 / (m11 * m22 - m12 * m12 || 1e-30);
        const h = material.bumpStep;
        const height = material.bump(rx, ry, rz);
        const slope = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
          const d1 = e1x * x + e1y * y + e1z * z;
          const d2 = e2x * x + e2y * y + e2z * z;
          const s = (m22 * d1 - m12 * d2) * det * h;
          const r = (m11 * d2 - m12 * d1) * det * h;
          const moved = /** @type {NonNullable<typeof material.bump>} */ (material.bump)(
            rx + s * (rest[i1] - rest[i0]) + r * (rest[i2] - rest[i0]),
            ry + s * (rest[i1 + 1] - rest[i0 + 1]) + r * (rest[i2 + 1] - rest[i0 + 1]),
            rz + s * (rest[i1 + 2] - rest[i0 + 2]) + r * (rest[i2 + 2] - rest[i0 + 2]),
          );
          return (moved - height) / h;
        };
        const side = front ? 1 : -1;
        const su = slope(ux, uy, uz) * side;
        const sv = slope(vx, vy, vz) * side;
        nx -= su * ux + sv * vx;
        ny -= su * uy + sv * vy;
        nz -= su * uz + sv * vz;
        l = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
        nx *= l;
        ny *= l;
        nz *= l;
      }
      let facing = -(nx * dx + ny * dy + nz * dz);
      if (facing < 0.02) {
        // Bend a normal that looks away back into view.
        nx -= dx * (0.02 - facing);
        ny -= dy * (0.02 - facing);
        nz -= dz * (0.02 - facing);
        l = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
        nx *= l;
        ny *= l;
        nz *= l;
        facing = -(nx * dx + ny * dy + nz * dz);
      }
      sign = nz < 0 ? -1 : 1;
      a = -1 / (sign + nz);
      b = nx * ny * a;
      ux = 1 + sign * nx * nx * a;
      uy = sign * b;
      uz = -sign * nx;
      vx = b;
      vy = sign + ny * ny * a;
      vz = -ny;

      color[3] = material.roughness;
      /** @type {import("./material.mjs").Texture} */ (material.color)(rx, ry, rz, color);
      // After the first bounce every gloss is a soft one: sharp highlights seen
      // by way of another surface only sparkle (Kaplanyan and Dachsbacher 2013).
      if (bounces > 0 && color[3] < 0.5) color[3] = 0.5;
      if (!seen) {
        seen = true;
        const metal = material.kind === 'metal';
        out[4] = metal ? 0.8 : color[0];
        out[5] = metal ? 0.8 : color[1];
        out[6] = metal ? 0.8 : color[2];
        out[7] = nx;
        out[8] = ny;
        out[9] = nz;
        out[10] = travelled;
      }
      surface.set(material, color, -(ux * dx + uy * dy + uz * dz), -(vx * dx + vy * dy + vz * dz), facing);

      // Light straight from the lamps: all of them at first, later one.
      const few = bounces > 0 && lamps.length > 1;
      let only = -1;
      if (few) {
        sampler.next();
        only = Math.min(lamps.length - 1, Math.floor(sampler.u * lamps.length));
      }
      for (let k = 0; k < lamps.length; k++) {
        if (few && k !== only) continue;
        const lamp = lamps[k];
        sampler.next();
        let lx;
        let ly;
        let lz;
        let far;
        let density;
        if (lamp.kind === 'sun') {
          const z = 1 - sampler.u * (1 - lamp.cosRadius);
          const r = Math.sqrt(1 - z * z);
          const x = r * Math.cos(2 * Math.PI * sampler.v);
          const y = r * Math.sin(2 * Math.PI * sampler.v);
          lx = lamp.u[0] * x + lamp.v[0] * y + lamp.w[0] * z;
          ly = lamp.u[1] * x + lamp.v[1] * y + lamp.w[1] * z;
          lz = lamp.u[2] * x + lamp.v[2] * y + lamp.w[2] * z;
          far = 1e6;
          density = lamp.pdf;
        } else {
          lx = lamp.corner[0] + lamp.edgeU[0] * sampler.u + lamp.edgeV[0] * sampler.v - px;
          ly = lamp.corner[1] + lamp.edgeU[1] * sampler.u + lamp.edgeV[1] * sampler.v - py;
          lz = lamp.corner[2] + lamp.edgeU[2] * sampler.u + lamp.edgeV[2] * sampler.v - pz;
          far = Math.sqrt(lx * lx + ly * ly + lz * lz);
          lx /= far;
          ly /= far;
          lz /= far;
          const cosine = -(lamp.n[0] * lx + lamp.n[1] * ly + lamp.n[2] * lz);
          if (cosine <= 1e-4) continue;
          density = (far * far) / (cosine * lamp.area);
        }
        const gn = gx * lx + gy * ly + gz * lz;
        const z = nx * lx + ny * ly + nz * lz;
        if (gn * z <= 0) continue; // the two normals disagree about the side
        surface.evaluate(ux * lx + uy * ly + uz * lz, vx * lx + vy * ly + vz * lz, z);
        if (surface.red + surface.green + surface.blue <= 0) continue;
        const { red, green, blue, pdf: other } = surface;
        const off = gn > 0 ? 1e-4 : -1e-4;
        if (bvh.intersect(px + gx * off, py + gy * off, pz + gz * off, lx, ly, lz, far - 2e-4, isLight) >= 0)
          continue;
        lamp.radiance(-lx, -ly, -lz, glow);
        let weight = few ? lamps.length / density : 1 / density;
        if (lamp.kind === 'area') weight *= (density * density) / (density * density + other * other);
        out[0] += Math.min(limit, tr * red * glow[0] * weight);
        out[1] += Math.min(limit, tg * green * glow[1] * weight);
        out[2] += Math.min(limit, tb * blue * glow[2] * weight);
      }

      sampler.next();
      const choice = sampler.u;
      const roulette = sampler.v;
      sampler.next();
      surface.sample(choice, sampler.u, sampler.v);
      if (surface.pdf <= 0) return;
      dx = ux * surface.x + vx * surface.y + nx * surface.z;
      dy = uy * surface.x + vy * surface.y + ny * surface.z;
      dz = uz * surface.x + vz * surface.y + nz * surface.z;
      const gn = gx * dx + gy * dy + gz * dz;
      if (gn * surface.z <= 0) return;
      pdf = surface.pdf;
      tr *= surface.red / pdf;
      tg *= surface.green / pdf;
      tb *= surface.blue / pdf;
      if (++bounces > 1) {
        const keep = Math.min(0.95, Math.max(tr, tg, tb));
        if (roulette >= keep) return;
        tr /= keep;
        tg /= keep;
        tb /= keep;
      }
      const off = gn > 0 ? 1e-4 : -1e-4;
      ox = px + gx * off;
      oy = py + gy * off;
      oz = pz + gz * off;
    }
  }

  /** Render one row of pixels.
   * @param {number} row @param {Float32Array} film CHANNELS numbers per pixel */
  return function renderRow(row, film) {
    const sum = new Float64Array(CHANNELS);
    for (let column = 0; column < size; column++) {
      sum.fill(0);
      for (let s = 0; s < samples; s++) {
        sampler.start(row * size + column, s);
        sampler.next();
        // A tent filter one pixel to each side.
        const tent = (/** @type {number} */ r) => (r < 0.5 ? Math.sqrt(2 * r) - 1 : 1 - Math.sqrt(2 - 2 * r));
        const x = (2 * (column + 0.5 + tent(sampler.u))) / size - 1;
        const y = 1 - (2 * (row + 0.5 + tent(sampler.v))) / size + 2 * (camera.shiftY ?? 0);
        sampler.next();
        const radius = camera.aperture * Math.sqrt(sampler.u);
        const angle = 2 * Math.PI * sampler.v;
        const lensX = radius * Math.cos(angle);
        const lensY = radius * Math.sin(angle);
        const sx = x * half * focal - lensX;
        const sy = y * half * focal - lensY;
        let dx = right[0] * sx + up[0] * sy + forward[0] * focal;
        let dy = right[1] * sx + up[1] * sy + forward[1] * focal;
        let dz = right[2] * sx + up[2] * sy + forward[2] * focal;
        const l = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
        dx *= l;
        dy *= l;
        dz *= l;
        path(
          ex + right[0] * lensX + up[0] * lensY,
          ey + right[1] * lensX + up[1] * lensY,
          ez + right[2] * lensX + up[2] * lensY,
          dx,
          dy,
          dz,
        );
        const brightness = 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2];
        out[3] = brightness * brightness;
        for (let k = 0; k < CHANNELS; k++) sum[k] += out[k];
      }
      const base = (row * size + column) * CHANNELS;
      for (let k = 0; k < CHANNELS; k++) film[base + k] = sum[k] / samples;
    }
  };
}
