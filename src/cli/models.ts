/** Models by the names the command takes: those that ship, and files of one's own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InspectorError } from '../errors';
import type { ReportModel } from '../report/document';
import { ModelFile } from '../weights/load';
import { type ModelManifest, parseManifest } from '../weights/manifest';
import { fileSource, hashFile, hashText } from './files';

export interface CliModel {
  about: ReportModel;
  file: ModelFile;
  close(): Promise<void>;
}

/** What `--model` names: an id of `models/`, or a file with a name for it. */
interface Wanted {
  id: string;
  path: string;
  manifest: ModelManifest | null;
}

/**
 * Opens all models; their tensors are read later.
 * @param root the project's folder, which holds `models/`
 * @throws InspectorError `not-found`, `bad-file`, `bad-model`
 */
export async function openModels(given: readonly string[], root: string): Promise<CliModel[]> {
  const manifests = readManifests(join(root, 'models'));
  const wanted = given.map((each) => resolve(each, manifests, join(root, 'models')));
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
  for (const each of wanted) models.push(await openModel(each));
  return models;
}

function readManifests(folder: string): Map<string, ModelManifest> {
  const manifests = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'figures.json' && !name.endsWith('.schema.json'))
    .map((name) => parseManifest(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  return new Map(manifests.map((manifest) => [manifest.id, manifest]));
}

function resolve(given: string, manifests: ReadonlyMap<string, ModelManifest>, folder: string): Wanted {
  const manifest = manifests.get(given);
  if (manifest?.kind === 'embedded') {
    return { id: given, path: join(folder, manifest.files[0].path), manifest };
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
  const [, name, named] = /^([\w.-]+)=(.+)$/s.exec(given) ?? [];
  const path = named ?? given;
  if (!existsSync(path)) {
    throw new InspectorError(
      'not-found',
      named ? `There is no file "${path}".` : `There is no model "${given}", and no such file.`,
      `Models of this project: ${shipped(manifests)}. Or give a .safetensors file.`,
    );
  }
  const id = name ?? basename(path).replace(/\.safetensors$/i, '');
  const known = manifests.get(id) ?? null;
  if (known?.kind === 'embedded') {
    throw new InspectorError(
      'bad-model',
      `"${id}" is the name of a model of this project.`,
      'Give your file another name: --model NAME=FILE.',
    );
  }
  return { id, path, manifest: known };
}

function shipped(manifests: ReadonlyMap<string, ModelManifest>): string {
  return [...manifests.values()]
    .filter(({ kind }) => kind === 'embedded')
    .map(({ id }) => id)
    .join(', ');
}

async function openModel({ id, path, manifest }: Wanted): Promise<CliModel> {
  if (!(await stat(path)).isFile()) {
    throw new InspectorError('bad-file', `"${path}" is a folder.`, 'Give the .safetensors file itself.');
  }
  const notes: string[] = manifest?.note ? [manifest.note] : [];
  const sha256 = await hashFile(path);
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
  const source = await fileSource(path);
  const file = await ModelFile.open([source], basename(path), config);
  const { network } = file;
  return {
    file,
    about: {
      id,
      name: manifest?.name ?? id,
      file: basename(path),
      sha256,
      configSha256: hashText(JSON.stringify(network.config)),
      config: network.config,
      parameters: network.parameterCount,
      spot: manifest?.spot ?? null,
      notes: [...notes, ...file.assumptions],
    },
    async close() {
      file.dispose();
      await source.close();
    },
  };
}

/** config.json beside the weights, where it is an autoencoder's; else the manifest's of that name; else none. */
async function configBeside(path: string, manifest: ModelManifest | null, notes: string[]): Promise<unknown> {
  const beside = join(dirname(path), 'config.json');
  if (!existsSync(beside)) return manifest?.config;
  let config: unknown;
  try {
    config = JSON.parse(await readFile(beside, 'utf8'));
  } catch (cause) {
    throw new InspectorError(
      'bad-file',
      `${beside} cannot be read as JSON.`,
      'Put it right, or move it away.',
      {
        cause,
      },
    );
  }
  const kind = (config as { _class_name?: unknown } | null)?._class_name;
  if (kind === undefined || kind === 'AutoencoderKL') return config;
  notes.push(`The config.json beside it is of a ${String(kind)} and was not used.`);
  return manifest?.config;
}
