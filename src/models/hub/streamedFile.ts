import { createSHA256, type IHasher } from 'hash-wasm';
import { InspectorError } from '@/common/errors';
import type { WeightFile } from '../files/source';
import type { Provenance } from '../provenance';
import type { Transfer } from '../transfer';
import type { Answer } from './ask';
import { Contact, FileReplaced } from './contact';
import { missing, replaced, stopped, wrongHash, wrongSize } from './failures';
import type { Network } from './network';
import { type Progress, Reporter } from './reporter';
import { chunks, endedEarly, HttpError, TooShort } from './request';
import type { RetryBackoff } from './retryBackoff';

export interface StreamedParts {
  answer: Answer;
  network: Network;
  backoff: RetryBackoff;
  provenance: Provenance;
  onProgress?: ((transfer: Transfer) => void) | undefined;
}

type Bytes = Uint8Array<ArrayBuffer>;
const NONE: Bytes = new Uint8Array(0);

/**
 * A download that is kept nowhere: bytes pass by once, from the first to the last, as fast as they are read. What lies before
 * a read is dropped; nothing is fetched ahead of it but what the network itself holds.
 */
export class StreamedFile implements WeightFile {
  readonly name: string;
  readonly byteLength: number;
  readonly sequential = true;
  readonly whole: Promise<void>;
  readonly provenance: Provenance;

  private readonly contact: Contact;
  private readonly reporter: Reporter;
  private readonly control = new AbortController();
  /** Reads take turns. */
  private turn: Promise<unknown> = Promise.resolve();
  private stream: AsyncGenerator<Bytes> | null = null;
  /** Bytes that came, were hashed and nobody took yet; they end at `pulled`. */
  private rest = NONE;
  private pulled = 0;
  /** Bytes at the front of a whole transfer that were here before. */
  private skip = 0;
  private response: Response | null = null;
  /** End of the bytes that have come in this transfer, as an offset in the file. */
  private came = 0;
  private resume: (() => void) | null = null;
  private paused: Promise<void> | null = null;
  private over: { error?: unknown } | null = null;
  private settle!: (outcome: Promise<void>) => void;

  private constructor(
    private readonly given: StreamedParts,
    private readonly hasher: IHasher,
  ) {
    this.name = given.answer.file.path;
    this.byteLength = given.answer.total;
    this.provenance = given.provenance;
    this.contact = new Contact(given.network, given.answer);
    this.reporter = new Reporter(given.network, given.onProgress, () => this.progress());
    given.backoff.onChange = () => this.reporter.update();
    this.whole = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.whole.catch(() => {});
  }

  static async start(given: StreamedParts): Promise<StreamedFile> {
    return new StreamedFile(given, await createSHA256());
  }

  read(offset: number, length: number): Promise<ArrayBuffer> {
    return this.inTurn(async () => {
      if (offset < this.pulled - this.rest.length) {
        throw new InspectorError('internal', `${this.name} was read backwards, to byte ${offset}.`);
      }
      await this.pass(offset);
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length; ) {
        const piece = await this.take(length - filled);
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return bytes.buffer;
    });
  }

  async finish(): Promise<void> {
    await this.inTurn(() => this.pass(this.byteLength)).catch(() => {});
    return this.whole;
  }

  pause(paused: boolean): void {
    if (!paused) this.given.backoff.reset();
    if (paused === (this.paused !== null)) return;
    if (paused) {
      this.paused = new Promise((resolve) => {
        this.resume = resolve;
      });
    } else {
      this.paused = null;
      this.resume?.();
    }
    this.reporter.update();
  }

  async close(): Promise<void> {
    this.end(stopped());
    await this.whole.catch(() => {});
  }

  private progress(): Progress | null {
    if (this.over) return null;
    const { backoff } = this.given;
    const progress = { received: this.pulled, total: this.byteLength };
    if (this.paused) return { ...progress, state: 'paused' };
    if (backoff.shut) return { ...progress, state: 'waiting', reason: backoff.reason, until: backoff.until };
    return { ...progress, state: 'downloading' };
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.turn.then(task);
    this.turn = result.catch(() => {});
    return result;
  }

  /** Drops what lies before `offset`. */
  private async pass(offset: number): Promise<void> {
    while (this.pulled - this.rest.length < offset) {
      await this.take(offset - (this.pulled - this.rest.length));
    }
  }

  /** The next bytes, at least one and at most `most`. */
  private async take(most: number): Promise<Bytes> {
    if (this.rest.length === 0) this.rest = await this.pull();
    const bytes = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  /** The next bytes from the network, hashed. Tries again where it fails, from the byte after the last one. */
  private async pull(): Promise<Bytes> {
    const { backoff } = this.given;
    for (;;) {
      await this.paused;
      if (this.over) throw this.over.error ?? stopped();
      let round = 0;
      try {
        round = await backoff.pass(this.control.signal);
        const bytes = await this.next();
        backoff.succeed();
        this.hasher.update(bytes);
        this.pulled += bytes.length;
        this.reporter.add(bytes.length);
        if (this.pulled === this.byteLength) this.conclude();
        return bytes;
      } catch (error) {
        await this.hangUp();
        await this.stumble(round, error);
      }
    }
  }

  private async next(): Promise<Bytes> {
    if (!this.stream) {
      const { signal } = this.control;
      const response = await this.contact.open(this.pulled, this.byteLength, signal);
      this.skip = this.contact.whole ? this.pulled : 0;
      this.stream = chunks(response, this.given.network, signal);
      this.response = response;
      this.came = this.contact.whole ? 0 : this.pulled;
    }
    for (;;) {
      const { done, value } = await this.stream.next();
      if (done) throw endedEarly(this.response!, this.came, this.byteLength);
      this.came += value.length;
      const fresh = value.subarray(this.skip).subarray(0, this.byteLength - this.pulled);
      this.skip = Math.max(0, this.skip - value.length);
      if (fresh.length > 0) return fresh;
    }
  }

  /** @throws what ends it. */
  private async stumble(round: number, error: unknown): Promise<void> {
    if (this.over) throw this.over.error ?? error;
    const { answer, backoff } = this.given;
    try {
      if (error instanceof InspectorError) throw error;
      if (error instanceof TooShort) throw wrongSize(answer.file, error.bytes, this.byteLength);
      if (error instanceof FileReplaced) throw replaced(answer.file);
      if (error instanceof HttpError && error.status === 404 && !error.fromStorage)
        throw missing(answer.file);
      await backoff.fail(round, error, answer.file);
    } catch (last) {
      this.end(last);
      throw last;
    }
  }

  /** All bytes are here. */
  private conclude(): void {
    const { answer } = this.given;
    const hash = this.hasher.digest();
    if (answer.sha256 && hash !== answer.sha256) throw wrongHash(answer.file, hash, answer.sha256);
    this.provenance.sha256 = hash;
    this.end();
  }

  private async hangUp(): Promise<void> {
    const { stream } = this;
    this.stream = null;
    await stream?.return(undefined).catch(() => {});
  }

  private end(error?: unknown): void {
    if (this.over) return;
    this.over = { error };
    this.reporter.end();
    this.control.abort();
    this.resume?.();
    this.settle(this.letGo(error));
  }

  private async letGo(error: unknown): Promise<void> {
    await this.contact.close();
    await this.hangUp();
    if (error) throw error;
  }
}
