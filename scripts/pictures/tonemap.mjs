// From scene light to screen values.

/** Filmic curve: the fit by S. Hill (2016, in MJP's BakingLab, MIT licence) to
 * the ACES reference and output transforms. Working in its wider primaries
 * lets bright colours fade towards white as they do on film.
 * @param {Float32Array} rgb linear, three numbers per pixel
 * @param {number} exposure
 * @param {number} [contrast] below 1 opens the shadows and holds back the lights, about middle grey
 * @returns {Float32Array} sRGB-encoded, 0 to 1 */
export function filmic(rgb, exposure, contrast = 1) {
  const result = new Float32Array(rgb.length);
  const curve = (/** @type {number} */ v) =>
    (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.432951) + 0.238081);
  for (let i = 0; i < rgb.length; i += 3) {
    const grey = exposure * (0.2126 * rgb[i] + 0.7152 * rgb[i + 1] + 0.0722 * rgb[i + 2]);
    const gain = exposure * ((grey + 1e-3) / 0.18) ** (contrast - 1);
    const r = rgb[i] * gain;
    const g = rgb[i + 1] * gain;
    const b = rgb[i + 2] * gain;
    const x = curve(0.59719 * r + 0.35458 * g + 0.04823 * b);
    const y = curve(0.076 * r + 0.90834 * g + 0.01566 * b);
    const z = curve(0.0284 * r + 0.13383 * g + 0.83777 * b);
    result[i] = encode(1.60475 * x - 0.53108 * y - 0.07367 * z);
    result[i + 1] = encode(-0.10208 * x + 1.10813 * y - 0.00605 * z);
    result[i + 2] = encode(-0.00327 * x - 0.07276 * y + 1.07602 * z);
  }
  return result;
}

/** sRGB transfer curve (IEC 61966-2-1). @param {number} v */
function encode(v) {
  if (!(v > 0)) return 0;
  if (v >= 1) return 1;
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}
