/** A file's word on its numbers, or what whoever wrote it is known to do. */

import { shown } from '@/common/shown';
import { type Scaling, scalingOf } from '@/latent/scaled';
import { parseConfig } from '@/vae/config';
import { COMFY_KEY, COMFY_MARK, COMFY_MARKS, COMFY_OLD_SCALING } from './comfy';
import type { FactorId } from './factors';
import { UNSCALED } from './scaling';

/** Format of our own files. */
export const FORMAT = 'latent-inspector latent';

/** Format of numbers that are scaled channel by channel: readers of `FORMAT` alone would undo a factor and leave the rest. */
export const FORMAT_BY_CHANNEL = 'latent-inspector latent 2';

/**
 * A hint from what is known of a program's files, though the file itself does not say it: a reason, not a proof. `scaled`: by the
 * factor of whatever model it belongs to.
 */
export interface ScalingHint {
  is: FactorId | 'unscaled' | 'scaled';
  /** Goes on after "likely: ". */
  because: string;
}

export interface Statement {
  /** The scaling of the numbers, where the file says it; null where it does not. */
  scaling: Scaling | null;
  hint: ScalingHint | null;
  /** Full sentences on what the file says of that; empty where it says nothing. */
  says: string;
}

const SILENT: Statement = { scaling: null, hint: null, says: '' };

/** Everything around the array that is the latent. */
export interface Surroundings {
  /** Name of the file. */
  name: string;
  /** Name of the latent. */
  key: string;
  shape: readonly number[];
  keys: readonly string[];
  metadata: Readonly<Record<string, string>>;
}

/** Reads what a file with named arrays says of the numbers in one of them. */
export function statementOf(file: Surroundings): Statement {
  const { key, keys, metadata, shape } = file;
  const scaling = writtenScaling(metadata, shape);
  if (scaling) {
    const of = metadata.model_name ? ` of ${metadata.model_name}` : '';
    return { scaling, hint: null, says: `The file says that it is a latent${of}, written by this page.` };
  }
  if (key === COMFY_KEY) {
    const newer = keys.find((each) => each.startsWith(COMFY_MARKS) && each !== COMFY_MARK);
    if (newer !== undefined && !keys.includes(COMFY_MARK)) {
      return {
        ...SILENT,
        says: `It is a latent of ComfyUI in a version that is not known here (${shown(newer)}).`,
      };
    }
    return keys.includes(COMFY_MARK)
      ? { scaling: UNSCALED, hint: null, says: 'It is a latent of ComfyUI, which keeps them unscaled.' }
      : {
          scaling: COMFY_OLD_SCALING,
          hint: null,
          says: `It is a latent of an early ComfyUI, which kept them scaled by ${COMFY_OLD_SCALING.scale}.`,
        };
  }
  return ofMusubi(file) ?? ofSdScripts(file) ?? SILENT;
}

/** The scaling that our own files name; null where there is none that makes sense. */
function writtenScaling(
  metadata: Readonly<Record<string, string>>,
  shape: readonly number[],
): Scaling | null {
  const { format, scaling_factor, shift_factor, latents_mean, latents_std } = metadata;
  if (format !== FORMAT && format !== FORMAT_BY_CHANNEL) return null;
  const [scale, shift] = [Number(scaling_factor), Number(shift_factor)];
  if (!Number.isFinite(scale) || scale === 0 || !Number.isFinite(shift)) return null;
  if (format === FORMAT) return { scale, shift };
  try {
    // Written channels first: [1, C, h, w].
    const config = parseConfig({
      latent_channels: shape.at(-3),
      scaling_factor: scale,
      latents_mean: JSON.parse(latents_mean),
      latents_std: JSON.parse(latents_std),
    });
    return scalingOf(config);
  } catch {
    return null;
  }
}

/**
 * sd-scripts caches what its autoencoder's `encode` gives: for SD, SDXL and SD3 a sample of the posterior, which it scales later; for
 * FLUX.1 what is scaled already (`library/strategy_*.py`, `flux_models.py`). The end of the name tells.
 */
function ofSdScripts({ name, keys }: Surroundings): Statement | null {
  if (
    !keys.some((key) => key.startsWith('original_size')) ||
    !keys.some((key) => key.startsWith('crop_ltrb'))
  ) {
    return null;
  }
  const says = 'It is a cache of sd-scripts.';
  const [, model] = /_(sd|sdxl|sd3|flux|lumina)\.npz$/i.exec(name) ?? [];
  const hints: Record<string, ScalingHint> = {
    sd: { is: 'unscaled', because: 'sd-scripts keeps them so for SD' },
    sdxl: { is: 'unscaled', because: 'sd-scripts keeps them so for SDXL' },
    sd3: { is: 'unscaled', because: 'sd-scripts keeps them so for SD 3' },
    flux: { is: 'flux1', because: 'sd-scripts keeps them so for FLUX.1' },
    lumina: {
      is: 'flux1',
      because: 'sd-scripts keeps them so for Lumina 2, which has FLUX.1\u2019s autoencoder',
    },
  };
  return { scaling: null, hint: model ? hints[model.toLowerCase()] : null, says };
}

/** musubi-tuner says which architecture a cache is for (`dataset/architectures.py`, `dataset/cache_io.py`). */
function ofMusubi({ key, metadata }: Surroundings): Statement | null {
  const { architecture } = metadata;
  if (!architecture || metadata.format_version === undefined || !key.startsWith('latents_')) return null;
  const says = `It is a cache of musubi-tuner, made for ${shown(architecture)}.`;
  if (architecture === 'z_image') {
    return {
      scaling: null,
      says,
      hint: { is: 'unscaled', because: 'musubi-tuner keeps them so for Z-Image' },
    };
  }
  if (architecture === 'flux_kontext') {
    return { scaling: null, says, hint: { is: 'flux1', because: 'musubi-tuner keeps them so for FLUX.1' } };
  }
  if (architecture.startsWith('flux_2')) {
    return { scaling: null, says, hint: { is: 'scaled', because: 'musubi-tuner keeps them so for FLUX.2' } };
  }
  return { scaling: null, says, hint: null };
}
