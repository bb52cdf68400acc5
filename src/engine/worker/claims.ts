/**
 * Claims on a model in this worker: it is opened for the first who asks, and for all who ask meanwhile, and is given up when all of
 * them have given up before one of them had it.
 */
import type { InspectorError } from '@/common/errors';
import { aborted, type HandlerRun, unlessAborted } from '@/common/rpc';

export class Claim {
  /** Runs that wait for it. */
  private readonly waiting = new Set<HandlerRun>();
  private readonly control = new AbortController();
  private had = false;
  /** Run for what is done for all of them. */
  readonly run: HandlerRun = {
    signal: this.control.signal,
    onProgress: (fraction, doing) => {
      for (const { onProgress } of this.waiting) onProgress(fraction, doing);
    },
    onPartial: () => {},
  };
  /** Resolves when the model's file is open and the model is entered. */
  opened: Promise<void> = Promise.resolve();

  /** Ends what is done for it: whoever waits meets `reason`. */
  end(reason: InspectorError = aborted()): void {
    this.control.abort(reason);
  }

  /**
   * Waits for the model, and for what else `run` wants of it.
   * @returns what `work` gives
   * @throws InspectorError `aborted` where `run` is given up, the reason where the claim ends, whatever `work` met then
   */
  async wait<T>(run: HandlerRun, work: () => Promise<T>): Promise<T> {
    this.waiting.add(run);
    const check = () => {
      if (run.signal.aborted) throw aborted();
      this.run.signal.throwIfAborted();
    };
    try {
      await unlessAborted(this.opened, run.signal);
      check();
      const result = await work();
      check();
      this.had = true;
      return result;
    } catch (error) {
      check();
      throw error;
    } finally {
      this.waiting.delete(run);
      if (!this.had && this.waiting.size === 0) this.end();
    }
  }
}

/** The claims on all models of a worker. */
export class Claims {
  private readonly present = new Map<string, Claim>();
  /** Openings still under way of models that were given up. */
  private readonly ending = new Map<string, Promise<void>>();

  /**
   * The present claim on a model, or a new one.
   * @param open opens the file and enters the model, for a new one; not before an earlier attempt has ended
   * @param remove takes a model away that was entered; calls under way on it fail with the reason
   */
  on(
    id: string,
    open: (run: HandlerRun) => Promise<void>,
    remove: (reason: InspectorError) => void,
  ): { claim: Claim; isFirst: boolean } {
    const present = this.present.get(id);
    if (present) return { claim: present, isFirst: false };
    const claim = new Claim();
    this.present.set(id, claim);
    const { signal } = claim.run;
    const begin = async () => {
      await this.ending.get(id);
      signal.throwIfAborted();
      await open(claim.run);
    };
    claim.opened = begin();
    const ended = claim.opened.catch(() => {});
    signal.addEventListener('abort', () => {
      this.present.delete(id);
      remove(signal.reason);
      const ending = ended.then(() => {
        if (this.ending.get(id) === ending) this.ending.delete(id);
      });
      this.ending.set(id, ending);
    });
    return { claim, isFirst: true };
  }

  /** Ends the present claim on a model. Resolves when nothing is being opened of it any more. */
  async end(id: string, reason?: InspectorError): Promise<void> {
    this.present.get(id)?.end(reason);
    await this.ending.get(id);
  }
}
