import { InspectorError } from '@/common/errors';
import { type Codebook, codebookOf } from '@/latent/codebook';
import { AutoencoderKL } from '@/vae/autoencoder';
import { Parameters, type TensorData } from '@/vae/parameters';
import { PARTS, type Part, partOf } from '@/vae/shapes';
import { type DownloadOptions, download } from './download';
import { discard } from './files/discard';
import { SafetensorsFile } from './files/safetensors';
import { type ByteSource, bufferSource, type WeightFile } from './files/source';
import type { Layout } from './layouts/keyMap';
import { knownConfig } from './layouts/knownConfig';
import { findTensors, type Place } from './layouts/places';
import { type ModelManifest, parseManifest } from './manifest';

export interface LoadOptions {
  signal?: AbortSignal | undefined;
  /** Called with a fraction 0 to 1 of the numbers uploaded. */
  onProgress?: ((fraction: number) => void) | undefined;
  /** Awaited now and then, so that the event loop turns even where no read has to wait. */
  breathe?: (() => Promise<void>) | undefined;
}

/** Source that a model is opened from: any bytes, or a file that is still on its way. */
type Source = ByteSource & Partial<Pick<WeightFile, 'sequential' | 'finish'>>;

/** After so many bytes the event loop gets a turn. */
const BREATH = 8 << 20;

/**
 * A model whose file is open: what it is is known, its tensors are read when a half of the network is first needed, one by
 * one, so that only one of them is ever held twice.
 */
export class ModelFile {
  private readonly loading = new Map<Part, Promise<void>>();
  /** Halves that are not whole, or whose weights are not numbers: reading them again would say the same. */
  private readonly damaged = new Map<Part, unknown>();
  private ownCodebook: Codebook | null = null;

  private constructor(
    readonly network: AutoencoderKL,
    private readonly parameters: Parameters,
    private readonly places: ReadonlyMap<string, Place>,
    /** Sources that can be read only once, front to back: then both halves are loaded together. */
    private readonly sequential: readonly Source[],
    readonly layout: Layout,
    /** Choices among several things in the file, one sentence each, for the visitor. */
    readonly choices: readonly string[],
    /** The same, and what the file did not say and was assumed. */
    readonly assumptions: readonly string[],
    /** Place of a codebook beside the network, which does not use it; null where there is none. */
    private readonly codebookPlace: Place | null,
    /** The scaling is one of the assumptions. */
    readonly scalingAssumed: boolean,
  ) {}

  /**
   * Opens safetensors of any known layout, also inside a whole checkpoint, of which only the autoencoder's bytes are read.
   *
   * @param sources the file, or several that make up one model
   * @param name whose tensors, for messages
   * @param config diffusers' config.json, parsed; read from the tensors' shapes where it is not given
   * @throws InspectorError 'bad-file' or 'bad-model', saying what is wrong with this file, before any tensor of the network is
   *   read.
   */
  static async open(sources: readonly Source[], name: string, config?: unknown): Promise<ModelFile> {
    const files: SafetensorsFile[] = [];
    for (const source of sources) files.push(await SafetensorsFile.open(source));
    const sequential = sources.filter((source) => source.sequential);
    const found = await findTensors(files, name, sequential.length > 0);
    const { layout, places, codebook, notes } = found;
    const known = knownConfig(found, name, config);
    const parameters = new Parameters(known.config, name);
    const network = new AutoencoderKL(known.config, parameters, []);
    const assumptions = [...notes, ...known.assumptions];
    const { scalingAssumed } = known;
    const file = new ModelFile(
      network,
      parameters,
      places,
      sequential,
      layout,
      notes,
      assumptions,
      codebook,
      scalingAssumed,
    );
    if (known.broken) file.damaged.set(known.broken.part, known.broken.error);
    return file;
  }

  /** Types in which the file stores the network's numbers, each once. */
  get dtypes(): string[] {
    return [...new Set([...this.places.values()].map(({ entry }) => entry.dtype))];
  }

  /**
   * Puts a half of the network on the device, tfjs's current backend. Callers share the work: `options` are those of the
   * first. After a failure nothing of it is left there, and it can be tried again.
   *
   * @throws InspectorError of the source; 'bad-model' where this half holds weights that are not numbers; the signal's reason
   */
  load(part: Part, options: LoadOptions = {}): Promise<void> {
    const present = this.loading.get(part);
    if (present) return present;
    if (this.damaged.has(part)) return Promise.reject(this.damaged.get(part));
    const parts = this.sequential.length > 0 ? PARTS : [part];
    const reading = this.read(
      parts.filter((each) => !this.damaged.has(each)),
      options,
    );
    for (const each of parts) {
      const loading = reading.then(() => {
        if (this.damaged.has(each)) throw this.damaged.get(each);
      });
      this.loading.set(each, loading);
      loading.catch(() => this.loading.delete(each));
    }
    return this.loading.get(part) as Promise<void>;
  }

  /** The codebook that the file has beside the network, once a half was loaded; null where it has none. */
  get codebook(): Codebook | null {
    return this.ownCodebook;
  }

  has(part: Part): boolean {
    return this.loading.has(part);
  }

  dispose(): void {
    this.network.dispose();
  }

  private async read(parts: readonly Part[], { signal, onProgress, breathe }: LoadOptions): Promise<void> {
    const own = [...this.places].filter(([target]) => parts.includes(partOf(target)));
    const { codebookPlace } = this;
    const beside: [null, Place][] = codebookPlace && !this.ownCodebook ? [[null, codebookPlace]] : [];
    const wanted: [string | null, Place][] = [...own, ...beside];
    wanted.sort(([, a], [, b]) => a.index - b.index || a.entry.begin - b.entry.begin);
    const total = wanted.reduce((sum, [, { entry }]) => sum + entry.end - entry.begin, 0);
    let done = 0;
    let breath = 0;
    try {
      for (const [target, place] of wanted) {
        signal?.throwIfAborted();
        if (target === null) {
          this.ownCodebook = await readCodebook(place);
        } else {
          const tensor = await readPlace(place);
          this.parameters.add(target, tensor);
          // Filters were written anew in another order; this array was only read for that.
          if (tensor.shape.length > 1) discard(tensor.data);
        }
        const bytes = place.entry.end - place.entry.begin;
        done += bytes;
        breath += bytes;
        onProgress?.(done / total);
        if (breath < BREATH) continue;
        breath = 0;
        await breathe?.();
      }
      // What was read is only now known to be right.
      for (const source of this.sequential) await source.finish?.();
      signal?.throwIfAborted();
      for (const part of parts) this.complete(part);
    } catch (error) {
      for (const part of parts) this.parameters.drop(part);
      throw error;
    }
  }

  /** A half whose weights are not numbers is given up; the other one is of use without it. */
  private complete(part: Part): void {
    try {
      this.network.completed(part);
    } catch (error) {
      this.parameters.drop(part);
      this.damaged.set(part, error);
    }
  }
}

async function readPlace({ file, stored, shape, scale }: Place): Promise<TensorData> {
  if (scale === null) return { shape: [...shape], data: (await file.readStored(stored)).data };
  const { data } = await file.read(stored);
  const block = data.length / scale.length;
  for (let at = 0; at < data.length; at++) data[at] *= scale[Math.floor(at / block)];
  return { shape: [...shape], data };
}

async function readCodebook({ file, stored }: Place): Promise<Codebook> {
  const { shape, data } = await file.read(stored);
  return codebookOf(data, shape[1]);
}

/**
 * Downloads the files that lie beside a manifest, checks their lengths and SHA-256, and opens the model.
 *
 * @param base absolute address against which the files' paths are resolved
 * @throws InspectorError 'network' or 'not-found' where a file cannot be had, 'bad-file' where it is not the one
 *   promised, 'bad-model' where manifest and tensors disagree.
 */
export async function openEmbedded(
  manifest: ModelManifest,
  base: string,
  {
    signal,
    onProgress,
    fetch,
  }: Pick<LoadOptions, 'signal' | 'onProgress'> & Pick<DownloadOptions, 'fetch'> = {},
): Promise<ModelFile> {
  const { files, config } = parseManifest(manifest);
  const wanted = files.map(({ path, bytes, sha256 }) => {
    if (bytes === null || sha256 === null) {
      throw new InspectorError('bad-model', `The manifest of ${manifest.name} lacks a length or a SHA-256.`);
    }
    return { path, bytes, sha256 };
  });
  const total = wanted.reduce((sum, file) => sum + file.bytes, 0);
  const sources: ByteSource[] = [];
  let before = 0;
  for (const expected of wanted) {
    const url = new URL(expected.path, base).href;
    const buffer = await download(url, expected, {
      signal,
      fetch,
      onProgress: (received) => onProgress?.((before + received) / total),
    });
    before += expected.bytes;
    sources.push(bufferSource(buffer, expected.path));
  }
  return ModelFile.open(sources, manifest.name, config);
}
