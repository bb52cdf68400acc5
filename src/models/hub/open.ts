import { InspectorError } from '@/common/errors';
import type { WeightFile } from '../files/source';
import type { ModelManifest } from '../manifest';
import type { Provenance } from '../provenance';
import { askToPersist } from '../stores/browser';
import { browserLocks, type Locks, lock, type Release, tryLock } from '../stores/locks';
import { openPlace } from '../stores/open';
import { type FilePlace, isQuotaError } from '../stores/place';
import {
  createKept,
  type Meta,
  nameOf,
  openStoredDownload,
  type StoredDownload,
  unkept,
} from '../stores/storedDownload';
import type { Transfer } from '../transfer';
import { addressOf, DEFAULT_HUB, type HubFile, MAIN } from './address';
import { type Answer, ask, type Expected, movedNotice } from './ask';
import { differ } from './contact';
import { Download } from './download';
import { megabytes, stopped } from './failures';
import { NETWORK, type Network } from './network';
import { PART_BYTES } from './parts';
import { damagedFile, isDue, recheck, removeParts } from './recheck';
import { Reporter } from './reporter';
import { RetryBackoff } from './retryBackoff';
import { StoredDownloadFile } from './storedDownloadFile';
import { renewedFile, storedFile } from './storedFile';
import { StreamedFile } from './streamedFile';

export interface HubFileOptions {
  /** Address of the hub or of a mirror, as HF_ENDPOINT is for Python. */
  hub?: string;
  /** False: the bytes are kept nowhere, and the file is sequential. */
  store?: boolean;
  /** Stand-in for what the browser offers. Null: nothing. */
  place?: FilePlace | null | Promise<FilePlace | null>;
  /** Signal that lives as long as the file is used: aborting closes it. */
  signal?: AbortSignal;
  /** Not called for a file that is all here. */
  onProgress?(transfer: Transfer): void;
  /** Told, in a sentence, what has changed for the worse while the file is open, and has no other consequence. */
  onNotice?(sentence: string): void;
  /** Told where a file that was all here has to be downloaded again while it is open, as the browser has cleared it. */
  onRefetch?(file: WeightFile): void;
  /** Given a way to end a wait of the first questions by hand. */
  onAsking?(tryNow: () => void): void;
  /** Stand-in for the browser's. */
  network?: Partial<Network>;
  locks?: Locks | null;
  /** Bytes of a part, for new downloads. */
  partBytes?: number;
}

/**
 * Opens a manifest's file: from this computer, where it was kept, with no network; else from the hub. Resolves when it is known
 * how long the file is, and, where it is kept, when no other tab downloads it; its bytes come afterwards.
 *
 * @throws InspectorError 'not-found', 'network', 'bad-file', 'busy' or 'aborted'. The same come from the file later; it is then of
 *   no more use, and opening it again goes on from the bytes that are kept. A store that fails is no failure of the file.
 */
export async function openHubFile(
  manifest: ModelManifest,
  options: HubFileOptions = {},
): Promise<WeightFile> {
  const { signal } = options;
  const opening = new Opening(manifest, options);
  try {
    const file = await opening.open();
    if (signal?.aborted) {
      await file.close();
      throw signal.reason;
    }
    signal?.addEventListener('abort', () => void file.close(), { once: true });
    return file;
  } catch (error) {
    throw signal?.aborted && !(error instanceof InspectorError) ? stopped(error) : error;
  } finally {
    opening.end();
  }
}

const NO_PLACE = 'This browser keeps no files for this page, so the file is downloaded again the next time.';
const NOT_KEPT = 'The file is not kept on this computer, so it is downloaded again the next time.';
const CLEARED =
  'What this browser kept of the model was cleared, so it is downloaded again. What is open stays open.';
const UNCHECKED = 'The hub does not say the SHA-256 of this file, so it cannot be checked.';
const TAKEN = 'Another tab is downloading this file.';

/** Room that is left free, for what else the page and the browser keep. */
const MARGIN = 16e6;

class Opening {
  private readonly wanted: HubFile;
  private readonly expected: Expected;
  private readonly network: Network;
  private readonly backoff: RetryBackoff;
  private readonly reporter: Reporter;
  private readonly locks: Locks | null;
  private waiting = false;
  /** When the hub was last asked, by `network.elapsed`. */
  private askedAt = 0;

  constructor(
    manifest: ModelManifest,
    private readonly options: HubFileOptions,
  ) {
    const [{ path, bytes, sha256 }] = manifest.files;
    const { repository, revision } = manifest.hub!;
    const hub = (options.hub ?? DEFAULT_HUB).replace(/\/+$/, '');
    this.wanted = { hub, repository, revision, path };
    this.expected = { bytes, sha256 };
    this.network = { ...NETWORK, ...options.network };
    this.backoff = new RetryBackoff(this.network);
    this.locks = options.locks === undefined ? browserLocks() : options.locks;
    this.reporter = new Reporter(this.network, options.onProgress, () => this.progress());
    this.backoff.onChange = () => {
      this.askedAt = this.network.elapsed();
      this.reporter.update();
    };
  }

  async open(): Promise<WeightFile> {
    const { store = true, place: given = openPlace() } = this.options;
    const place = store ? await given : null;
    const here = place && (await this.fromStore(place).catch(unlessOurs));
    if (here) return here;
    return this.fromHub(place);
  }

  private async fromHub(place: FilePlace | null, inPlace = false): Promise<WeightFile> {
    const { store = true } = this.options;
    this.askedAt = this.network.elapsed();
    this.reporter.update();
    this.options.onAsking?.(() => this.backoff.reset());
    const { network, backoff, options } = this;
    const answer = await ask(this.wanted, this.expected, { network, backoff, signal: options.signal });
    try {
      if (place) return await this.kept(place, answer, inPlace);
      return await this.passing(answer, store ? NO_PLACE : NOT_KEPT);
    } catch (error) {
      await answer.response?.body?.cancel().catch(() => {});
      throw error;
    }
  }

  end(): void {
    this.reporter.end();
  }

  private progress() {
    const { backoff, expected } = this;
    const progress = { received: 0, total: expected.bytes };
    if (this.waiting) return { ...progress, state: 'waiting' as const, reason: TAKEN, until: null };
    if (!backoff.shut) {
      const silentSeconds = Math.floor((this.network.elapsed() - this.askedAt) / 1000);
      return { ...progress, state: 'asking' as const, silentSeconds };
    }
    return { ...progress, state: 'waiting' as const, reason: backoff.reason, until: backoff.until };
  }

  /** The file, if it is all here: also that of "main", where its SHA-256 says that it is the very same. */
  private async fromStore(place: FilePlace): Promise<WeightFile | null> {
    const found = await this.complete(place, this.wanted);
    if (found || this.wanted.revision === MAIN || !this.expected.sha256) return found;
    return this.complete(place, { ...this.wanted, revision: MAIN });
  }

  private async complete(place: FilePlace, file: HubFile): Promise<WeightFile | null> {
    const name = await nameOf(addressOf(file));
    const kept = await openStoredDownload(place, name);
    if (!kept?.verified) return null;
    const { sha256 } = this.expected;
    if (sha256 !== null && sha256 !== kept.verified.sha256) return null;
    const notices = file.revision === this.wanted.revision ? [] : [movedNotice(this.wanted.revision)];
    const provenance = this.provenance(file, place, kept.verified.compared, notices);
    provenance.sha256 = kept.verified.sha256;
    if (await isReadable(new StoredDownloadFile(kept))) {
      const check = isDue(kept.verified, this.network.now())
        ? (signal: AbortSignal) => this.recheck(kept, signal)
        : null;
      return this.renewed(storedFile(kept, provenance, check), place, name);
    }
    await this.forget(place, name);
    return null;
  }

  /** @throws InspectorError 'bad-file' where it is no longer as it was; what is damaged is removed then */
  private async recheck(kept: StoredDownload, signal: AbortSignal): Promise<void> {
    const verified = kept.verified!;
    const damaged = await recheck(kept, verified, this.network, signal);
    if (!damaged || damaged.length === 0) return;
    const release = await tryLock(this.locks, kept.name);
    if (release)
      await removeParts(kept, damaged)
        .catch(() => {})
        .finally(release);
    throw damagedFile(kept, damaged, verified);
  }

  private renewed(file: WeightFile, place: FilePlace, name: string): WeightFile {
    return renewedFile(file, () => this.again(place, name));
  }

  /** Opens the file anew from the hub, as what was kept is gone. */
  private async again(place: FilePlace, name: string): Promise<WeightFile> {
    await this.forget(place, name);
    const file = await this.fromHub(place, true);
    this.options.onNotice?.(CLEARED);
    this.options.onRefetch?.(file);
    return file;
  }

  private async forget(place: FilePlace, name: string): Promise<void> {
    const release = await tryLock(this.locks, name);
    if (release)
      await place
        .remove(name)
        .catch(() => {})
        .finally(release);
  }

  private async passing(answer: Answer, notice: string): Promise<WeightFile> {
    const { network, backoff } = this;
    const provenance = this.provenance(answer.file, null, answer.sha256 !== null, [
      ...answer.notices,
      notice,
    ]);
    const { onProgress, onNotice } = this.options;
    const file = await StreamedFile.start({ answer, network, backoff, provenance, onProgress });
    if (notice !== NOT_KEPT) onNotice?.(notice);
    return file;
  }

  /** @param inPlace somebody has the file open already and reads it in any order, so that it cannot pass by */
  private async kept(place: FilePlace, answer: Answer, inPlace: boolean): Promise<WeightFile> {
    const name = await nameOf(addressOf(answer.file));
    const release = await this.take(name, answer);
    try {
      const here = await this.complete(place, answer.file).catch(unlessOurs);
      if (here) {
        await answer.response?.body?.cancel().catch(() => {});
        release();
        return here;
      }
      const old = await this.usable(place, name, answer).catch(unlessOurs);
      const free = await freeBytes(place);
      const needed = answer.total - (old?.bytes ?? 0);
      const full = free !== null && free < needed + MARGIN;
      let kept = old;
      let trouble = full ? noRoom(needed, free) : null;
      if (!full) void askToPersist();
      if (!kept && !trouble) {
        try {
          kept = await createKept(place, name, this.meta(answer));
        } catch (error) {
          if (error instanceof InspectorError) throw error;
          trouble = isQuotaError(error) ? noRoom(answer.total, 0) : NO_PLACE;
        }
      }
      // Of which nothing is here and nothing was read may as well pass by.
      if (!kept && !inPlace) {
        release();
        return await this.passing(answer, trouble!);
      }
      const { network, backoff } = this;
      const { onProgress, onNotice } = this.options;
      const notices = [...answer.notices, ...(trouble ? [trouble] : [])];
      const provenance = this.provenance(
        answer.file,
        trouble ? null : place,
        answer.sha256 !== null,
        notices,
      );
      const file = await Download.start({
        place,
        kept: kept ?? unkept(name, this.meta(answer)),
        answer,
        network,
        backoff,
        provenance,
        release,
        onProgress,
        onNotice,
        full: trouble !== null,
      });
      if (trouble) onNotice?.(trouble);
      return this.renewed(file, place, name);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The lock; while another tab has it, this waits. */
  private async take(name: string, answer: Answer): Promise<Release> {
    const release = await tryLock(this.locks, name);
    if (release) return release;
    // Nobody would read it, for as long as this takes.
    await answer.response?.body?.cancel().catch(() => {});
    answer.response = null;
    this.waiting = true;
    this.reporter.update();
    return lock(this.locks, name, this.options.signal);
  }

  /** The part of the very same file that an earlier visit left; null: nothing that can be gone on with. */
  private async usable(place: FilePlace, name: string, answer: Answer): Promise<StoredDownload | null> {
    const kept = await openStoredDownload(place, name);
    if (!kept) return null;
    const { meta } = kept;
    const hashed = meta.sha256 !== null && answer.sha256 !== null;
    const same = hashed ? meta.sha256 === answer.sha256 : !differ(meta.etag, answer.etag);
    if (meta.total !== answer.total || !same) return null;
    answer.sha256 ??= meta.sha256;
    return kept;
  }

  private meta({ file, total, etag, sha256 }: Answer): Meta {
    const { partBytes = PART_BYTES } = this.options;
    return { ...file, total, partBytes, etag, sha256 };
  }

  private provenance(
    file: HubFile,
    place: FilePlace | null,
    checkable: boolean,
    notices: string[],
  ): Provenance {
    return {
      kind: 'hub',
      address: addressOf(file),
      revision: file.revision,
      sha256: null,
      stored: place?.kind ?? null,
      notices: checkable ? notices : [...notices, UNCHECKED],
    };
  }
}

/**
 * Tells whether the file's two ends are there, as bytes and not in the store's list alone: WebKit's private windows list what
 * they kept after its bytes are gone. What is not readable has been removed, and is downloaded again.
 */
async function isReadable(file: StoredDownloadFile): Promise<boolean> {
  try {
    await file.read(0, 1);
    await file.read(file.total - 1, 1);
    return true;
  } catch {
    return false;
  }
}

/** A store that fails is as if it had nothing; a mistake of the program is none of the store's. */
export function unlessOurs(error: unknown): null {
  if (error instanceof InspectorError || isMistake(error)) throw error;
  return null;
}

/** Stores, too, throw a `TypeError` where a body breaks off: only the engines' words for a mistake count. */
function isMistake(error: unknown): boolean {
  if (error instanceof ReferenceError) return true;
  return (
    error instanceof TypeError &&
    /is not a (?:function|constructor)|is not iterable|is not an object|Cannot (?:read|set) prop|(?:undefined|null) has no prop|is (?:undefined|null)$/.test(
      error.message,
    )
  );
}

async function freeBytes(place: FilePlace): Promise<number | null> {
  const { usage, quota } = await place.estimate();
  return usage === null || quota === null ? null : Math.max(0, quota - usage);
}

function noRoom(needed: number, free: number): string {
  return `The file is not kept on this computer: ${megabytes(needed)} are needed, and this site may use ${megabytes(free)} more.`;
}
