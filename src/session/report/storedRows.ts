/** Rows of reports that outlive the page, so that a report goes on after a reload: in the browser's IndexedDB. */
import { database } from '@/common/database';
import { importPatiently } from '@/common/importing';
import type { ReportRow } from '@/report/row';
import type { ReportRun } from '@/report/run';

export interface StoredRow {
  row: ReportRow;
  /** The key of the run that measured it. */
  run: string;
}

/**
 * The rows that are kept. They may have been written by another version, or by anything else on the site: whoever takes one looks
 * at it.
 */
export interface StoredRows {
  /** Reads rows in the order of the keys; undefined where there is none. */
  rows(keys: readonly string[]): Promise<unknown[]>;
  runs(keys: readonly string[]): Promise<unknown[]>;
  /** Puts what cannot be used under another key, so that what is measured in its place does not delete it. */
  setAside(key: string): Promise<void>;
  /** Adds a row, and what is known of its run by now. */
  add(key: string, kept: StoredRow, run: ReportRun): Promise<void>;
  clear(): Promise<void>;
  /** False once the browser has refused: from then on rows last as long as the page does. */
  readonly lasting: boolean;
}

/** Name with the number of the format: what is kept of another one is not found. */
const DATABASE = 'latent-inspector-report-1';

const asideKey = (key: string) => `unreadable ${key}`;

/**
 * Keeps rows in the browser's own store, or in memory where the browser keeps nothing (private windows, sandboxed frames, a full
 * disk); what this page has read or measured survives being cleared from the browser meanwhile.
 */
export function browserRows(
  kept = database(DATABASE, 'rows', () => importPatiently(() => import('idb-keyval'))),
): StoredRows {
  const rows = new Map<string, unknown>();
  const runs = new Map<string, unknown>();
  let lasting = true;

  async function attempt<T>(work: Parameters<typeof kept.use<T>>[0], otherwise: () => T): Promise<T> {
    if (!lasting) return otherwise();
    try {
      return await kept.use(work);
    } catch {
      lasting = false;
      return otherwise();
    }
  }

  async function read(keys: readonly string[], known: Map<string, unknown>): Promise<unknown[]> {
    const found = await attempt<unknown[]>(
      (idb, own) => idb.getMany([...keys], own),
      () => [],
    );
    const cleared: [string, unknown][] = [];
    const values = keys.map((key, at) => {
      if (found[at] !== undefined) known.set(key, found[at]);
      else if (known.has(key)) cleared.push([key, known.get(key)]);
      return known.get(key);
    });
    if (cleared.length > 0)
      await attempt(
        (idb, own) => idb.setMany(cleared, own),
        () => undefined,
      );
    return values;
  }

  return {
    rows: (keys) => read(keys, rows),
    runs: (keys) => read(keys, runs),
    async add(key, kept, run) {
      rows.set(key, kept);
      runs.set(kept.run, run);
      const entries: [string, StoredRow | ReportRun][] = [
        [key, kept],
        [kept.run, run],
      ];
      await attempt(
        (idb, own) => idb.setMany(entries, own),
        () => undefined,
      );
    },
    async setAside(key) {
      const [value] = await read([key], rows);
      rows.delete(key);
      rows.set(asideKey(key), value);
      await attempt(
        async (idb, own) => {
          await idb.set(asideKey(key), value, own);
          await idb.del(key, own);
        },
        () => undefined,
      );
    },
    async clear() {
      rows.clear();
      runs.clear();
      await attempt(
        (idb, own) => idb.clear(own),
        () => undefined,
      );
    },
    get lasting() {
      return lasting;
    },
  };
}
