// Pixels to files.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeWebp, { init as initDecoder } from '@jsquash/webp/decode.js';
import encodeWebp, { init } from '@jsquash/webp/encode.js';
import { encode as encodePng } from 'fast-png';
import { hash32 } from './rng.mjs';

/** @typedef {{ width: number, height: number, data: Uint8ClampedArray }} Pixels RGBA, 8 bits */

/** @param {Float32Array} rgb sRGB-encoded, 0 to 1 @param {number} size @returns {Pixels} */
export function toPixels(rgb, size) {
  const data = new Uint8ClampedArray(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    for (let k = 0; k < 3; k++)
      // Half a step of noise instead of rounding keeps slow gradients from banding.
      data[i * 4 + k] = Math.floor(rgb[i * 3 + k] * 255 + 0.25 + 0.5 * (hash32(i * 3 + k) / 4294967296));
    data[i * 4 + 3] = 255;
  }
  return { width: size, height: size, data };
}

/** @param {Pixels} pixels @returns {Uint8Array} */
export const png = (pixels) =>
  encodePng({
    width: pixels.width,
    height: pixels.height,
    data: new Uint8Array(pixels.data.buffer),
    channels: 4,
  });

let ready = false;

/** @param {Pixels} pixels @param {{ quality?: number, lossless?: boolean }} options
 * @returns {Promise<Uint8Array>} */
export async function webp(pixels, { quality = 90, lossless = false }) {
  if (!ready) {
    // The codec looks for its wasm by URL, which Node does not fetch from disk.
    const file = createRequire(import.meta.url).resolve('@jsquash/webp/codec/enc/webp_enc_simd.wasm');
    await init(await WebAssembly.compile(await readFile(file)));
    ready = true;
  }
  const options = lossless
    ? { lossless: 1, quality: 100, method: 6, exact: 1 }
    : { quality, method: 6, use_sharp_yuv: 1 };
  return new Uint8Array(
    await encodeWebp(/** @type {ImageData} */ (/** @type {unknown} */ (pixels)), options),
  );
}

/** Encode below a size limit, giving up quality in small steps.
 * @param {Pixels} pixels @param {number} limit in bytes @param {number} [best] */
export async function webpUnder(pixels, limit, best = 92) {
  for (let quality = best; ; quality -= 3) {
    const file = await webp(pixels, { quality });
    if (file.length <= limit || quality < 40) return { file, quality };
  }
}

/** @param {Uint8Array} file @returns {Promise<Pixels>} */
export async function fromWebp(file) {
  const codec = createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm');
  await initDecoder(await WebAssembly.compile(await readFile(codec)));
  return decodeWebp(/** @type {ArrayBuffer} */ (new Uint8Array(file).buffer));
}

/** The mean of each block, in sRGB values, which is good enough for a thumbnail.
 * @param {Pixels} pixels square @param {number} side that divides the picture's @returns {Pixels} */
export function shrink({ width, data }, side) {
  const block = Math.max(1, Math.floor(width / side));
  const small = new Uint8ClampedArray(4 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let k = 0; k < 4; k++) {
        let sum = 0;
        for (let v = 0; v < block; v++)
          for (let u = 0; u < block; u++) sum += data[4 * ((y * block + v) * width + x * block + u) + k];
        small[4 * (y * side + x) + k] = sum / block ** 2;
      }
    }
  }
  return { width: side, height: side, data: small };
}
