/** Files of weights on the disk: found in folders, put together where they are cut into parts, hashed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InspectorError } from '@/common/errors';
import { joinedSource, joinShards, readShardIndex, type ShardIndex, shardName } from '@/models/files/shards';
import type { ByteSource } from '@/models/files/source';
import { fileSource, hashFile } from './files';

/** One file of weights, or the parts that it is cut into. */
export interface WeightsOnDisk {
  /** The file's name, or what it would be called if it was whole. */
  name: string;
  /** Path for messages and for what lies beside it: the file, or the first part. */
  path: string;
  parts: readonly string[];
  index: ShardIndex | null;
}

/** Folders in which diffusers keeps an autoencoder: the given one itself, or that in a whole pipeline. */
const FOLDERS = ['', 'vae'];

/** Its file of weights, without and with a variant ("fp16") in its name. */
const WEIGHTS = /^diffusion_pytorch_model(\.\w+)?\.safetensors$/;

const PLAIN = 'diffusion_pytorch_model.safetensors';

const INDEX = /\.(safetensors|sft)\.index(\.\w+)?\.json$/i;

/**
 * The weights of the autoencoder that a folder holds.
 * @throws InspectorError `not-found` where there is none; `bad-file` where there are several
 */
export function weightsIn(folder: string): WeightsOnDisk {
  for (const place of FOLDERS.map((each) => join(folder, each))) {
    if (!existsSync(place)) continue;
    const found = listed(place);
    const own = found.filter(({ name }) => WEIGHTS.test(name));
    const [first, ...others] = own.length > 0 ? own : found;
    if (first === undefined) continue;
    const plain = own.find(({ name }) => name === PLAIN);
    if (plain || others.length === 0) return plain ?? first;
    throw new InspectorError(
      'bad-file',
      `The folder "${folder}" holds several files of weights: ${[first, ...others].map(({ name }) => name).join(', ')}.`,
      'Give one of them.',
    );
  }
  // Whoever opens it says what it is.
  const other = otherWeights(folder);
  if (other) return weightsAt(other);
  throw nothingIn(folder);
}

/** Formats that are not read, by their names. */
const OTHERS = /\.(bin|ckpt|pth?|pkl|gguf|onnx|h5|hdf5|msgpack|npz|tflite)$/i;

function otherWeights(folder: string): string | null {
  for (const place of FOLDERS.map((each) => join(folder, each)).filter(existsSync)) {
    const found = readdirSync(place)
      .sort()
      .find((file) => OTHERS.test(file) && statSync(join(place, file)).isFile());
    if (found !== undefined) return join(place, found);
  }
  return null;
}

/** Error for a folder without weights, by what it holds in their place. */
function nothingIn(folder: string): InspectorError {
  const none = `The folder "${folder}" holds no weights as .safetensors`;
  for (const place of FOLDERS.map((each) => join(folder, each)).filter(existsSync)) {
    const files = readdirSync(place).sort();
    const index = files.find((file) => INDEX.test(file));
    const names = index && tryIndex(join(place, index))?.files.values();
    if (names) {
      const parts = [...new Set(names)].sort();
      const more = parts.length > 3 ? ` and ${parts.length - 3} more` : '';
      return new InspectorError(
        'not-found',
        `${none}, only their index, ${index}. The files that it names are missing: ${parts.slice(0, 3).join(', ')}${more}.`,
        'Put them beside it.',
      );
    }
  }
  return new InspectorError(
    'not-found',
    `${none}, nor does a folder "vae" in it.`,
    'Give the .safetensors file itself.',
  );
}

/** A file that was given: with its other parts, where it is one of several; with those that it names, where it is an index. */
export function weightsAt(path: string): WeightsOnDisk {
  const single = { name: basename(path), path, parts: [path], index: null };
  if (INDEX.test(path)) return indexed(path) ?? single;
  if (!shardName(basename(path))) return single;
  const found = listed(dirname(path)).find(({ parts }) =>
    parts.some((part) => basename(part) === single.name),
  );
  // Alone it may hold the whole autoencoder all the same.
  return found && found.parts.length > 1 ? { ...found, path } : single;
}

/** All weights in a folder, by name. */
function listed(folder: string): WeightsOnDisk[] {
  const files = readdirSync(folder).sort();
  const found = new Map<string, WeightsOnDisk>();
  const taken = new Set<string>();
  for (const file of files.filter((each) => INDEX.test(each))) {
    const whole = indexed(join(folder, file));
    if (!whole) continue;
    for (const part of whole.parts) taken.add(basename(part));
    found.set(whole.name, whole);
  }
  for (const file of files) {
    if (!/\.(safetensors|sft)$/i.test(file) || taken.has(file)) continue;
    const name = shardName(file)?.whole ?? file;
    const path = join(folder, file);
    const known = found.get(name);
    found.set(name, {
      name,
      path: known?.path ?? path,
      parts: [...(known?.parts ?? []), path],
      index: null,
    });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The parts that an index names, as far as they are there; null where none is, or it cannot be read. */
function indexed(path: string): WeightsOnDisk | null {
  const index = tryIndex(path);
  if (!index) return null;
  const names = [...new Set(index.files.values())].sort();
  const parts = names.map((name) => join(dirname(path), name)).filter((part) => existsSync(part));
  const [first] = parts;
  if (first === undefined) return null;
  const name = basename(path).replace(/\.index(\.\w+)?\.json$/i, '');
  return { name, path: first, parts, index };
}

/** An index that is damaged says nothing: the parts may tell by their names what they are. */
function tryIndex(path: string): ShardIndex | null {
  try {
    return readShardIndex(readFileSync(path, 'utf8'), basename(path));
  } catch {
    return null;
  }
}

export interface OpenWeights {
  source: ByteSource;
  /** SHA-256 of the whole: for parts, that of the file which they make up. */
  sha256: string;
  close(): Promise<void>;
}

/** @throws InspectorError `bad-file` for parts that do not belong together */
export async function openWeights({ name, path, parts, index }: WeightsOnDisk): Promise<OpenWeights> {
  if (parts.length === 1 && !index) {
    const sha256 = await hashFile(path);
    const source = await fileSource(path);
    return { source, sha256, close: () => source.close() };
  }
  const sources: Awaited<ReturnType<typeof fileSource>>[] = [];
  const close = async () => {
    for (const source of sources) await source.close();
  };
  try {
    for (const part of parts) sources.push(await fileSource(part));
    const source = joinedSource(name, await joinShards(sources, index), sources);
    return { source, sha256: await hashSource(source), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const PIECE = 4 << 20;

async function hashSource({ byteLength, read }: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < byteLength; at += PIECE)
    hash.update(new Uint8Array(await read(at, Math.min(PIECE, byteLength - at))));
  return hash.digest('hex');
}
