import { addressOf } from './address';
import type { Answer } from './ask';
import { refuseImpostor } from './impostors';
import type { Network } from './network';
import { contentRange, get } from './request';

/** The file on the hub is no longer the one that the first bytes are of. */
export class FileReplaced extends Error {}

/** Tells whether two ETags are known and not the same. */
export function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

/** The requests of one download: all for the same bytes of the same file. */
export class Contact {
  /** True once the file comes only whole. */
  whole: boolean;
  private first: Response | null;

  constructor(
    private readonly network: Network,
    private readonly answer: Answer,
  ) {
    this.whole = !answer.ranges;
    this.first = answer.response;
  }

  /**
   * Bytes `from` to `to` (exclusive), or the whole file where it comes only whole: look at `whole` afterwards.
   * @throws Replaced, Answered, or what fetch throws.
   */
  async open(from: number, to: number, signal: AbortSignal): Promise<Response> {
    if (this.whole) return this.openWhole(signal);
    const response = await get(this.network, addressOf(this.answer.file), { range: { from, to }, signal });
    const range = contentRange(response);
    if (response.status === 200) this.whole = true;
    // An answer that begins elsewhere would be written to the wrong place.
    else if (range && range.from !== from) this.whole = true;
    await this.check(response, range?.total ?? null);
    if (!this.whole || response.status === 200) return this.looked(response, this.whole ? 0 : from, signal);
    await response.body?.cancel().catch(() => {});
    return this.openWhole(signal);
  }

  /** Lets go of a transfer that nobody took. */
  async close(): Promise<void> {
    const first = this.first;
    this.first = null;
    await first?.body?.cancel().catch(() => {});
  }

  private async openWhole(signal: AbortSignal): Promise<Response> {
    const first = this.first;
    this.first = null;
    if (first) return first;
    const response = await get(this.network, addressOf(this.answer.file), { signal });
    await this.check(response, null);
    return this.looked(response, 0, signal);
  }

  /** A response that brings the file's first bytes, once it is known that they may be a model's. */
  private async looked(response: Response, from: number, signal: AbortSignal): Promise<Response> {
    return from === 0 ? refuseImpostor(response, this.answer.file, this.network, signal) : response;
  }

  /**
   * Refuses a response for another file. Where the SHA-256 was known beforehand, it decides, at the end, and ETags do not: one
   * file has another in each of the hub's storages.
   */
  private async check(response: Response, total: number | null): Promise<void> {
    const { pinned, etag } = this.answer;
    const other = !pinned && differ(etag, response.headers.get('ETag'));
    if (!other && (total === null || total === this.answer.total)) return;
    await response.body?.cancel().catch(() => {});
    throw new FileReplaced();
  }
}
