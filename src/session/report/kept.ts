/** Rows of reports that outlive the page, so that a report goes on after a reload: in the browser's IndexedDB. */
import type { UseStore } from 'idb-keyval';
import { importPatiently } from '../../common/importing';
import type { ReportRow } from '../../report/row';
import type { ReportRun } from '../../report/run';

export interface KeptRow {
  row: ReportRow;
  /** The key of the run that measured it. */
  run: string;
}

/** What is kept may have been written by another version, or by anything else on the site: whoever takes it looks at it. */
export interface KeptRows {
  /** In the order of the keys; undefined where there is none. */
  rows(keys: readonly string[]): Promise<unknown[]>;
  runs(keys: readonly string[]): Promise<unknown[]>;
  /** Puts what cannot be used under another key, so that what is measured in its place does not delete it. */
  setAside(key: string): Promise<void>;
  /** Adds a row, and what is known of its run by now. */
  add(key: string, kept: KeptRow, run: ReportRun): Promise<void>;
  clear(): Promise<void>;
  /** False once the browser has refused: from then on rows last as long as the page does. */
  readonly lasting: boolean;
}

/** With the number of the format: what is kept of another one is not found. */
const DATABASE = 'latent-inspector-report-1';

const asideKey = (key: string) => `unreadable ${key}`;

/** Where the browser keeps nothing (private windows, sandboxed frames, a full disk), the memory does. */
export function browserRows(): KeptRows {
  const rows = new Map<string, unknown>();
  const runs = new Map<string, unknown>();
  let lasting = true;
  let store: UseStore | undefined;

  async function attempt<T>(
    work: (idb: typeof import('idb-keyval'), store: UseStore) => Promise<T>,
    otherwise: () => T,
  ): Promise<T> {
    if (!lasting) return otherwise();
    try {
      const idb = await importPatiently(() => import('idb-keyval'));
      store ??= idb.createStore(DATABASE, 'rows');
      return await work(idb, store);
    } catch {
      lasting = false;
      return otherwise();
    }
  }

  async function read(keys: readonly string[], known: Map<string, unknown>): Promise<unknown[]> {
    const found = await attempt<unknown[]>(
      (idb, own) => idb.getMany([...keys], own),
      () => keys.map((key) => known.get(key)),
    );
    for (const [at, key] of keys.entries()) {
      const value = found[at];
      if (value !== undefined) known.set(key, value);
    }
    return found;
  }

  return {
    rows: (keys) => read(keys, rows),
    runs: (keys) => read(keys, runs),
    async add(key, kept, run) {
      rows.set(key, kept);
      runs.set(kept.run, run);
      const entries: [string, KeptRow | ReportRun][] = [
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
