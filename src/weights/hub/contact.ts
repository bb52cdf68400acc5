import { addressOf } from './address';
import type { Answer } from './ask';
import type { Network } from './network';
import { contentRange, get } from './request';

/** The file on the hub is no longer the one that the first bytes are of. */
export class Replaced extends Error {
  constructor(
    readonly etag: string | null,
    readonly total: number | null,
  ) {
    super('The file was replaced.');
  }
}

/** The requests of one download: all for the same bytes of the same file. */
export class Contact {
  /** True once the file comes only whole. */
  whole: boolean;
  private etag: string | null;
  private first: Response | null;

  constructor(
    private readonly network: Network,
    private readonly answer: Answer,
  ) {
    this.whole = !answer.ranges;
    this.etag = answer.etag;
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
    if (!this.whole || response.status === 200) return response;
    await response.body?.cancel().catch(() => {});
    return this.openWhole(signal);
  }

  /** Goes on with the file that is there now. */
  accept(replaced: Replaced): void {
    this.etag = replaced.etag;
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
    return response;
  }

  private async check(response: Response, total: number | null): Promise<void> {
    const etag = response.headers.get('ETag');
    const other = etag !== null && this.etag !== null && etag !== this.etag;
    if (!other && (total === null || total === this.answer.total)) return;
    await response.body?.cancel().catch(() => {});
    throw new Replaced(etag, total);
  }
}
