// Renders a path-traced scene and develops it.

import { denoise } from './denoise.mjs';
import { renderRows } from './rows.mjs';
import { filmic } from './tonemap.mjs';
import { CHANNELS } from './tracer.mjs';

/** @param {string} scene the scene's file is scene-<name>.mjs
 * @param {{ size: number, samples: number, threads: number }} options
 * @returns {Promise<Float32Array>} sRGB-encoded, 0 to 1 */
export async function pathTraced(scene, options) {
  const film = await renderRows(scene, options, CHANNELS);
  /** @type {{ look: { exposure: number, grain: number, contrast?: number } }} */
  const { look } = await import(`./scene-${scene}.mjs`);
  return filmic(denoise(film, options.size, options.samples, look.grain), look.exposure, look.contrast);
}
