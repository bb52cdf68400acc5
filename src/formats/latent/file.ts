/** Files that hold a latent: what is in them, and what they say of it. */
import { InspectorError } from '../../errors';
import { type Scaling, scalingOf } from '../../inspect/scaled';
import type { Latent } from '../../inspect/types';
import { parseConfig } from '../../vae/config';
import { type SafetensorsEntry, SafetensorsFile, writeSafetensors } from '../../weights/safetensors';
import { bufferSource } from '../../weights/source';
import { COMFY_KEY, COMFY_MARK, COMFY_OLD_SCALING } from './comfy';
import { isNpy, type NumberArray, readNpy } from './npy';
import { UNSCALED } from './scaling';
import { channelsFirst } from './shape';

/** Of the latents of one picture at 1024 pixels with 16 channels: 1 MB. Much more is something else. */
const LONGEST_FILE = 64e6;

/** Names under which a latent is kept; ComfyUI's, ours (and diffusers' examples'), and those of its nodes' data. */
const KEYS = [COMFY_KEY, 'latent', 'latents', 'samples'];

const FORMAT = 'latent-inspector latent';

/** Of numbers that are scaled channel by channel: readers of `FORMAT` alone would undo a factor and leave the rest. */
const FORMAT_BY_CHANNEL = 'latent-inspector latent 2';

export interface LatentFile extends NumberArray {
  name: string;
  /** What the numbers are, where the file says; null where it does not. */
  scaling: Scaling | null;
  /** What the file says of that, one sentence; empty where it says nothing. */
  says: string;
  /** What else is worth saying of it, full sentences. */
  notices: string[];
}

/** What is written beside the numbers. */
export interface LatentFacts {
  model: { id: string; name: string; sha256: string | null };
  picture: string;
  /** Which latent of it: "original" or "edited". */
  which: string;
  version: string;
  /** Of the numbers that are written; `UNSCALED` for the autoencoder's own. */
  scaling: Scaling;
}

/**
 * Reads a latent, told by its bytes: `.npy`, or safetensors with a latent in it (ComfyUI's `.latent` is one).
 * @throws InspectorError `bad-file`
 */
export async function readLatentFile(blob: Blob, name: string): Promise<LatentFile> {
  if (blob.size > LONGEST_FILE) {
    throw new InspectorError(
      'bad-file',
      `${name} is ${Math.round(blob.size / 1e6)} MB long, too much for a latent.`,
      'Choose a file that holds one latent.',
    );
  }
  const buffer = await blob.arrayBuffer();
  const bytes = new Uint8Array(buffer);
  if (!isNpy(bytes)) return readTensors(buffer, name);
  const array = readNpy(bytes, name);
  return { ...array, name, scaling: null, says: '', notices: roundingNotices(array) };
}

/** The name of the tensor that is a latent; null where none is, as in a file of weights. */
export function latentKey(entries: ReadonlyMap<string, Pick<SafetensorsEntry, 'shape'>>): string | null {
  const isLatent = (key: string) => [3, 4].includes(entries.get(key)?.shape.length ?? 0);
  const named = KEYS.find(isLatent);
  if (named !== undefined) return named;
  // Whoever saves a single tensor may call it anything.
  const [only, ...others] = entries.keys();
  return only !== undefined && others.length === 0 && isLatent(only) ? only : null;
}

/** Whether a safetensors file holds a latent and not weights. Only its header is read. */
export async function holdsLatent(blob: Blob): Promise<boolean> {
  try {
    const source = {
      name: '',
      byteLength: blob.size,
      read: (offset: number, length: number) => blob.slice(offset, offset + length).arrayBuffer(),
    };
    return latentKey((await SafetensorsFile.open(source)).entries) !== null;
  } catch {
    // Whoever opens it as weights says what is wrong with it.
    return false;
  }
}

/** Makes a safetensors file of one latent, float32 `[1, C, h, w]` under `latent`, with what it is in its metadata. */
export function writeLatentTensors(latent: Latent, facts: LatentFacts): ArrayBuffer {
  return writeSafetensors(new Map([['latent', channelsFirst(latent)]]), { metadata: metadataOf(facts) });
}

/** What our files say of themselves. */
export function metadataOf({ model, picture, which, version, scaling }: LatentFacts): Record<string, string> {
  const { statistics } = scaling;
  return {
    format: statistics ? FORMAT_BY_CHANNEL : FORMAT,
    version,
    latent: which,
    scaling_factor: String(scaling.scale),
    shift_factor: String(scaling.shift),
    ...(statistics && {
      latents_mean: JSON.stringify(statistics.mean),
      latents_std: JSON.stringify(statistics.std),
    }),
    model: model.id,
    model_name: model.name,
    ...(model.sha256 && { model_sha256: model.sha256 }),
    picture,
  };
}

async function readTensors(buffer: ArrayBuffer, name: string): Promise<LatentFile> {
  try {
    const file = await SafetensorsFile.open(bufferSource(buffer, name));
    const key = latentKey(file.entries);
    if (key === null) throw new InspectorError('bad-file', `${name} holds no latent.`);
    const { shape, data } = await file.read(key);
    const dtype =
      ({ F16: 'float16', BF16: 'bfloat16' } as const)[file.entries.get(key)?.dtype ?? ''] ?? 'float32';
    return { name, shape, data, dtype, ...statementOf(file, key), notices: [] };
  } catch (error) {
    if (!(error instanceof InspectorError)) throw error;
    // What safetensors advises is about weights.
    throw new InspectorError(error.code, error.message, 'Choose a complete file that holds one latent.', {
      cause: error,
    });
  }
}

/** What the file says of its numbers. */
function statementOf(
  { entries, metadata }: SafetensorsFile,
  key: string,
): Pick<LatentFile, 'scaling' | 'says'> {
  const scaling = writtenScaling(metadata, entries.get(key)?.shape ?? []);
  if (scaling) {
    const of = metadata.model_name ? ` of ${metadata.model_name}` : '';
    return { scaling, says: `The file says that it is a latent${of}, written by this page.` };
  }
  if (key !== COMFY_KEY) return { scaling: null, says: '' };
  return entries.has(COMFY_MARK)
    ? { scaling: UNSCALED, says: 'It is a latent of ComfyUI, which keeps them unscaled.' }
    : {
        scaling: COMFY_OLD_SCALING,
        says: `It is a latent of an early ComfyUI, which kept them scaled by ${COMFY_OLD_SCALING.scale}.`,
      };
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

function roundingNotices({ dtype }: NumberArray): string[] {
  return dtype === 'float64' ? ['Its float64 numbers were rounded to float32.'] : [];
}
