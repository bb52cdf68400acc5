// What surfaces do with light.

/** Colour at a rest place: write red, green, blue to out[0..2]; out[3] holds
 * the material's roughness and may be overwritten.
 * @typedef {(x: number, y: number, z: number, out: Float64Array) => void} Texture */

/** @typedef {object} Material
 * @property {"opaque" | "metal" | "glass" | "light"} kind
 * @property {Texture} [color] reflectance, linear
 * @property {number} [roughness] of the gloss, 0 to 1 (alpha is its square)
 * @property {number} [gloss] reflectance of the coat at normal incidence; 0 for none
 * @property {number} [transmit] share of the diffuse light that passes through (thin cloth)
 * @property {(x: number, y: number, z: number) => number} [bump] height, in world units
 * @property {number} [bumpStep] distance over which the height is differentiated
 * @property {number} [inside] refractive index behind the surface (glass)
 * @property {number} [outside] refractive index in front of it (glass)
 * @property {import("./vector.mjs").Vec3} [absorbInside] per unit length, behind
 * @property {import("./vector.mjs").Vec3} [absorbOutside] per unit length, in front
 * @property {number} [light] its number in the scene's list of lights
 */

/** The same colour everywhere.
 * @param {import("./vector.mjs").Vec3} rgb @returns {Texture} */
export const plain = (rgb) => (_x, _y, _z, out) => {
  out[0] = rgb[0];
  out[1] = rgb[1];
  out[2] = rgb[2];
};

/** Write a blend of two colours.
 * @param {import("./vector.mjs").Vec3} a @param {import("./vector.mjs").Vec3} b
 * @param {number} t @param {Float64Array} out */
export function blend(a, b, t, out) {
  const s = Math.max(0, Math.min(1, t));
  out[0] = a[0] + (b[0] - a[0]) * s;
  out[1] = a[1] + (b[1] - a[1]) * s;
  out[2] = a[2] + (b[2] - a[2]) * s;
}

/** Pull what was written towards another colour.
 * @param {Float64Array} out @param {import("./vector.mjs").Vec3} to @param {number} t */
export function towards(out, to, t) {
  const s = Math.max(0, Math.min(1, t));
  for (let k = 0; k < 3; k++) out[k] += (to[k] - out[k]) * s;
}

/** Exact reflectance of a smooth boundary for unpolarised light (Fresnel).
 * @param {number} cosine of the incident angle @param {number} ratio of the indices, incident over far side */
export function fresnel(cosine, ratio) {
  const sin2 = ratio * ratio * (1 - cosine * cosine);
  if (sin2 >= 1) return 1;
  const far = Math.sqrt(1 - sin2);
  const s = (ratio * cosine - far) / (ratio * cosine + far);
  const p = (cosine - ratio * far) / (cosine + ratio * far);
  return (s * s + p * p) / 2;
}

/** Evaluates and samples an opaque surface: Lambert diffuse under (or instead
 * of) a GGX gloss (Walter 2007), Fresnel after Schlick 1994. Directions are in
 * the shading frame, normal along z; `set` fixes the outgoing one. */
export class Surface {
  red = 0;
  green = 0;
  blue = 0;
  /** Density of the sampled direction, per solid angle. */
  pdf = 0;
  // The sampled direction.
  x = 0;
  y = 0;
  z = 0;

  #ox = 0;
  #oy = 0;
  #oz = 1;
  #metal = false;
  #r = 0;
  #g = 0;
  #b = 0;
  #alpha = 1;
  #gloss = 0;
  #transmit = 0;
  #specularShare = 0;

  /** @param {Pick<Required<Material>, "kind" | "gloss" | "transmit">} m @param {Float64Array} color red, green, blue, roughness
   * @param {number} ox @param {number} oy @param {number} oz */
  set(m, color, ox, oy, oz) {
    this.#ox = ox;
    this.#oy = oy;
    this.#oz = oz;
    this.#metal = m.kind === 'metal';
    this.#r = color[0];
    this.#g = color[1];
    this.#b = color[2];
    this.#alpha = Math.max(0.0025, color[3] * color[3]);
    this.#gloss = m.gloss;
    this.#transmit = m.transmit;
    if (this.#metal) this.#specularShare = 1;
    else if (this.#gloss === 0) this.#specularShare = 0;
    else {
      const f = this.#gloss + (1 - this.#gloss) * (1 - oz) ** 5;
      const diffuse = (0.3 * color[0] + 0.6 * color[1] + 0.1 * color[2]) * (1 - f);
      this.#specularShare = Math.min(0.9, Math.max(0.15, f / (f + diffuse + 1e-4)));
    }
  }

  /** Reflected share of the light from direction (x, y, z), cosine included,
   * into red, green, blue; its sampling density into pdf.
   * @param {number} x @param {number} y @param {number} z */
  evaluate(x, y, z) {
    this.red = this.green = this.blue = this.pdf = 0;
    const oz = this.#oz;
    const share = this.#specularShare;
    if (z <= 0) {
      if (this.#transmit > 0) {
        const k = (this.#transmit * -z) / Math.PI;
        this.red = this.#r * k;
        this.green = this.#g * k;
        this.blue = this.#b * k;
        this.pdf = (1 - share) * k;
      }
      return;
    }
    if (!this.#metal) {
      const gloss = this.#gloss;
      // Light that enters and leaves the coat (Ashikhmin and Shirley 2000).
      const through =
        gloss === 0
          ? 1
          : ((1 - gloss - (1 - gloss) * (1 - z) ** 5) * (1 - (gloss + (1 - gloss) * (1 - oz) ** 5))) /
            (1 - gloss);
      const k = (z / Math.PI) * (1 - this.#transmit);
      this.red = this.#r * k * through;
      this.green = this.#g * k * through;
      this.blue = this.#b * k * through;
      this.pdf = (1 - share) * k;
    }
    if (share > 0) {
      let hx = x + this.#ox;
      let hy = y + this.#oy;
      let hz = z + oz;
      const l = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
      hx *= l;
      hy *= l;
      hz *= l;
      const a2 = this.#alpha * this.#alpha;
      const q = hz * hz * (a2 - 1) + 1;
      const d = a2 / (Math.PI * q * q);
      const rootO = Math.sqrt(a2 + (1 - a2) * oz * oz);
      const rootI = Math.sqrt(a2 + (1 - a2) * z * z);
      // Height-correlated masking and shadowing, over 4 cosines (Heitz 2014).
      const visible = 0.5 / (z * rootO + oz * rootI);
      const f = (1 - (x * hx + y * hy + z * hz)) ** 5;
      const k = d * visible * z;
      if (this.#metal) {
        this.red = (this.#r + (1 - this.#r) * f) * k;
        this.green = (this.#g + (1 - this.#g) * f) * k;
        this.blue = (this.#b + (1 - this.#b) * f) * k;
      } else {
        const s = (this.#gloss + (1 - this.#gloss) * f) * k;
        this.red += s;
        this.green += s;
        this.blue += s;
      }
      // Density of the visible-normal sampling below.
      this.pdf += (share * d) / (2 * (oz + rootO));
    }
  }

  /** Draw an incoming direction into x, y, z and evaluate it.
   * @param {number} choice @param {number} u @param {number} v three random numbers */
  sample(choice, u, v) {
    const phi = 2 * Math.PI * u;
    if (choice < this.#specularShare) {
      // Visible normals of GGX (Heitz 2018).
      const a = this.#alpha;
      let sx = a * this.#ox;
      let sy = a * this.#oy;
      let sz = this.#oz;
      const l = 1 / Math.sqrt(sx * sx + sy * sy + sz * sz);
      sx *= l;
      sy *= l;
      sz *= l;
      const flat = sx * sx + sy * sy;
      const i = flat > 1e-14 ? 1 / Math.sqrt(flat) : 0;
      const t1x = flat > 1e-14 ? -sy * i : 1;
      const t1y = sx * i;
      const t2x = -sz * t1y;
      const t2y = sz * t1x;
      const t2z = sx * t1y - sy * t1x;
      const r = Math.sqrt(v);
      const p1 = r * Math.cos(phi);
      const s = 0.5 * (1 + sz);
      const p2 = (1 - s) * Math.sqrt(1 - p1 * p1) + s * r * Math.sin(phi);
      const p3 = Math.sqrt(Math.max(0, 1 - p1 * p1 - p2 * p2));
      let hx = a * (p1 * t1x + p2 * t2x + p3 * sx);
      let hy = a * (p1 * t1y + p2 * t2y + p3 * sy);
      let hz = Math.max(1e-7, p2 * t2z + p3 * sz);
      const m = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
      hx *= m;
      hy *= m;
      hz *= m;
      const k = 2 * (this.#ox * hx + this.#oy * hy + this.#oz * hz);
      this.x = k * hx - this.#ox;
      this.y = k * hy - this.#oy;
      this.z = k * hz - this.#oz;
      if (this.z <= 0) {
        this.red = this.green = this.blue = this.pdf = 0;
        return;
      }
    } else {
      const r = Math.sqrt(v);
      this.x = r * Math.cos(phi);
      this.y = r * Math.sin(phi);
      this.z = Math.sqrt(1 - v);
      // The remaining choice number, stretched back to [0, 1).
      if ((choice - this.#specularShare) / (1 - this.#specularShare) < this.#transmit) this.z = -this.z;
    }
    this.evaluate(this.x, this.y, this.z);
  }
}
