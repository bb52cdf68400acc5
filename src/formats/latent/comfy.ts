/**
 * ComfyUI's `.latent`: a safetensors file with `latent_tensor`, `[1, C, h, w]`, and an empty tensor whose name marks the
 * version. With the mark, the numbers are the autoencoder's own, unscaled; files from before it hold them scaled by SD1's factor,
 * and ComfyUI divides by that when it loads one (`SaveLatent` and `LoadLatent` in its nodes.py).
 */
import type { Scaling } from '@/latent/scaled';
import type { Latent } from '@/latent/types';
import { writeSafetensors } from '@/models/files/safetensors';
import { toScaled } from './scaling';
import { channelsFirst, patches } from './shape';

export const COMFY_KEY = 'latent_tensor';
export const COMFY_MARK = 'latent_format_version_0';
/** The mark of any version. */
export const COMFY_MARKS = 'latent_format_version_';
/** Scaling of files without a mark, whatever the model. */
export const COMFY_OLD_SCALING: Scaling = Object.freeze({ scale: 0.18215, shift: 0 });

/**
 * Makes a file that ComfyUI's `LoadLatent` reads. The numbers have to be unscaled.
 *
 * @param scaling of the model: where it has statistics of patches (FLUX.2), ComfyUI's autoencoder takes and gives those, scaled
 */
export function writeComfyLatent(
  latent: Latent,
  metadata: Record<string, string>,
  scaling: Scaling | null = null,
): ArrayBuffer {
  const inPatches = scaling?.statistics?.patch === 2 && latent.rows % 2 === 0 && latent.cols % 2 === 0;
  const tensors = new Map([
    [COMFY_KEY, inPatches ? patches(toScaled(latent, scaling)) : channelsFirst(latent)],
    [COMFY_MARK, { shape: [0], data: new Float32Array(0) }],
  ]);
  return writeSafetensors(tensors, { metadata });
}
