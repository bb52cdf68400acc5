import { InspectorError } from '../errors';
import { AutoencoderKL } from '../vae/autoencoder';
import { type AutoencoderConfig, parseConfig } from '../vae/config';
import { Parameters, type TensorData } from '../vae/parameters';
import { shapes } from '../vae/shapes';
import { type DownloadOptions, download } from './download';
import { inferConfig } from './infer';
import { type Layout, mapKeys } from './keymap';
import { type ModelManifest, parseManifest } from './manifest';
import { SafetensorsFile } from './safetensors';
import { type ByteSource, bufferSource } from './source';

/** Named tensors (diffusers names, PyTorch shapes) that are read one at a time. */
export interface TensorSource {
  shapes: ReadonlyMap<string, readonly number[]>;
  read(name: string): Promise<TensorData>;
}

export interface LoadOptions {
  signal?: AbortSignal;
  /** Called with a fraction 0 to 1 of the numbers uploaded. */
  onProgress?(fraction: number): void;
}

/**
 * Reads the tensors one by one into a network on tfjs's current backend, so that only one of them is held twice.
 * Between two the event loop may turn.
 *
 * @throws InspectorError 'bad-model', naming a tensor that is missing, unknown or of a wrong shape, before reading any.
 */
export async function loadAutoencoder(
  tensors: TensorSource,
  config: AutoencoderConfig,
  { signal, onProgress }: LoadOptions = {},
): Promise<AutoencoderKL> {
  checkShapes(tensors.shapes, config);
  const expected = shapes(config);
  const sizes = [...expected.values()].map((shape) => shape.reduce((product, side) => product * side, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parameters = new Parameters(config);
  try {
    let done = 0;
    for (const [index, name] of [...expected.keys()].entries()) {
      signal?.throwIfAborted();
      parameters.add(name, await tensors.read(name));
      done += sizes[index];
      onProgress?.(done / total);
    }
    return new AutoencoderKL(config, parameters);
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}

/** A network from a file, and how it was read. */
export interface LoadedFile {
  model: AutoencoderKL;
  layout: Layout;
  /** What the file did not say and was assumed, one sentence each, for the visitor. */
  assumptions: string[];
}

/**
 * A network from a safetensors file of any known layout, also inside a whole checkpoint, of which only the
 * autoencoder's bytes are read.
 *
 * @param config diffusers' config.json, parsed; read from the tensors' shapes where it is not given
 * @throws InspectorError 'bad-file' or 'bad-model', saying what is wrong with this file.
 */
export async function loadFile(
  source: ByteSource,
  config?: unknown,
  options?: LoadOptions,
): Promise<LoadedFile> {
  const file = await SafetensorsFile.open(source);
  const { layout, tensors } = autoencoderOf([file], source.name);
  const inferred =
    config === undefined ? inferConfig(tensors.shapes) : { config: parseConfig(config), assumptions: [] };
  const model = await loadAutoencoder(tensors, inferred.config, options);
  return { model, layout, assumptions: inferred.assumptions };
}

/**
 * Downloads the files that a manifest names, checks their lengths and SHA-256, and makes the network.
 *
 * @param base absolute address against which the files' paths are resolved
 * @throws InspectorError 'network' or 'not-found' where a file cannot be had, 'bad-file' where it is not the one
 *   promised, 'bad-model' where manifest and tensors disagree.
 */
export async function loadManifest(
  manifest: ModelManifest,
  base: string,
  { signal, onProgress, fetch }: LoadOptions & Pick<DownloadOptions, 'fetch'> = {},
): Promise<AutoencoderKL> {
  const { files: wanted, config } = parseManifest(manifest);
  const bytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
  const files: SafetensorsFile[] = [];
  let before = 0;
  for (const expected of wanted) {
    const url = new URL(expected.path, base).href;
    const buffer = await download(url, expected, {
      signal,
      fetch,
      onProgress: (received) => onProgress?.((DOWNLOAD_SHARE * (before + received)) / bytes),
    });
    before += expected.bytes;
    files.push(await SafetensorsFile.open(bufferSource(buffer, expected.path)));
  }
  const { tensors } = autoencoderOf(files, manifest.name);
  return loadAutoencoder(tensors, parseConfig(config), {
    signal,
    onProgress: (fraction) => onProgress?.(DOWNLOAD_SHARE + (1 - DOWNLOAD_SHARE) * fraction),
  });
}

/** Of a manifest's progress, how much is the download. */
const DOWNLOAD_SHARE = 0.8;

/** The autoencoder's tensors in one file or several, under diffusers' names. */
function autoencoderOf(files: SafetensorsFile[], name: string): { layout: Layout; tensors: TensorSource } {
  const home = new Map<string, SafetensorsFile>();
  for (const file of files) for (const key of file.entries.keys()) home.set(key, file);
  const { layout, names } = mapKeys(home.keys(), name);
  const shapeOf = (stored: string) => home.get(stored)!.entries.get(stored)!.shape;
  const table = new Map([...names].map(([target, stored]) => [target, linearShape(target, shapeOf(stored))]));
  return {
    layout,
    tensors: {
      shapes: table,
      async read(target) {
        const stored = names.get(target)!;
        const { data } = await home.get(stored)!.read(stored);
        return { shape: [...table.get(target)!], data };
      },
    },
  };
}

/** Attention's linear layers are stored as 1x1 convolutions `[C, C, 1, 1]` by CompVis and by old diffusers. */
function linearShape(name: string, shape: number[]): number[] {
  const isProjection = /\.attentions\.0\.to_(q|k|v|out\.0)\.weight$/.test(name);
  const [outs, ins, height, width] = shape;
  return isProjection && shape.length === 4 && height === 1 && width === 1 ? [outs, ins] : shape;
}

/** Compares all names and shapes at once, so that the message can name the first of each kind of trouble. */
function checkShapes(found: ReadonlyMap<string, readonly number[]>, config: AutoencoderConfig): void {
  const expected = shapes(config);
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name));
  const wrong = [...expected].filter(
    ([name, shape]) => found.has(name) && `${found.get(name)}` !== `${shape}`,
  );
  const troubles = [
    ...listed('lacks', missing),
    ...listed('has no place for', unexpected),
    ...wrong
      .slice(0, 1)
      .map(([name, shape]) => `has "${name}" in the shape [${found.get(name)}] where [${shape}] is needed`),
  ];
  if (troubles.length === 0) return;
  throw new InspectorError(
    'bad-model',
    `The file does not fit its configuration: the network ${troubles.join('; it ')}.`,
    'Choose the configuration that belongs to this file, or another file.',
  );
}

function listed(verb: string, names: string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [
    `${verb} ${names
      .slice(0, 3)
      .map((name) => `"${name}"`)
      .join(', ')}${rest}`,
  ];
}
