/** Files that hold a latent: what is in them, and what they say of it. */

import { InspectorError } from '@/common/errors';
import { NUMERICS } from '@/common/numerics';
import { shown } from '@/common/shown';
import { LOGVAR_RANGE } from '@/latent/logvar';
import type { Scaling } from '@/latent/scaled';
import type { Latent } from '@/latent/types';
import { isReadType, SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { blobSource } from '@/models/files/source';
import type { FileKind } from '../fileKinds';
import { refusalOf, sniffBlob } from '../sniff';
import { isZip, openArchive } from './archive';
import { type Contents, findContents } from './contents';
import { isNpy, type NumberArray, readNpy } from './npy';
import { channelsFirst, type ShapedArray } from './shape';
import { FORMAT, FORMAT_BY_CHANNEL, type Statement, statementOf } from './statement';
import { isPickle, pickleOf, speaksOfWeights } from './torch';

/** Largest size, bytes: the latents of one picture at 1024 pixels with 16 channels take 1 MB. Much more is something else. */
const LONGEST_FILE = 64e6;

/** Kinds of files for which the advice has nothing to do with what was to be in them. */
const LEFT_BY_DOWNLOADS: ReadonlySet<FileKind> = new Set([
  'empty',
  'sent-as-text',
  'zeros',
  'lfs-pointer',
  'html',
  'server-answer',
]);

const CHOOSE = 'Choose a file that holds a latent: .npy, .npz, .safetensors or .latent.';

/** Bytes of a pickle that are searched for names. */
const PICKLE_LOOK = 1e6;

/** A latent as its file has it. */
export interface LatentFile extends NumberArray, ShapedArray, Statement {
  name: string;
  /** The posterior's raw log-variance where the file has it beside the mean; laid out as that. */
  logvar: Float32Array<ArrayBuffer> | null;
  /** Full sentences on what else is worth saying of it. */
  notices: string[];
}

/** Facts that are written beside the numbers. */
export interface LatentFacts {
  model: { id: string; name: string; sha256: string | null };
  picture: string;
  /** The picture's latent that it is: "original" or "edited". */
  which: string;
  version: string;
  /** Scaling of the numbers that are written; `UNSCALED` for the autoencoder's own. */
  scaling: Scaling;
  /** Source of that scaling; left out of unscaled ones. */
  scalingFrom?: string;
}

/** The arrays of a file by name, in its order. */
interface Arrays {
  /** Shapes are null where an array has to be read for it. */
  shapes: ReadonlyMap<string, readonly number[] | null>;
  metadata: Readonly<Record<string, string>>;
  /** True where each says the type of its numbers: NumPy's cannot say all. */
  typed: boolean;
  read(key: string): Promise<NumberArray>;
}

/**
 * Reads a latent, told by its bytes: `.npy`, `.npz`, or safetensors with a latent in it (ComfyUI's `.latent` is one).
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
  const start = await startOf(blob);
  if (isNpy(start)) {
    const array = readNpy(new Uint8Array(await blob.arrayBuffer()), name);
    return {
      ...array,
      name,
      scaling: null,
      hint: null,
      says: '',
      logvar: null,
      notices: storageNotices(array, false),
    };
  }
  if (isPickle(start)) throw pickleOf(name);
  if (isZip(start)) {
    const archive = await openArchive(blob, name);
    if (archive.names.some((file) => file.endsWith('data.pkl'))) throw pickleOf(name);
    return readContents(arraysOf(archive, name), name);
  }
  const found = await sniffBlob(blob);
  if (found && found.kind !== 'safetensors') {
    const advice = LEFT_BY_DOWNLOADS.has(found.kind) ? found.advice : CHOOSE;
    throw refusalOf(name, { ...found, advice });
  }
  return readContents(await tensorsOf(blob, name), name);
}

/**
 * Tells whether a file is one for `readLatentFile` and not weights: a `.npy`, a `.npz` with a latent in it, safetensors with a
 * latent in it (ComfyUI's `.latent`), or a small pickle of PyTorch's without names of weights, which is refused there in words of
 * latents. Only headers and directories are read.
 */
export async function holdsLatent(blob: Blob): Promise<boolean> {
  try {
    const start = await startOf(blob);
    if (isNpy(start)) return true;
    if (isPickle(start)) {
      const pickle = new Uint8Array(await blob.slice(0, PICKLE_LOOK).arrayBuffer());
      return blob.size <= LONGEST_FILE && !speaksOfWeights(pickle);
    }
    if (!isZip(start))
      return findContents(shapesOf(await SafetensorsFile.open(blobSource(blob, '')))) !== null;
    const archive = await openArchive(blob, '');
    const pickle = archive.names.find((file) => file.endsWith('data.pkl'));
    if (pickle === undefined) return findContents(arraysOf(archive, '').shapes) !== null;
    return blob.size <= LONGEST_FILE && !speaksOfWeights(await archive.read(pickle, PICKLE_LOOK));
  } catch {
    // Whoever opens it as weights says what is wrong with it.
    return false;
  }
}

/** Makes a safetensors file of one latent, float32 `[1, C, h, w]` under `latent`, with what it is in its metadata. */
export function writeLatentTensors(latent: Latent, facts: LatentFacts): ArrayBuffer {
  return writeSafetensors(new Map([['latent', channelsFirst(latent)]]), { metadata: metadataOf(facts) });
}

/** The metadata by which our files describe themselves. */
export function metadataOf(facts: LatentFacts): Record<string, string> {
  const { model, picture, which, version, scaling, scalingFrom } = facts;
  const { statistics } = scaling;
  return {
    format: statistics ? FORMAT_BY_CHANNEL : FORMAT,
    version,
    numerics: String(NUMERICS),
    latent: which,
    scaling_factor: String(scaling.scale),
    shift_factor: String(scaling.shift),
    ...(statistics && {
      latents_mean: JSON.stringify(statistics.mean),
      latents_std: JSON.stringify(statistics.std),
    }),
    ...(scalingFrom && { scaling_from: scalingFrom }),
    model: model.id,
    model_name: model.name,
    ...(model.sha256 && { model_sha256: model.sha256 }),
    picture,
  };
}

async function startOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(0, 16).arrayBuffer());
}

async function readContents({ shapes, metadata, typed, read }: Arrays, name: string): Promise<LatentFile> {
  const contents = findContents(shapes);
  if (contents === null) throw noLatent(name, [...shapes.keys()]);
  const { key, moments } = contents;
  const array = await read(key);
  const keys = [...shapes.keys()];
  const statement = statementOf({ name, key, shape: array.shape, keys, metadata });
  return {
    ...array,
    name,
    ...statement,
    moments,
    sides: sidesOf(metadata),
    logvar: await logvarOf(contents, array, read, name),
    notices: [...othersNotices(contents), ...storageNotices(array, typed)],
  };
}

async function tensorsOf(blob: Blob, name: string): Promise<Arrays> {
  const inWords = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      if (!(error instanceof InspectorError)) throw error;
      // What safetensors advises is about weights, but for files that were cut or written wrongly.
      const advice = error.advice.includes('AutoencoderKL') ? CHOOSE : error.advice;
      throw new InspectorError(error.code, error.message, advice, { cause: error });
    });
  const file = await inWords(SafetensorsFile.open(blobSource(blob, name)));
  return {
    shapes: shapesOf(file),
    metadata: file.metadata,
    typed: true,
    async read(key) {
      const type = file.entries.get(key)?.dtype ?? '';
      if (!isReadType(type)) throw noFloats(name, key, type);
      const { shape, data } = await inWords(file.read(key));
      return { shape, data, dtype: DTYPES[type] ?? 'float32' };
    },
  };
}

function noFloats(name: string, key: string, type: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `${name} stores ${shown(key)} as ${shown(type)}, not as floating-point numbers, which a latent is made of.`,
    'Save the latent as float32, or choose another file.',
  );
}

const DTYPES: Partial<Record<string, NumberArray['dtype']>> = {
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8',
  F8_E5M2: 'float8',
};

function shapesOf({ entries }: SafetensorsFile): Map<string, readonly number[]> {
  return new Map([...entries].map(([key, { shape }]) => [key, shape]));
}

function arraysOf(archive: Awaited<ReturnType<typeof openArchive>>, name: string): Arrays {
  const end = '.npy';
  const keys = archive.names.filter((file) => file.endsWith(end)).map((file) => file.slice(0, -end.length));
  return {
    shapes: new Map(keys.map((key) => [key, null])),
    metadata: {},
    typed: false,
    read: async (key) => readNpy(await archive.read(key + end, LONGEST_FILE), `${key} in ${name}`),
  };
}

/** The log-variance that lies beside the mean. */
async function logvarOf(
  { key, logvar, deviation }: Contents,
  mean: NumberArray,
  read: Arrays['read'],
  name: string,
): Promise<Float32Array<ArrayBuffer> | null> {
  const beside = logvar ?? deviation;
  if (beside === null) return null;
  const { shape, data } = await read(beside);
  if (String(shape) !== String(mean.shape)) {
    throw new InspectorError(
      'bad-file',
      `In ${name}, ${key} has the shape [${mean.shape.join(', ')}] and ${beside} [${shape.join(', ')}], so they are not of one latent.`,
      'Save the two of one latent, or the mean alone.',
    );
  }
  if (deviation !== null && data.some((value) => value < 0)) {
    throw new InspectorError(
      'bad-file',
      `In ${name}, ${beside} holds numbers below 0, which no standard deviation is.`,
      'Save the mean alone, or the log-variance under "logvar".',
    );
  }
  // A deviation of 0 is what the clamp of diffusers makes of the smallest log-variance, -30.
  return logvar !== null ? data : data.map((value) => Math.max(LOGVAR_RANGE[0], 2 * Math.log(value)));
}

/** Sides that whoever wrote the file put into its metadata. */
function sidesOf({ height, width }: Readonly<Record<string, string>>): ShapedArray['sides'] {
  const isSide = (value: number) => Number.isSafeInteger(value) && value > 0;
  const sides = { height: Number(height), width: Number(width) };
  return isSide(sides.height) && isSide(sides.width) ? sides : null;
}

function noLatent(name: string, keys: readonly string[]): InspectorError {
  const listed = keys.slice(0, 4).map(shown);
  const more = keys.length - listed.length;
  return new InspectorError(
    'bad-file',
    keys.length === 0
      ? `${name} holds no latent: it is empty.`
      : `${name} holds nothing that is named as a latent. In it are ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    'Choose a file whose latent is called "latents", or is the only array in it.',
  );
}

function othersNotices({ key, others, logvar, deviation, moments }: Contents): string[] {
  return [
    ...(others.length > 0
      ? [
          `Of its ${others.length + 1} latents this is ${key}; the ${others.length === 1 ? 'other is' : 'others are'} ${listOf(others)}.`,
        ]
      : []),
    ...(moments || logvar !== null || deviation !== null
      ? [
          `It holds a posterior: the mean is open, and the log-variance that ${moments ? 'follows' : 'lies beside'} it is known.`,
        ]
      : []),
  ];
}

/** "a, b and 3 more". */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
}

/** @param typed whether the file says of which type its numbers are */
function storageNotices({ dtype }: NumberArray, typed = true): string[] {
  if (dtype === 'bfloat16' && !typed) {
    return [
      'Its numbers are two bytes each, without a type, as NumPy keeps bfloat16; they were read as that.',
    ];
  }
  if (dtype === 'float64') return ['Its float64 numbers were rounded to float32.'];
  if (dtype === 'float8') return ['Its numbers have 8 bits, about one digit each.'];
  return [];
}
