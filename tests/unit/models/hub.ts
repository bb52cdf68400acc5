/** Parts that the tests of downloads share: a file on the stand-in, time that runs faster, and a summary of what was reported. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import type { WeightFile } from '@/models/files/source';
import { type HubFileOptions, openHubFile } from '@/models/hub/open';
import type { ModelManifest } from '@/models/manifest';
import type { Transfer } from '@/models/transfer';
import { openStandIn, type StandIn, servedBytes } from '../../hub/standin';
import { MemoryPlace, memoryLocks } from './memory-place';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

export const TOTAL = 3_000_000;
export const PART = 256 * 1024;
export const REVISION = '31f26fdeee1355a5c34592e401dd41e45d25a493';
const PATH = 'vae/model.safetensors';

/** No two runs of it are alike. */
export const BYTES = new Uint8Array(TOTAL).map((_, index) => (index * 2654435761) >>> 13);
export const SHA256 = createHash('sha256').update(BYTES).digest('hex');

export const MANIFEST: ModelManifest = {
  id: 'tested',
  name: 'Tested',
  summary: 'A file of no meaning.',
  kind: 'hub',
  hub: { repository: 'someone/vae', revision: REVISION },
  files: [{ path: PATH, bytes: TOTAL, sha256: SHA256 }],
  config: {},
};

export const withFile = (file: Partial<ModelManifest['files'][0]>): ModelManifest => ({
  ...MANIFEST,
  files: [{ ...MANIFEST.files[0], ...file }],
});

export const standIn = (): Promise<StandIn> => openStandIn({ [`someone/vae/${PATH}`]: servedBytes(BYTES) });

const SPEED = 20;
const started = Date.now();

/** An hour passes in three minutes. */
export const FAST = {
  now: () => started + SPEED * (Date.now() - started),
  elapsed: () => SPEED * performance.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', wake);
        resolve();
      }, milliseconds / SPEED);
      const wake = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', wake, { once: true });
    }),
};

export class Visit {
  place = new MemoryPlace();
  locks = memoryLocks();
  reports: Transfer[] = [];
  notices: string[] = [];

  constructor(readonly hub: string) {}

  open(manifest = MANIFEST, options: HubFileOptions = {}): Promise<WeightFile> {
    return openHubFile(manifest, {
      hub: this.hub,
      place: this.place,
      locks: this.locks,
      network: FAST,
      partBytes: PART,
      onProgress: (transfer) => this.reports.push(transfer),
      onNotice: (notice) => this.notices.push(notice),
      ...options,
    });
  }

  /** The states in their order, each once in a row. */
  get states(): string[] {
    const all = this.reports.map((report) => report.state);
    return all.filter((state, index) => state !== all[index - 1]);
  }
}

/** A stand-in for the hub through all tests of a file; before each of them it is as new, and so is the visit. */
export function onStandIn(give: (hub: StandIn, visit: Visit) => void): void {
  let hub: StandIn;
  beforeAll(async () => {
    hub = await standIn();
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    hub.reset();
    give(hub, new Visit(hub.url));
  });
}

/** All bytes, read as a network's tensors are: in pieces of any length, in the file's order. */
export async function readAll(file: WeightFile, piece = 70_001): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.byteLength);
  for (let at = 0; at < bytes.length; at += piece) {
    const length = Math.min(piece, bytes.length - at);
    bytes.set(new Uint8Array(await file.read(at, length)), at);
  }
  return bytes;
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export async function failure(promise: Promise<unknown>): Promise<InspectorError> {
  const error = await promise.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InspectorError);
  return error;
}

/** Bytes of all answers but those to the question whether ranges work. */
export function bytesSent({ served }: StandIn): number {
  return served.filter(({ range }) => range !== 'bytes=0-0').reduce((sum, { sent }) => sum + sent, 0);
}

export const ranges = ({ served }: StandIn): (string | null)[] =>
  served.map(({ range }) => range).filter((range) => range !== 'bytes=0-0');

export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}
