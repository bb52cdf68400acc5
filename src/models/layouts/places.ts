/** Places of an autoencoder's tensors in files, and what lies beside them that changes how they are read. */
import { InspectorError } from '@/common/errors';
import { codebookOf } from '@/latent/codebook';
import type { LatentStatistics } from '@/latent/scaled';
import { isReadType, type SafetensorsEntry, type SafetensorsFile, unreadable } from '../files/safetensors';
import { findAutoencoder } from './findAutoencoder';
import { findCodebook, isQuantised, quantisedModel } from './findCodebook';
import { type Layout, mapKeys, quantisedWeights, scaleNames } from './keyMap';

/** Place of one tensor of the network. */
export interface Place {
  file: SafetensorsFile;
  /** Index of the file among those given. */
  index: number;
  stored: string;
  entry: SafetensorsEntry;
  shape: number[];
  /** Factor by which its numbers are to be multiplied: one, or one for each output; null for the numbers as they stand. */
  scale: Float32Array | null;
}

export interface FoundTensors {
  layout: Layout;
  /** Places by diffusers' names. */
  places: Map<string, Place>;
  /** Place of a codebook beside the network, which does not use it; null where there is none. */
  codebook: Place | null;
  /** Mean and variance of FLUX.2's latents, over patches; null where the file has none. */
  norm: { mean: Float32Array; variance: Float32Array } | null;
  /** Full sentences on what of several was taken. */
  notes: string[];
  /** The names of all tensors in the files. */
  keys: readonly string[];
}

/**
 * Finds the autoencoder's tensors in one file or several. What is small and has to be known beforehand (scales, statistics) is
 * read, unless the files can be read only once, front to back.
 *
 * @throws InspectorError 'bad-model' where there is no autoencoder, or one of another kind; 'bad-file' where its numbers cannot be
 *   read
 */
export async function findTensors(
  files: readonly SafetensorsFile[],
  name: string,
  sequential: boolean,
): Promise<FoundTensors> {
  const stored = new Map<string, Place>();
  for (const [index, file] of files.entries()) {
    for (const [key, entry] of file.entries)
      stored.set(key, { file, index, stored: key, entry, shape: entry.shape, scale: null });
  }
  const shapes = new Map([...stored].map(([key, { shape }]) => [key, shape]));
  const { prefix, others } = findAutoencoder(shapes, name);
  const codebookName = findCodebook(shapes, prefix);
  const codebook = codebookName === null ? null : stored.get(codebookName)!;
  if (codebook && isQuantised(shapes, prefix)) {
    const { shape, data } = await codebook.file.read(codebook.stored);
    throw quantisedModel(name, codebookOf(data, shape[1]));
  }
  const { layout, names } = mapKeys(stored.keys(), prefix, name);
  refuseOtherScales(names.values(), stored.keys(), name);
  const places = new Map<string, Place>();
  for (const [target, key] of names) {
    const place = stored.get(key)!;
    if (!isReadType(place.entry.dtype)) throw unreadable(name, key, place.entry.dtype);
    places.set(target, { ...place, scale: await scaleOf(place, stored, name, sequential) });
  }
  return {
    layout,
    places,
    codebook,
    norm: sequential ? null : await readNorm(stored, prefix),
    notes: [
      ...otherNotes(prefix, others),
      ...averageNotes(stored.keys()),
      ...unscaledNotes([...places.values()]),
    ],
    keys: [...stored.keys()],
  };
}

/** Scales that are kept apart, each under the name of its tensor: "scale.decoder.conv_in.weight". */
const APART = /^\w*(scale|absmax|quant)\w*\./i;

/** Refuses a scale that is not read here: without it the numbers would be wrong. */
function refuseOtherScales(own: Iterable<string>, keys: Iterable<string>, name: string): void {
  const taken = new Set(own);
  for (const key of keys) {
    const [before] = APART.exec(key) ?? [];
    if (before === undefined || taken.has(key)) continue;
    const rest = key.slice(before.length);
    if (taken.has(rest) || taken.has(`${rest}.weight`)) throw quantisedWeights(name, key);
  }
}

/** The scale that is kept beside a tensor: ComfyUI's 8-bit floats were divided by it. */
async function scaleOf(
  { stored: key, shape }: Place,
  stored: ReadonlyMap<string, Place>,
  name: string,
  sequential: boolean,
): Promise<Float32Array | null> {
  const scaleName = scaleNames(key).find((each) => stored.has(each));
  if (scaleName === undefined) return null;
  const { file, shape: sides } = stored.get(scaleName)!;
  const count = sides.reduce((product, side) => product * side, 1);
  if (sequential || (count !== 1 && count !== shape[0])) {
    throw new InspectorError(
      'bad-model',
      `${name} keeps the scale of "${key}" in a way that is not read here: [${sides}] numbers for a tensor of [${shape}].`,
      'Choose the same model saved as F32, F16 or BF16.',
    );
  }
  return (await file.read(scaleName)).data;
}

/** Notes where some 8-bit weights have a scale beside them and others none: whether these need none cannot be told. */
function unscaledNotes(places: readonly Place[]): string[] {
  const weights = places.filter(
    ({ stored, entry }) => entry.dtype.startsWith('F8') && /\.weight$/.test(stored),
  );
  const bare = weights.filter(({ scale }) => scale === null);
  if (bare.length === 0 || bare.length === weights.length) return [];
  const [isAlone, first] = [bare.length === 1, `"${bare[0].stored}"`];
  return [
    isAlone
      ? `Of ${weights.length} weights of 8 bits ${first} alone has no scale beside it, and was taken as it stands.`
      : `Of ${weights.length} weights of 8 bits ${bare.length} have no scale beside them, unlike the others, and were taken as they stand: ${first} and more.`,
  ];
}

async function readNorm(stored: ReadonlyMap<string, Place>, prefix: string): Promise<FoundTensors['norm']> {
  const [mean, variance] = ['running_mean', 'running_var'].map((each) => stored.get(`${prefix}bn.${each}`));
  if (!mean || !variance || mean.shape.length !== 1 || mean.shape[0] !== variance.shape[0]) return null;
  return {
    mean: (await mean.file.read(mean.stored)).data,
    variance: (await variance.file.read(variance.stored)).data,
  };
}

/**
 * FLUX.2's scaling: the batch norm that its pipelines put latents through, over patches of cells
 * (`Flux2Pipeline`: `(latents - running_mean) / sqrt(running_var + eps)`). Encoder and decoder do not use it.
 */
export function normStatistics(
  { mean, variance }: NonNullable<FoundTensors['norm']>,
  channels: number,
  epsilon: number,
): LatentStatistics | null {
  const patch = Math.sqrt(mean.length / channels);
  const std = Array.from(variance, (each) => Math.sqrt(each + epsilon));
  if (!Number.isInteger(patch) || patch === 0 || !std.every((each) => each > 0 && Number.isFinite(each))) {
    return null;
  }
  return mean.every(Number.isFinite) ? { mean: [...mean], std, patch } : null;
}

function otherNotes(prefix: string, others: readonly string[]): string[] {
  if (others.length === 0) return [];
  const called = (each: string) => (each === '' ? 'without a prefix' : `under "${each.slice(0, -1)}"`);
  return [
    `The file holds ${others.length + 1} autoencoders. The one ${called(prefix)} was opened; not opened: ${others.map((each) => `the one ${called(each)}`).join(', ')}.`,
  ];
}

/** Training checkpoints keep an average of the weights beside them, under names without dots. */
function averageNotes(keys: Iterable<string>): string[] {
  for (const key of keys) {
    if (/(^|\.)model_ema\.\w*encoder\w*conv_in/.test(key)) {
      return [
        'The file also holds an average of the autoencoder\u2019s weights (model_ema), which was not opened.',
      ];
    }
  }
  return [];
}
