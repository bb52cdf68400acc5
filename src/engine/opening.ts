/** From where a model comes to its open file: beside the page, on a hub, or on the visitor's own disk. */
import { toPlain } from '../errors';
import { openHubFile } from '../weights/hub/open';
import { ModelFile, openEmbedded } from '../weights/load';
import type { ModelManifest } from '../weights/manifest';
import type { Provenance } from '../weights/provenance';
import { blobSource } from '../weights/source';
import type { Transfer } from '../weights/transfer';
import type { ModelSource } from './protocol';

export interface OpeningRun {
  signal: AbortSignal;
  onProgress(fraction: number): void;
  onTransfer(transfer: Transfer): void;
}

export interface OpenedModel {
  file: ModelFile;
  provenance(): Provenance;
  /** Where bytes are still coming: `whole` settles when they have come, or when it is known that they will not. */
  download: { whole: Promise<void>; pause(paused: boolean): void } | null;
  /** Lets go of the file. */
  close(): void;
}

/** @throws InspectorError, saying what is wrong with the file or why it cannot be had */
export async function openModel(source: ModelSource, run: OpeningRun): Promise<OpenedModel> {
  if ('file' in source) return openOwn(source);
  return source.manifest.kind === 'hub' ? openFromHub(source, run) : openBeside(source, run);
}

async function openOwn({
  manifest,
  file,
  config,
}: Extract<ModelSource, { file: Blob }>): Promise<OpenedModel> {
  const name = manifest.files[0]?.path ?? manifest.name;
  return {
    file: await ModelFile.open([blobSource(file, name)], name, config),
    provenance: () => ({
      kind: 'file',
      address: name,
      revision: null,
      sha256: null,
      stored: null,
      notices: [],
    }),
    download: null,
    close: () => {},
  };
}

type Addressed = { manifest: ModelManifest; base: string };

async function openBeside(
  { manifest, base }: Addressed,
  { signal, onProgress }: OpeningRun,
): Promise<OpenedModel> {
  const [{ path, sha256 }] = manifest.files;
  return {
    file: await openEmbedded(manifest, base, { signal, onProgress }),
    provenance: () => ({
      kind: 'embedded',
      address: new URL(path, base).href,
      revision: null,
      sha256,
      stored: null,
      notices: [],
    }),
    download: null,
    close: () => {},
  };
}

async function openFromHub(source: Addressed, run: OpeningRun, store = true): Promise<OpenedModel> {
  const { manifest, base: hub } = source;
  const { signal, onTransfer: onProgress } = run;
  try {
    const weights = await openHubFile(manifest, { hub, signal, onProgress, store });
    try {
      return {
        file: await ModelFile.open([weights], manifest.name, manifest.config),
        // Filled in as more is known, so that a copy is what was known then.
        provenance: () => ({ ...weights.provenance }),
        download: { whole: weights.whole, pause: (paused) => weights.pause(paused) },
        close: () => void weights.close(),
      };
    } catch (error) {
      await weights.close();
      throw error;
    }
  } catch (error) {
    // The disk filled up on the way: the file can still be used, without keeping it.
    if (store && toPlain(error).code === 'storage-full') return openFromHub(source, run, false);
    throw error;
  }
}
