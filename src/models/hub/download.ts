import { InspectorError } from '@/common/errors';
import type { WeightFile } from '../files/source';
import type { Provenance } from '../provenance';
import { type FilePlace, isQuotaError } from '../stores/place';
import { type StoredDownload, writeVerified } from '../stores/storedDownload';
import type { Transfer } from '../transfer';
import type { Answer } from './ask';
import { Checker } from './checker';
import { type Connection, Connections } from './connections';
import { Contact, FileReplaced } from './contact';
import { missing, notKeptAnyMore, replaced, stopped, wrongHash, wrongSize } from './failures';
import type { Network } from './network';
import { isWanted, nextPart, type Part } from './parts';
import { Readers } from './readers';
import { receive } from './receive';
import { type Progress, Reporter } from './reporter';
import { HttpError, TooShort } from './request';
import type { RetryBackoff } from './retryBackoff';
import { PartLost, StoredDownloadFile } from './storedDownloadFile';

/** Connections at a time. */
const LANES = 3;

export interface DownloadParts {
  place: FilePlace;
  kept: StoredDownload;
  answer: Answer;
  network: Network;
  backoff: RetryBackoff;
  provenance: Provenance;
  /** Lets go of the lock. */
  release(): void;
  onProgress?: ((transfer: Transfer) => void) | undefined;
  /** Told, in a sentence, where the store fails and the rest of the file is held in memory. */
  onNotice?: ((sentence: string) => void) | undefined;
  /** True: there is no room for what is still to come. */
  full?: boolean | undefined;
}

/** A download that is kept. It begins at once, goes where bytes are waited for first, and then fetches the rest. */
export class Download implements WeightFile {
  readonly name: string;
  readonly byteLength: number;
  readonly sequential = false;
  readonly whole: Promise<void>;
  readonly provenance: Provenance;

  private readonly connections = new Connections();
  private readonly readers = new Readers((cause) => this.lost(cause));
  private readonly contact: Contact;
  private readonly reporter: Reporter;
  /** Bytes that are here, also those that are not written yet. */
  private received: number;
  /** End of the last read, as an offset. */
  private position = 0;
  private paused = false;
  /** Its end, with the error where it failed; null while it goes on. */
  private over: { error?: unknown } | null = null;
  private settle!: (outcome: Promise<void>) => void;

  private constructor(
    private readonly given: DownloadParts,
    private readonly file: StoredDownloadFile,
    private readonly checker: Checker,
  ) {
    this.name = given.answer.file.path;
    this.byteLength = given.answer.total;
    this.provenance = given.provenance;
    this.received = file.received;
    this.contact = new Contact(given.network, given.answer);
    this.reporter = new Reporter(given.network, given.onProgress, () => this.progress());
    given.backoff.onChange = () => this.reporter.update();
    this.whole = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.whole.catch(() => {});
  }

  static async start(given: DownloadParts): Promise<Download> {
    const file = new StoredDownloadFile(given.kept);
    if (given.full) await file.leave(null);
    const download = new Download(given, file, await Checker.create(file));
    file.onLeave = (cause) => void download.announce(cause);
    download.schedule();
    void download.check();
    return download;
  }

  /** @throws PartLost once it is whole, where its bytes cannot be read any more */
  async read(offset: number, length: number): Promise<ArrayBuffer> {
    if (this.over?.error) throw this.over.error;
    if (this.over) return (await this.file.read(offset, length)).buffer;
    const bytes = this.readers.wait(offset, length);
    this.position = offset + length;
    this.readers.serve(this.file);
    this.schedule();
    return bytes;
  }

  finish(): Promise<void> {
    return this.whole;
  }

  pause(paused: boolean): void {
    if (this.over) return;
    if (!paused) this.given.backoff.reset();
    if (paused === this.paused) return;
    this.paused = paused;
    if (paused) this.connections.stop();
    this.schedule();
  }

  async close(): Promise<void> {
    this.end(stopped());
    await this.whole.catch(() => {});
  }

  private progress(): Progress | null {
    if (this.over) return null;
    const { backoff } = this.given;
    const progress = { received: this.received, total: this.byteLength };
    if (this.file.received === this.byteLength) return { ...progress, state: 'checking' };
    if (this.paused) return { ...progress, state: 'paused' };
    if (backoff.shut && !this.connections.streaming) {
      return { ...progress, state: 'waiting', reason: backoff.reason, until: backoff.until };
    }
    return { ...progress, state: 'downloading' };
  }

  /** Opens connections where there is something to fetch; gives one up where another part is waited for. */
  private schedule(): void {
    if (this.over) return;
    this.reporter.update();
    if (this.paused) return;
    for (let part = this.next(); part; part = this.next()) {
      const { whole } = this.contact;
      const { spans } = this.readers;
      if (this.connections.size >= (whole ? 1 : LANES)) {
        if (!whole && isWanted(part, spans)) this.connections.makeRoom(spans);
        return;
      }
      this.connections.open(
        part,
        (connection) => this.run(connection),
        () => this.schedule(),
      );
    }
  }

  private next(): Part | null {
    return nextPart(this.file.parts, this.connections.parts, this.readers.spans, this.position);
  }

  private async run(connection: Connection): Promise<void> {
    let round = 0;
    try {
      round = await this.given.backoff.pass(connection.signal);
      connection.streaming = true;
      await this.transfer(connection);
    } catch (error) {
      connection.streaming = false;
      if (!connection.signal.aborted) await this.stumble(round, error);
    }
  }

  private async transfer(connection: Connection): Promise<void> {
    const { part, signal } = connection;
    const from = part.start + part.here;
    const to = part.start + part.length;
    const response = await this.contact.open(from, to, signal);
    signal.throwIfAborted();
    const { whole } = this.contact;
    if (whole) this.connections.stop(connection);
    await receive(response, whole ? 0 : from, whole ? this.byteLength : to, signal, {
      file: this.file,
      network: this.given.network,
      urgent: (at) => isWanted(at, this.readers.spans),
      onBytes: (fresh) => this.arrived(fresh),
    });
  }

  private arrived(fresh: number): void {
    if (fresh > 0) this.given.backoff.succeed();
    this.received += fresh;
    this.readers.serve(this.file);
    this.reporter.add(fresh);
    void this.check();
  }

  private async stumble(round: number, error: unknown): Promise<void> {
    if (this.over) return;
    if (error instanceof InspectorError) return this.end(error, true);
    if (error instanceof TooShort) {
      return this.end(wrongSize(this.given.answer.file, error.bytes, this.byteLength), true);
    }
    if (error instanceof FileReplaced) return this.end(replaced(this.given.answer.file), true);
    if (error instanceof HttpError && error.status === 404 && !error.fromStorage)
      return this.end(missing(this.given.answer.file));
    try {
      await this.given.backoff.fail(round, error, this.given.answer.file);
    } catch (last) {
      this.end(last);
    }
  }

  /** Bytes that were here cannot be read: they are fetched again, and kept in memory. */
  private async lost(cause: unknown): Promise<void> {
    // Nothing is fetched any more, and files that were refused are removed under those who read them.
    if (this.over) throw this.over.error ?? cause;
    if (!(cause instanceof PartLost)) throw cause;
    this.file.lose(cause.part);
    await this.file.leave(cause.cause);
    this.received = this.file.received;
    this.readers.serve(this.file);
    this.schedule();
  }

  /** The store has failed; the download has not. */
  private async announce(cause: unknown): Promise<void> {
    this.received = this.file.received;
    const { usage, quota } = await this.given.place.estimate();
    const free = usage === null || quota === null ? null : Math.max(0, quota - usage);
    const sentence = notKeptAnyMore(isQuotaError(cause), this.file.stored, this.byteLength, free);
    this.provenance.stored = null;
    this.provenance.notices.push(sentence);
    this.given.onNotice?.(sentence);
  }

  /** Lets the SHA-256 catch up with what is here, and ends the download once it is whole. */
  private async check(): Promise<void> {
    const { checker } = this;
    try {
      const hash = await checker.follow();
      if (hash !== null && !this.over) await this.conclude(hash);
    } catch (cause) {
      if (!checker.stopped) await this.lost(cause).catch((error) => this.end(error, true));
    }
  }

  private async conclude(hash: string): Promise<void> {
    const { answer } = this.given;
    if (answer.sha256 && hash !== answer.sha256) {
      return this.end(wrongHash(answer.file, hash, answer.sha256), true);
    }
    if (!this.file.left) {
      const { parts } = this.checker;
      const checked = this.given.network.now();
      const compared = answer.sha256 !== null;
      await writeVerified(this.file.kept.entry, { sha256: hash, compared, checked, parts });
    }
    this.provenance.sha256 = hash;
    this.end();
  }

  /** Ends it, well where there is no error. */
  private end(error?: unknown, remove = false): void {
    if (this.over) return;
    this.over = { error };
    this.reporter.end();
    this.checker.stopped = true;
    this.connections.stop();
    this.readers.fail(error);
    this.settle(this.letGo(error, remove));
  }

  private async letGo(error: unknown, remove: boolean): Promise<void> {
    const { place, kept, release } = this.given;
    try {
      await this.connections.allEnded();
      await this.contact.close();
      // A store that has failed has nothing that could be let go of.
      await this.file.close().catch(() => {});
      if (remove) await place.remove(kept.name).catch(() => {});
    } finally {
      release();
    }
    if (error) throw error;
  }
}
