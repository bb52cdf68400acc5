import { InspectorError } from '../errors';
import { isEditsDocument } from '../formats/editsFile';
import { holdsLatent } from '../formats/latent/file';
import type { OwnModel } from '../state/types';

/** What the files that a visitor gave are to the page. */
export type Given =
  | { kind: 'picture'; file: File }
  | { kind: 'model'; weights: File; config: File | null }
  | { kind: 'latent'; file: File }
  /** Edits in JSON, not read yet. */
  | { kind: 'edits'; file: File; text: string }
  | { kind: 'nothing' }
  /** None of it can be opened; `words` say why. */
  | { kind: 'unknown'; words: string };

/** Pictures that browsers may hand over without a type; whether they can be opened is for the reader of pictures to say. */
const PICTURES = /\.(avif|bmp|gif|heic|heif|ico|jpe?g|jxl|png|svg|tiff?|webp)$/i;

/** Weights in ways of storing them that this page does not read. */
const OTHER_WEIGHTS = /\.(bin|ckpt|gguf|h5|npz|onnx|pickle|pkl|pt|pth)$/i;

const isLatent = ({ name }: File) => /\.(npy|latent)$/i.test(name);
const isWeights = ({ name }: File) => /\.(safetensors|sft)$/i.test(name);
const isConfig = ({ name }: File) => /\.json$/i.test(name);
export const isPicture = ({ name, type }: File) => type.startsWith('image/') || PICTURES.test(name);

/** A JSON document longer than this is not looked into. */
const LONGEST_DOCUMENT = 20e6;

/**
 * What files that were chosen, dropped or pasted are, told by their names and, where these do not tell, by what is in them: a
 * `.safetensors` file may hold a latent, a `.json` file may be edits.
 */
export async function recognise(files: readonly File[]): Promise<Given> {
  const given = sortFiles(files);
  if (given.kind === 'model' && given.config === null && (await holdsLatent(given.weights))) {
    return { kind: 'latent', file: given.weights };
  }
  const document = files.find(isConfig);
  if (given.kind === 'unknown' && files.length === 1 && document && document.size <= LONGEST_DOCUMENT) {
    const text = await document.text();
    if (isEditsDocument(text)) return { kind: 'edits', file: document, text };
  }
  return given;
}

/** Sorts files by their names: weights with their config.json, else a latent, else the first picture. */
export function sortFiles(files: readonly File[]): Given {
  if (files.length === 0) return { kind: 'nothing' };
  const weights = files.filter(isWeights);
  const configs = files.filter(isConfig);
  if (weights.length > 1) {
    return {
      kind: 'unknown',
      words: `These are ${weights.length} weights files. A model is one: open them one after the other, with "Model" and "Compare with".`,
    };
  }
  if (weights.length === 1) {
    if (configs.length > 1) {
      return {
        kind: 'unknown',
        words: `There are ${configs.length} .json files beside ${weights[0].name}. Give only the config.json that belongs to it.`,
      };
    }
    return { kind: 'model', weights: weights[0], config: configs[0] ?? null };
  }
  const latents = files.filter(isLatent);
  if (latents.length > 1) {
    return { kind: 'unknown', words: `These are ${latents.length} latents. Open them one after the other.` };
  }
  if (latents.length === 1) return { kind: 'latent', file: latents[0] };
  const picture = files.find(isPicture);
  if (picture) return { kind: 'picture', file: picture };
  return { kind: 'unknown', words: unknownWords(files[0]) };
}

function unknownWords(file: File): string {
  if (OTHER_WEIGHTS.test(file.name)) {
    return `${file.name} is not opened: this page reads weights as .safetensors only. Convert it first.`;
  }
  if (isConfig(file)) {
    return `${file.name} holds no edits of this page. If it says how a model is built, give it together with the .safetensors file.`;
  }
  return `${file.name} is neither a picture, a model (.safetensors), a latent (.npy, .safetensors, .latent) nor a list of edits (.json), so nothing was opened.`;
}

/**
 * A visitor's model, its config.json read.
 * @throws InspectorError `bad-file` where that is no JSON object
 */
export async function readOwnModel(weights: File, config: File | null): Promise<OwnModel> {
  if (!config) return { weights, name: weights.name };
  return { weights, name: weights.name, config: parseConfig(await config.text(), config.name) };
}

export function parseConfig(text: string, name: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InspectorError(
      'bad-file',
      `${name} is not valid JSON.`,
      'Give the config.json of the model, or the weights alone: most of it can be read from them.',
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InspectorError(
      'bad-file',
      `${name} is JSON, but not the description of a model.`,
      'Give the config.json that lies beside the weights, or the weights alone.',
    );
  }
  return value;
}
