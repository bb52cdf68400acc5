// The sky: sunlight scattered once by air and haze (Nishita et al. 1993), and
// two sheets of cloud. Lengths are in kilometres.

import { fbm } from './noise.mjs';
import { smoothstep } from './vector.mjs';

/** @typedef {import("./vector.mjs").Vec3} Vec3 */

const EARTH = 6360;
const TOP = 6420;
// Scattering per kilometre at sea level: air (Bucholtz 1995), haze, and the
// absorption of ozone (Hillaire 2020).
const AIR = [5.802e-3, 13.558e-3, 33.1e-3];
const HAZE = 6e-3;
const OZONE = [0.65e-3, 1.881e-3, 0.085e-3];
const AIR_SCALE = 8;
const HAZE_SCALE = 1.2;
const FORWARD = 0.76;

/** Distance to a sphere around the earth's centre from height r, cosine mu.
 * @param {number} r @param {number} mu @param {number} radius */
const toSphere = (r, mu, radius) => -r * mu + Math.sqrt(Math.max(0, radius * radius - r * r * (1 - mu * mu)));

/** Share of light that comes through from outside, into out[0..2].
 * @param {number} r @param {number} mu @param {number[] | Float64Array} out */
function transmittance(r, mu, out) {
  const far = toSphere(r, mu, TOP);
  let air = 0;
  let haze = 0;
  let ozone = 0;
  const n = 16;
  for (let i = 0; i < n; i++) {
    const t = ((i + 0.5) / n) ** 2 * far; // finer where the air is thick
    const dt = (((i + 1) / n) ** 2 - (i / n) ** 2) * far;
    const h = Math.sqrt(r * r + t * t + 2 * r * t * mu) - EARTH;
    air += Math.exp(-Math.max(0, h) / AIR_SCALE) * dt;
    haze += Math.exp(-Math.max(0, h) / HAZE_SCALE) * dt;
    ozone += Math.max(0, 1 - Math.abs(h - 25) / 15) * dt;
  }
  for (let k = 0; k < 3; k++) out[k] = Math.exp(-AIR[k] * air - 1.1 * HAZE * haze - OZONE[k] * ozone);
}

/** @param {Vec3} sun direction to it, unit length @param {number} power of the sun outside the air */
export function createSky(sun, power) {
  const scratch = new Float64Array(3);
  const sunlight = new Float64Array(3);
  transmittance(EARTH + 0.3, sun[1], sunlight);
  for (let k = 0; k < 3; k++) sunlight[k] *= power;

  // The clear sky, tabulated over azimuth from the sun and square root of elevation.
  const AZ = 96;
  const EL = 64;
  const table = new Float32Array((AZ + 1) * (EL + 1) * 3);
  for (let e = 0; e <= EL; e++)
    for (let a = 0; a <= AZ; a++) {
      const elevation = (e / EL) ** 2 * (Math.PI / 2);
      const azimuth = (a / AZ) * Math.PI;
      const y = Math.sin(elevation);
      const toSun = Math.sqrt(Math.max(0, 1 - sun[1] ** 2));
      const mu = Math.cos(elevation) * Math.cos(azimuth) * toSun + y * sun[1];
      const rayleigh = (3 / (16 * Math.PI)) * (1 + mu * mu);
      const mie = henyey(mu, FORWARD);
      const r0 = EARTH + 0.05;
      const far = toSphere(r0, y, TOP);
      const through = [0, 0, 0];
      const sum = [0, 0, 0];
      let air = 0;
      let haze = 0;
      const n = 40;
      for (let i = 0; i < n; i++) {
        const t = ((i + 0.5) / n) ** 2 * far;
        const dt = (((i + 1) / n) ** 2 - (i / n) ** 2) * far;
        const r = Math.sqrt(r0 * r0 + t * t + 2 * r0 * t * y);
        const h = r - EARTH;
        const da = Math.exp(-h / AIR_SCALE) * dt;
        const dh = Math.exp(-h / HAZE_SCALE) * dt;
        air += da;
        haze += dh;
        transmittance(r, (r0 * sun[1] + t * mu) / r, through);
        for (let k = 0; k < 3; k++) {
          const view = Math.exp(-AIR[k] * air - 1.1 * HAZE * haze);
          // Light scattered more than once, very roughly: the same again, evenly.
          const more = 0.09 * (da * AIR[k] + dh * HAZE) * (0.35 + 0.65 * through[k]);
          sum[k] += view * (through[k] * (da * AIR[k] * rayleigh + dh * HAZE * mie) + more * 0.5);
        }
      }
      for (let k = 0; k < 3; k++) table[(e * (AZ + 1) + a) * 3 + k] = sum[k] * power;
    }

  const sunAzimuth = Math.atan2(sun[0], sun[2]);
  /** @param {number} x @param {number} y @param {number} z @param {Float64Array} out */
  function clear(x, y, z, out) {
    let azimuth = Math.abs(Math.atan2(x, z) - sunAzimuth);
    if (azimuth > Math.PI) azimuth = 2 * Math.PI - azimuth;
    const a = Math.min(AZ - 1e-6, (azimuth / Math.PI) * AZ);
    const e = Math.min(EL - 1e-6, Math.sqrt(Math.asin(Math.max(0, Math.min(1, y))) / (Math.PI / 2)) * EL);
    const fa = Math.floor(a);
    const fe = Math.floor(e);
    const u = a - fa;
    const v = e - fe;
    const o = (fe * (AZ + 1) + fa) * 3;
    const row = (AZ + 1) * 3;
    for (let k = 0; k < 3; k++) {
      const p = table[o + k] + (table[o + 3 + k] - table[o + k]) * u;
      const q = table[o + row + k] + (table[o + row + 3 + k] - table[o + row + k]) * u;
      out[k] = p + (q - p) * v;
    }
  }

  /** Density of the cloud over a place. @param {number} x @param {number} z @param {number} octaves */
  const cumulus = (x, z, octaves) => {
    const warp = fbm(x * 0.11, z * 0.11, 4.4, 3);
    const big = fbm(x * 0.1 + warp * 1.3 + 3.1, z * 0.16 + warp + 7.4, 1.7, 3);
    const small = fbm(x * 0.42 + warp * 2, z * 0.5, 6.1, octaves);
    return smoothstep(0.1, 0.62, big * 0.95 + small * 0.95);
  };
  const cirrus = (/** @type {number} */ x, /** @type {number} */ z) => {
    const warp = fbm(x * 0.07, z * 0.07, 8.8, 4);
    return (
      smoothstep(
        0.02,
        0.5,
        fbm(x * 0.05 + z * 0.05 + warp, (z - x) * 0.3 + 2.4 * warp, 3.3, 6) +
          0.55 * fbm(x * 0.03, z * 0.03, 2.1, 2),
      ) * 0.5
    );
  };

  /** The sky with its clouds. @param {number} x @param {number} y @param {number} z @param {Float64Array} out */
  function radiance(x, y, z, out) {
    const up = Math.max(0.002, y);
    clear(x, up, z, out);
    const mu = x * sun[0] + y * sun[1] + z * sun[2];
    sheet(x, up, z, 9, mu, out, false);
    sheet(x, up, z, 2.6, mu, out, true);
  }

  /** Lay one sheet of cloud over what is behind it.
   * @param {number} x @param {number} y @param {number} z @param {number} altitude
   * @param {number} mu cosine of the angle to the sun @param {Float64Array} out @param {boolean} low */
  function sheet(x, y, z, altitude, mu, out, low) {
    const t = toSphere(EARTH, y, EARTH + altitude);
    if (t > 120) return;
    const [px, pz] = [x * t, z * t];
    const d = low ? cumulus(px, pz, 6) : cirrus(px, pz);
    if (d <= 0.003) return;
    // Seen against the horizon a sheet is thick, but far haze hides it.
    const alpha = (1 - Math.exp(-d * (low ? 2.6 : 0.9))) * smoothstep(120, 45, t);
    let shade = 1;
    if (low) {
      // Cloud between here and the sun takes light away.
      let path = 0;
      for (let i = 1; i <= 3; i++) path += cumulus(px + sun[0] * i * 0.45, pz + sun[2] * i * 0.45, 3);
      shade = (0.2 + 0.8 * Math.exp(-path * 0.85)) * (1.15 - 0.45 * d);
    }
    const forward = 0.55 * henyey(mu, 0.55) + 0.45 * henyey(mu, -0.1);
    clear(0.35 * x, 0.8, 0.35 * z, scratch);
    const b = [scratch[0], scratch[1], scratch[2]];
    const veil = Math.exp(-t * (low ? 0.011 : 0.006));
    for (let k = 0; k < 3; k++) {
      const lit = sunlight[k] * shade * (forward * 1.5 + 0.045) + b[k] * (low ? 0.75 : 0.5) * (1 - 0.35 * d);
      out[k] += (lit - out[k]) * veil * alpha;
    }
  }

  const ambient = new Float64Array(3);
  {
    const n = 64;
    for (let i = 0; i < n; i++) {
      // A spiral over the hemisphere, dense as the cosine.
      const r = Math.sqrt((i + 0.5) / n);
      const a = i * 2.399963;
      radiance(r * Math.cos(a), Math.sqrt(1 - r * r), r * Math.sin(a), scratch);
      for (let k = 0; k < 3; k++) ambient[k] += (scratch[k] / n) * Math.PI;
    }
  }
  return { clear, radiance, sunlight, ambient };
}

/** Scattering lobe of Henyey and Greenstein (1941). @param {number} mu @param {number} g */
function henyey(mu, g) {
  return (1 - g * g) / (4 * Math.PI * (1 + g * g - 2 * g * mu) ** 1.5);
}
