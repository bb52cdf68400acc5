/**
 * Starts the worker in the first way that the page's host and its policies allow. A browser starts no worker from another origin,
 * as a content delivery network is, nor from any in a frame that has no origin of its own, nor where the page asks for isolation
 * headers and the script comes without. There a worker of the page's own, a line of text, imports it: modules may come from
 * anywhere that allows it (CORS), and find their own files from there.
 */
import type { InspectorError } from '@/common/errors';
import { fetchAlive } from '@/common/fetching';
import { partMissing } from '@/common/importing';
import { type Blocked, onBlocked } from '@/common/policy';
import { STALL, Standstill } from '@/common/standstill';
import { concernsWorker, refusedStart } from './refusal';
import { trusted } from './trusted';
import type { WorkerPort } from './workerSession';

const NAME = 'latent-inspector engine';

/** After a policy's word on what it blocks, milliseconds: some browsers leave it at that and send no error. */
const MOMENT = 300;

/** A worker that has said nothing for so long, milliseconds, may have a script that does not come: it is asked for beside it. */
const UNHEARD = 20_000;

interface Way {
  options: WorkerOptions;
  /** The text of a worker that imports the script; left out: the script itself. */
  text?: string;
}

/** Message of a worker of text about policies, of which it alone hears. */
interface Told {
  blocked?: Blocked;
}

/**
 * The ways to start a script, the best first.
 * @param origin the page's, `null` as a word where it has none
 * @param bound whether the worker is to have the page's own policy where it can, which one of text has
 */
export function waysToStart(address: string, origin: string, options: WorkerOptions, bound = false): Way[] {
  const script = JSON.stringify(address);
  const asModule: Way = { options: { type: 'module', name: NAME }, text: `import ${script};` };
  const asClassic: Way = { options: { name: NAME }, text: importing(script) };
  if (origin === 'null') return [asClassic, asModule];
  const { protocol, origin: own } = new URL(address);
  const foreign = /^https?:$/.test(protocol) && own !== origin;
  const texts = [asModule, asClassic];
  if (foreign) return texts;
  const itself: Way = { options: { name: NAME, ...options } };
  return bound ? [asModule, itself, asClassic] : [itself, ...texts];
}

/**
 * Text of a worker that imports the script, and keeps for it the messages that come before it is there. Of what a policy blocks in
 * a worker, the page hears nothing by itself.
 */
function importing(script: string): string {
  return `const early = [];
const keep = (event) => early.push(event);
addEventListener('message', keep);
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, disposition }) => {
  if (disposition === 'enforce') postMessage({ blocked: { directive: effectiveDirective, what: blockedURI } });
});
import(${script}).then(
  () => {
    removeEventListener('message', keep);
    for (const { data } of early) dispatchEvent(new MessageEvent('message', { data }));
  },
  (error) => setTimeout(() => { throw error; }),
);`;
}

/**
 * The address of the worker that `make` would start by `new Worker(new URL(...))`: bundlers know that expression, and put the
 * address in that the script has where they lay it. No worker is made.
 */
export function addressOfWorker(make: () => unknown): { address: string; options: WorkerOptions } {
  const { Worker } = globalThis;
  let found = { address: '', options: {} };
  globalThis.Worker = class {
    constructor(address: string | URL, options: WorkerOptions = {}) {
      found = { address: String(address), options };
    }
  } as unknown as typeof Worker;
  try {
    make();
  } finally {
    globalThis.Worker = Worker;
  }
  return found;
}

/** A worker that is being started, and then that worker. Its `error` may have an `InspectorError` as its `error`. */
export class StartingWorker implements WorkerPort {
  private readonly events = new EventTarget();
  private worker: Worker | null = null;
  private readonly ways: Way[];
  private readonly blocked: Blocked[] = [];
  private readonly posted: unknown[] = [];
  private readonly deaf: () => void;
  private readonly vigil: ReturnType<typeof setTimeout>;
  private begun = false;
  private over = false;

  constructor(
    private readonly address: string,
    options: WorkerOptions = {},
    bound = false,
  ) {
    this.ways = waysToStart(address, globalThis.origin, options, bound);
    this.deaf = onBlocked((blocked) => {
      this.blocked.push(blocked);
      const { worker } = this;
      if (!concernsWorker(blocked, address)) return;
      setTimeout(() => worker === this.worker && !this.begun && this.next(), MOMENT);
    });
    this.vigil = setTimeout(() => this.seek(), UNHEARD);
    this.next();
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    // Another worker may have to be told it, too.
    if (!this.begun) this.posted.push(message);
    this.worker?.postMessage(message, transfer);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.events.addEventListener(type, listener as EventListener);
  }

  removeEventListener(type: string, listener: (event: never) => void): void {
    this.events.removeEventListener(type, listener as EventListener);
  }

  terminate(): void {
    this.over = true;
    this.deaf();
    clearTimeout(this.vigil);
    this.worker?.terminate();
  }

  private next(): void {
    this.worker?.terminate();
    this.worker = null;
    if (this.over) return;
    const way = this.ways.shift();
    if (!way) {
      void this.giveUp();
      return;
    }
    try {
      this.worker = this.start(way);
    } catch {
      // A policy, or an origin that may start none.
      this.next();
    }
  }

  private start({ options, text }: Way): Worker {
    // The fragment tells it from others in a browser's tools.
    const own = text && `${URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))}#worker-engine`;
    // The worker has its script soon; an address that is not taken back keeps the blob for as long as the page lives.
    if (own) setTimeout(() => URL.revokeObjectURL(own), 60_000);
    const worker = new Worker(trusted(own ?? this.address), options);
    worker.addEventListener('message', ({ data }) => {
      if (worker !== this.worker) return;
      const { blocked } = data as Told;
      if (blocked) this.blocked.push(blocked);
      else {
        if (!this.begun) this.begin();
        this.events.dispatchEvent(new MessageEvent('message', { data }));
      }
    });
    const failed = (event: Event) => {
      if (worker !== this.worker) return;
      if (!this.begun) this.next();
      else
        this.events.dispatchEvent(
          Object.assign(new Event(event.type), { message: (event as ErrorEvent).message }),
        );
    };
    worker.addEventListener('error', failed);
    worker.addEventListener('messageerror', failed);
    for (const message of this.posted) worker.postMessage(message);
    return worker;
  }

  private begin(): void {
    this.begun = true;
    this.posted.length = 0;
    this.deaf();
    clearTimeout(this.vigil);
  }

  /** Says why, as far as that can be found out. */
  private async giveUp(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, MOMENT));
    const { address, blocked } = this;
    this.fail(refusedStart({ address, origin: globalThis.origin, blocked }) ?? (await this.missing()));
  }

  /** Looks whether the script can be had: of one that never comes, and whose server breaks nothing off, browsers say nothing. */
  private async seek(): Promise<void> {
    const error = await this.missing(STALL - UNHEARD);
    if (error?.cause instanceof Standstill && !this.begun) this.fail(error);
  }

  private fail(error: InspectorError | null): void {
    this.deaf();
    if (this.over) return;
    this.events.dispatchEvent(Object.assign(new Event('error'), { message: error?.message, error }));
  }

  /** Null where the script can be had. */
  private async missing(stall = STALL): Promise<InspectorError | null> {
    try {
      const { ok, status, body } = await fetchAlive(this.address, { cache: 'no-store' }, { stall });
      void body?.cancel().catch(() => {});
      return ok ? null : partMissing(`the server answered ${status}`);
    } catch (cause) {
      const why =
        cause instanceof Standstill ? `nothing came for ${STALL / 1000} s` : 'the connection failed';
      return partMissing(why, cause);
    }
  }
}
