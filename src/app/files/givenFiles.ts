/** Sorts the files that a visitor chose, dropped or pasted: one thing to open, and what to say of the others. */
import { InspectorError } from '@/common/errors';
import { isNonEmpty, type NonEmpty } from '@/common/nonEmpty';
import { isEditsDocument } from '@/formats/editsFile';
import { joinedNote } from '@/session/models/shards';
import type { OwnModel } from '@/session/types';
import { plural } from '../parts/format';
import { byName, folderOf, pathOf } from './givenFolder';
import { type Looked, lookAt } from './givenKinds';
import { type GivenWeights, groupParts, placeOf, wholeOf } from './givenParts';

/** The thing to open. `said`: what a visitor should know of what was chosen among several; null where nothing was. */
export type Given =
  | { kind: 'picture'; file: File; said: string | null }
  | { kind: 'model'; weights: File; config: File | null; said: string | null }
  | { kind: 'latent'; file: File; said: string | null }
  /** Edits in JSON, not read yet. */
  | { kind: 'edits'; file: File; text: string }
  | { kind: 'nothing' }
  /** None of it can be opened; `words` say why. */
  | { kind: 'unknown'; words: string };

/** A JSON document longer than this is not looked into. */
const LONGEST_DOCUMENT = 20e6;

/** So many files of a folder are named at most. */
const MAX_NAMED = 3;

/**
 * Recognises files by their bytes. Of several, weights come first, then a latent, then the first picture. A folder of a whole
 * pipeline is opened by its `vae`.
 */
export async function recognise(files: readonly File[]): Promise<Given> {
  const looked: Looked[] = [];
  for (const file of files) looked.push(await lookAt(file));
  if (!isNonEmpty(looked)) return { kind: 'nothing' };
  looked.sort((a, b) => byName(pathOf(a.file), pathOf(b.file)));
  const given = await choose(looked);
  const [{ file, use }] = looked;
  if (given.kind === 'unknown' && looked.length === 1 && use === 'json') {
    const text = file.size <= LONGEST_DOCUMENT ? await file.text() : '';
    if (isEditsDocument(text)) return { kind: 'edits', file, text };
  }
  return given;
}

/** "folder sd15", "folders a and b"; null of files that were given by themselves. */
function foldersOf(looked: NonEmpty<Looked>): string | null {
  if (folderOf(looked[0].file) === null) return null;
  const names = [...new Set(looked.flatMap(({ file }) => folderOf(file) ?? []))];
  if (names.length === 1) return `folder ${names[0]}`;
  const more = names.length - MAX_NAMED;
  const last = more > 0 ? `${more} more` : names[names.length - 1];
  return `folders ${names.slice(0, more > 0 ? MAX_NAMED : -1).join(', ')} and ${last}`;
}

const holds = (folder: string) => (folder.startsWith('folders ') ? 'hold' : 'holds');

async function choose(looked: NonEmpty<Looked>): Promise<Given> {
  const of = (use: Looked['use']) => looked.filter((each) => each.use === use).map(({ file }) => file);
  const folder = foldersOf(looked);
  const [weights, latents, pictures] = [of('weights'), of('latent'), of('picture')];
  const models = weights.length > 0 ? await groupParts(weights, of('index')) : [];
  if (isNonEmpty(models)) {
    const chosen = chooseModel(models, weights, of('json'), folder);
    return 'kind' in chosen ? chosen : { kind: 'model', ...chosen, weights: await wholeOf(chosen.weights) };
  }
  if (latents.length > 1) {
    return {
      kind: 'unknown',
      words: `${folder === null ? 'These are' : `The ${folder} ${holds(folder)}`} ${latents.length} latents. Open them one after the other.`,
    };
  }
  const [latent] = latents;
  if (latent) return { kind: 'latent', file: latent, said: saidOf(latent, looked.length, folder) };
  if (isNonEmpty(pictures)) {
    return { kind: 'picture', file: pictures[0], said: saidOfPictures(pictures, folder) };
  }
  return { kind: 'unknown', words: unknownWords(looked, folder) };
}

/** Weights as pipelines of diffusers, and checkpoints beside them, keep them: `vae/` is the autoencoder. */
const AUTOENCODER = /(^|\/)(vae|vae_1_0|first_stage_model|ae)\//i;
/** The same weights over again, in halves or as a moving average. */
const VARIANT = /\.(fp16|bf16|fp32|non_ema|ema)\.(safetensors|sft)$/i;

type ChosenModel = { weights: GivenWeights; config: File | null; said: string | null };

function chooseModel(
  models: NonEmpty<GivenWeights>,
  weights: readonly File[],
  documents: readonly File[],
  folder: string | null,
): ChosenModel | Extract<Given, { kind: 'unknown' }> {
  if (folder === null) {
    if (models.length > 1) {
      return {
        kind: 'unknown',
        words: `These are ${models.length} models. Open them one after the other, with "Model" and "Compare with".`,
      };
    }
    const [model] = models;
    if (documents.length > 1) {
      return {
        kind: 'unknown',
        words: `There are ${documents.length} .json files beside ${model.path}. Give only the config.json that belongs to it.`,
      };
    }
    return { weights: model, config: documents[0] ?? null, said: saidOfParts(model) };
  }
  const inside = models.filter(({ path }) => AUTOENCODER.test(path));
  const candidates = isNonEmpty(inside) ? inside : models;
  const whole = candidates.filter(({ path }) => !VARIANT.test(path));
  const [chosen, ...others] = isNonEmpty(whole) ? whole : candidates;
  if (others.length > 0) {
    return {
      kind: 'unknown',
      words: `The ${folder} ${holds(folder)} ${weights.length} weights files: ${named(weights)}. A model is one: drop the one that you mean.`,
    };
  }
  const config = documents.find((file) => pathOf(file) === `${placeOf(chosen.files[0])}config.json`) ?? null;
  const variants = candidates.filter((model) => model !== chosen).flatMap(({ files }) => files);
  return {
    weights: chosen,
    config,
    said: [
      `Of the ${folder}, ${chosen.path} is opened${config ? ', with its config.json' : ''}.`,
      saidOfParts(chosen),
      variants.length > 0 &&
        `It also holds ${named(variants)}: drop ${variants.length === 1 ? 'that' : 'one of them'} by itself to open it.`,
    ]
      .filter(Boolean)
      .join(' '),
  };
}

function saidOfParts({ files, path }: GivenWeights): string | null {
  return files.length > 1 ? joinedNote(files.length, path.split('/').at(-1)!) : null;
}

function saidOf(file: File, count: number, folder: string | null): string | null {
  if (count < 2) return null;
  return folder === null
    ? `Of the ${count} files ${file.name} is opened.`
    : `Of the ${folder}, ${pathOf(file)} is opened.`;
}

function saidOfPictures(pictures: NonEmpty<File>, folder: string | null): string | null {
  if (pictures.length === 1 && folder === null) return null;
  const first = pathOf(pictures[0]);
  if (pictures.length === 1) return `Of the ${folder}, ${first} is opened.`;
  const whose = folder === null ? 'These are' : `The ${folder} ${holds(folder)}`;
  return `${whose} ${pictures.length} pictures: ${first}, the first, is opened. To measure all of them, use "Does it hold over many pictures?" below.`;
}

/** "a, b, c and 4 more". */
function named(files: readonly File[]): string {
  const some = files.slice(0, MAX_NAMED).map(pathOf);
  const more = files.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}

function unknownWords(looked: NonEmpty<Looked>, folder: string | null): string {
  if (folder !== null) {
    const some = looked
      .slice(0, MAX_NAMED)
      .map(({ file, what }) => (what ? `${pathOf(file)} is ${what}` : pathOf(file)));
    const more = looked.length - some.length;
    return `The ${folder} ${holds(folder)} nothing that this page opens: no picture, no model as .safetensors, no latent. ${folder.startsWith('folders ') ? 'They hold' : 'It holds'} ${plural(looked.length, 'file')}: ${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
  }
  const [{ file, use, what, advice }] = looked;
  const name = pathOf(file);
  if (use === 'json') {
    return `${name} holds no edits of this page. If it says how a model is built, give it together with the .safetensors file.`;
  }
  if (what) return `${name} is ${what}. ${advice}`.trim();
  return `${name} is neither a picture, a model (.safetensors), a latent (.npy, .npz, .safetensors, .latent) nor a list of edits (.json), so nothing was opened.`;
}

/**
 * A visitor's model, its config.json read.
 * @throws InspectorError `bad-file` where that is no JSON object
 */
export async function readOwnModel(weights: File, config: File | null): Promise<OwnModel> {
  const path = pathOf(weights);
  if (!config) return { weights, path };
  return { weights, path, config: parseConfig(await config.text(), pathOf(config)) };
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
