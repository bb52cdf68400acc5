// Edge-avoiding à-trous wavelet filter (Dammertz et al. 2010), with the
// variance-guided brightness weight of SVGF (Schied et al. 2017). Filters the
// light without the surface colour, so that textures stay sharp.

import { CHANNELS } from './tracer.mjs';

const KERNEL = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16];

/** @param {Float32Array} film as left by the tracer @param {number} size
 * @param {number} samples per pixel @param {number} [grain] share of the noise to keep
 * @returns {Float32Array} linear red, green, blue per pixel */
export function denoise(film, size, samples, grain = 0.1) {
  const n = size * size;
  const albedo = new Float32Array(n * 3);
  let light = new Float32Array(n * 3);
  const noisy = new Float32Array(n * 3);
  const raw = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const f = i * CHANNELS;
    let mean = 0;
    let tint = 0;
    for (let k = 0; k < 3; k++) {
      const a = 0.02 + film[f + 4 + k];
      albedo[i * 3 + k] = a;
      light[i * 3 + k] = film[f + k] / a;
      noisy[i * 3 + k] = film[f + k];
      mean += [0.2126, 0.7152, 0.0722][k] * film[f + k];
      tint += [0.2126, 0.7152, 0.0722][k] * a;
    }
    raw[i] = Math.max(0, film[f + 3] - mean * mean) / samples / (tint * tint);
  }
  calm(light, size);
  // A variance estimated from one pixel is itself noisy: smooth it a little.
  let variance = new Float32Array(n);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      let count = 0;
      for (let j = Math.max(0, y - 2); j <= Math.min(size - 1, y + 2); j++)
        for (let i = Math.max(0, x - 2); i <= Math.min(size - 1, x + 2); i++) {
          sum += raw[j * size + i];
          count++;
        }
      variance[y * size + x] = sum / count;
    }

  for (let level = 0; level < 5; level++) {
    const step = 1 << level;
    const next = new Float32Array(n * 3);
    const nextVariance = new Float32Array(n);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const p = y * size + x;
        const f = p * CHANNELS;
        const bright = 0.2126 * light[p * 3] + 0.7152 * light[p * 3 + 1] + 0.0722 * light[p * 3 + 2];
        const tolerance = 4 * Math.sqrt(variance[p]) + 1e-4;
        // Depth change per pixel, so that slanted planes are not taken for edges.
        const dx = slope(film, f, x > 0 ? f - CHANNELS : f, x < size - 1 ? f + CHANNELS : f);
        const row = size * CHANNELS;
        const dy = slope(film, f, y > 0 ? f - row : f, y < size - 1 ? f + row : f);
        let r = 0;
        let g = 0;
        let b = 0;
        let total = 0;
        let spread = 0;
        for (let j = -2; j <= 2; j++) {
          const yy = y + j * step;
          if (yy < 0 || yy >= size) continue;
          for (let i = -2; i <= 2; i++) {
            const xx = x + i * step;
            if (xx < 0 || xx >= size) continue;
            const q = yy * size + xx;
            const h = q * CHANNELS;
            const a =
              Math.abs(film[f + 4] - film[h + 4]) +
              Math.abs(film[f + 5] - film[h + 5]) +
              Math.abs(film[f + 6] - film[h + 6]);
            const nx = film[f + 7] - film[h + 7];
            const ny = film[f + 8] - film[h + 8];
            const nz = film[f + 9] - film[h + 9];
            const depth =
              Math.abs(film[f + 10] - film[h + 10]) /
              (2 * (Math.abs(i) * dx + Math.abs(j) * dy) * step + 0.003 * film[f + 10] + 1e-3);
            const other = 0.2126 * light[q * 3] + 0.7152 * light[q * 3 + 1] + 0.0722 * light[q * 3 + 2];
            const w =
              KERNEL[i + 2] *
              KERNEL[j + 2] *
              Math.exp(
                -Math.abs(bright - other) / tolerance - (nx * nx + ny * ny + nz * nz) * 24 - a * 2 - depth,
              );
            r += w * light[q * 3];
            g += w * light[q * 3 + 1];
            b += w * light[q * 3 + 2];
            spread += w * w * variance[q];
            total += w;
          }
        }
        next[p * 3] = r / total;
        next[p * 3 + 1] = g / total;
        next[p * 3 + 2] = b / total;
        nextVariance[p] = spread / (total * total);
      }
    light = next;
    variance = nextVariance;
  }
  for (let i = 0; i < n * 3; i++) light[i] = (1 - grain) * light[i] * albedo[i] + grain * noisy[i];
  return light;
}

/** The smaller of the two one-sided depth differences: the other may cross an edge.
 * @param {Float32Array} film @param {number} at @param {number} before @param {number} after */
function slope(film, at, before, after) {
  const a = Math.abs(film[at + 10] - film[before + 10]);
  const b = Math.abs(film[after + 10] - film[at + 10]);
  return before === at ? b : after === at ? a : Math.min(a, b);
}

/** Lower pixels that outshine all but two of their neighbours to the third
 * brightest: single sparkles, which no later averaging would hide.
 * @param {Float32Array} light @param {number} size */
function calm(light, size) {
  const brightness = new Float32Array(size * size);
  for (let i = 0; i < brightness.length; i++)
    brightness[i] = 0.2126 * light[i * 3] + 0.7152 * light[i * 3 + 1] + 0.0722 * light[i * 3 + 2];
  for (let y = 1; y < size - 1; y++)
    for (let x = 1; x < size - 1; x++) {
      const p = y * size + x;
      let [first, second, third] = [0, 0, 0];
      for (let j = -size; j <= size; j += size)
        for (let i = -1; i <= 1; i++) {
          if (i === 0 && j === 0) continue;
          const b = brightness[p + i + j];
          if (b > first) [first, second, third] = [b, first, second];
          else if (b > second) [second, third] = [b, second];
          else if (b > third) third = b;
        }
      const top = third * 1.25;
      if (brightness[p] > top) for (let k = 0; k < 3; k++) light[p * 3 + k] *= top / brightness[p];
    }
}
