/** The way from where a model comes to its open file: beside the page, on a hub, or on the visitor's own disk. */

import { blobSource, type WeightFile } from '@/models/files/source';
import { openHubFile } from '@/models/hub/open';
import { ModelFile, openEmbedded } from '@/models/load';
import type { ModelManifest } from '@/models/manifest';
import type { Provenance } from '@/models/provenance';
import type { Transfer } from '@/models/transfer';
import type { ModelSource } from '../protocol';

export interface OpeningRun {
  signal: AbortSignal;
  onProgress(fraction: number): void;
  onTransfer(transfer: Transfer): void;
  /** A sentence that is worth saying once. */
  onNotice(sentence: string): void;
  /** While the first questions are asked: a way to end a wait by hand. */
  onAsking(tryNow: () => void): void;
  /** A file that was all here is downloaded again while the model is open. */
  onDownload(download: ModelDownload): void;
}

/** `whole` settles when all bytes have come, or when it is known that they will not. */
export interface ModelDownload {
  whole: Promise<void>;
  /** Not paused: a wait for the next try ends as well. */
  pause(paused: boolean): void;
}

export interface OpenedModel {
  file: ModelFile;
  provenance(): Provenance;
  /** The rest of the file, where bytes are still coming; else null. */
  download: ModelDownload | null;
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

async function openFromHub({ manifest, base: hub }: Addressed, run: OpeningRun): Promise<OpenedModel> {
  const { signal, onTransfer, onNotice, onAsking } = run;
  const weights = await openHubFile(manifest, {
    hub,
    signal,
    onProgress: onTransfer,
    onNotice,
    onAsking,
    onRefetch: (file) => run.onDownload(steered(file)),
  });
  try {
    return {
      file: await ModelFile.open([weights], manifest.name, manifest.config),
      // Filled in as more is known, so that a copy is what was known then.
      provenance: () => ({ ...weights.provenance }),
      download: steered(weights),
      close: () => void weights.close(),
    };
  } catch (error) {
    await weights.close();
    throw error;
  }
}

const steered = (weights: WeightFile): ModelDownload => ({
  whole: weights.whole,
  pause: (paused) => weights.pause(paused),
});
