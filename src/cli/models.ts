/** Models by the names the command takes: those that ship, and files of one's own. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { InspectorError } from '@/common/errors';
import { joinedNote } from '@/models/files/shards';
import { otherConfig } from '@/models/layouts/otherConfig';
import { ModelFile } from '@/models/load';
import { type ModelManifest, parseManifest } from '@/models/manifest';
import type { ReportModel } from '@/report/run';
import { hashText } from './files';
import { type OpenWeights, openWeights, type WeightsOnDisk, weightsAt, weightsIn } from './weights';

export interface CliModel {
  about: ReportModel;
  file: ModelFile;
  close(): Promise<void>;
}

/** The model that `--model` names: an id of `models/`, or weights with a name for them. */
interface Wanted {
  id: string;
  weights: WeightsOnDisk;
  manifest: ModelManifest | null;
}

/**
 * Opens all models; their tensors are read later.
 * @param root the project's folder, which holds `models/`
 * @throws InspectorError `not-found`, `bad-file`, `bad-model`
 */
export async function openModels(given: readonly string[], root: string): Promise<CliModel[]> {
  const manifests = readManifests(join(root, 'models'));
  const folder = join(root, 'models');
  const wanted = withCommas(given, manifests).map((each) => resolve(each, manifests, folder));
  for (const [at, { id }] of wanted.entries()) {
    if (wanted.findIndex((other) => other.id === id) !== at) {
      throw new InspectorError(
        'bad-model',
        `Two models are called "${id}".`,
        'Give each a name: --model NAME=FILE.',
      );
    }
  }
  const models: CliModel[] = [];
  try {
    for (const each of wanted) models.push(await openModel(each));
  } catch (error) {
    // Those before it are open, and nobody else knows of them.
    for (const model of models) await model.close();
    throw error;
  }
  return models;
}

/** Puts together again what was taken for several names because there are commas in a file's. */
function withCommas(given: readonly string[], manifests: ReadonlyMap<string, ModelManifest>): string[] {
  const names: string[] = [];
  const isName = (name: string) => manifests.has(name) || existsSync(pathIn(name));
  for (let at = 0; at < given.length; ) {
    const lengths = Array.from({ length: given.length - at }, (_, index) => index + 1);
    const count = lengths.find((length) => isName(given.slice(at, at + length).join(','))) ?? 1;
    names.push(given.slice(at, at + count).join(','));
    at += count;
  }
  return names;
}

/** `NAME=FILE`, or a file's path alone. */
function split(given: string): { name: string | undefined; path: string } {
  const [, name, path] = /^([\w.-]+)=(.+)$/s.exec(given) ?? [];
  // A path may well have an equals sign in it.
  return path === undefined || existsSync(given) ? { name: undefined, path: given } : { name, path };
}

const pathIn = (given: string) => split(given).path;

function readManifests(folder: string): Map<string, ModelManifest> {
  const manifests = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'figures.json' && !name.endsWith('.schema.json'))
    .map((name) => parseManifest(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  return new Map(manifests.map((manifest) => [manifest.id, manifest]));
}

function resolve(given: string, manifests: ReadonlyMap<string, ModelManifest>, folder: string): Wanted {
  const manifest = manifests.get(given);
  if (manifest?.kind === 'embedded') {
    return { id: given, weights: weightsAt(join(folder, manifest.files[0].path)), manifest };
  }
  if (manifest?.hub) {
    const [{ path }] = manifest.files;
    const { repository, revision } = manifest.hub;
    throw new InspectorError(
      'bad-model',
      `${manifest.name} is not part of this project, and this command downloads nothing.`,
      `Download https://huggingface.co/${repository}/resolve/${revision}/${path} and give the file: --model ${given}=FILE.`,
    );
  }
  const { name, path: place } = split(given);
  if (!existsSync(place)) {
    throw new InspectorError(
      'not-found',
      name ? `There is no file "${place}".` : `There is no model "${given}", and no such file.`,
      `Models of this project: ${shipped(manifests)}. Or give a .safetensors file.`,
    );
  }
  const isFolder = statSync(place).isDirectory();
  const weights = isFolder ? weightsIn(place) : weightsAt(place);
  const id = name ?? (isFolder ? folderName(place) : weights.name.replace(/\.safetensors$/i, ''));
  const known = manifests.get(id) ?? null;
  if (known?.kind === 'embedded') {
    throw new InspectorError(
      'bad-model',
      `"${id}" is the name of a model of this project.`,
      'Give your file another name: --model NAME=FILE.',
    );
  }
  return { id, weights, manifest: known };
}

/** A folder "vae" is called by the model that it belongs to. */
function folderName(folder: string): string {
  const path = resolvePath(folder);
  const own = basename(path);
  return own === 'vae' && basename(dirname(path)) !== '' ? basename(dirname(path)) : own;
}

function shipped(manifests: ReadonlyMap<string, ModelManifest>): string {
  return [...manifests.values()]
    .filter(({ kind }) => kind === 'embedded')
    .map(({ id }) => id)
    .join(', ');
}

async function openModel({ id, weights, manifest }: Wanted): Promise<CliModel> {
  const { path } = weights;
  if (!(await stat(path)).isFile()) {
    throw new InspectorError('bad-file', `"${path}" is no file.`, 'Give the .safetensors file itself.');
  }
  const notes: string[] = manifest?.note ? [manifest.note] : [];
  const open = await openWeights(weights);
  try {
    return await openNetwork({ id, weights, manifest }, open, notes);
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function openNetwork(
  { id, weights: { name, path, parts }, manifest }: Wanted,
  { source, sha256, close }: OpenWeights,
  notes: string[],
): Promise<CliModel> {
  const expected = manifest?.files[0].sha256;
  if (manifest?.kind === 'embedded' && sha256 !== expected) {
    throw new InspectorError(
      'bad-file',
      `${path} is not the file that its manifest names: its SHA-256 is ${sha256}.`,
      'Fetch the project again.',
    );
  }
  if (expected && sha256 !== expected)
    notes.push('This is not the file that the manifest of this name describes.');
  const config = manifest?.kind === 'embedded' ? manifest.config : await configBeside(path, manifest, notes);
  const file = await ModelFile.open([source], name, config);
  if (parts.length > 1) notes.push(joinedNote(parts.length, name));
  const { network } = file;
  return {
    file,
    about: {
      id,
      name: manifest?.name ?? id,
      file: name,
      sha256,
      configSha256: hashText(JSON.stringify(network.config)),
      config: network.config,
      parameters: network.parameterCount,
      spot: manifest?.spot ?? null,
      notes: [...notes, ...file.assumptions],
    },
    async close() {
      file.dispose();
      await close();
    },
  };
}

/** config.json beside the weights, where it is an autoencoder's; else the manifest's of that name; else none. */
async function configBeside(path: string, manifest: ModelManifest | null, notes: string[]): Promise<unknown> {
  const beside = join(dirname(path), 'config.json');
  if (!existsSync(beside)) return manifest?.config;
  // Editors of Windows put a mark before the text, which `TextDecoder` leaves out.
  const text = new TextDecoder().decode(await readFile(beside));
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (cause) {
    const problem = (cause as Error).message.replace(/[.\s]*$/, '.');
    throw new InspectorError(
      'bad-file',
      `${beside} is not valid JSON: ${problem}`,
      'Put it right, or move it away: most of it can be read from the weights.',
      { cause },
    );
  }
  const other = otherConfig(config);
  if (other === null) return config;
  notes.push(`The config.json beside it describes ${other.label}, and was not used.`);
  return manifest?.config;
}
