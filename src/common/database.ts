/**
 * Values that outlive the page, in the browser's IndexedDB, whatever happens to the connection meanwhile: the browser closes it when
 * the visitor clears this site's data, another page deletes the database, and some browsers at times do not answer at all.
 */
import type { UseStore } from 'idb-keyval';
import { Standstill, unlessStill } from './standstill';

type Idb = typeof import('idb-keyval');

/** A database that has not been opened after so long, milliseconds, is done without. */
const PATIENCE = 10_000;

export interface Database {
  /**
   * Does `work` with the table, and once more over a new connection where the first was closed.
   * @throws what the browser throws where it keeps nothing for this page, or has no room; Standstill where it does not answer
   */
  use<T>(work: (idb: Idb, table: UseStore) => Promise<T>): Promise<T>;
}

/**
 * A table of a database, which is opened when it is first used.
 * @param load gives the library that reads and writes
 * @param patience milliseconds
 */
export function database(
  name: string,
  table: string,
  load: () => Promise<Idb>,
  patience = PATIENCE,
): Database {
  let opened: Promise<UseStore> | null = null;

  async function open(idb: Idb): Promise<UseStore> {
    const store = idb.createStore(name, table);
    const db = await unlessStill(
      store('readonly', async ({ transaction }) => transaction.db),
      { stall: patience },
    );
    const forget = () => {
      opened = null;
    };
    db.addEventListener('close', forget);
    // Else whoever deletes the database waits until this page is closed.
    db.addEventListener('versionchange', () => {
      db.close();
      forget();
    });
    return store;
  }

  async function attempt<T>(work: (idb: Idb, store: UseStore) => Promise<T>): Promise<T> {
    const idb = await load();
    opened ??= open(idb);
    const mine = opened;
    try {
      return await work(idb, await mine);
    } catch (error) {
      if (opened === mine) opened = null;
      throw error;
    }
  }

  return {
    use: (work) =>
      attempt(work).catch((error) => {
        if (isFinal(error)) throw error;
        return attempt(work);
      }),
  };
}

/**
 * Tells whether another connection would not mend it: no answer, no such thing, no permission, no room, nothing that can be kept.
 */
function isFinal(error: unknown): boolean {
  if (error instanceof Standstill) return true;
  const { name } = error as Error;
  return ['ReferenceError', 'SecurityError', 'QuotaExceededError', 'DataCloneError'].includes(name);
}
