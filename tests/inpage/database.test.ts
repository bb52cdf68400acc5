/** Tests of what is kept in the browser's own IndexedDB, while that is cleared, deleted, closed or silent. */
import * as idb from 'idb-keyval';
import { afterEach, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { database } from '@/common/database';
import { browserRows, type StoredRow } from '@/session/report/storedRows';

const NAME = 'latent-inspector-database-test';
const kept = (patience?: number) => database(NAME, 'rows', async () => idb, patience);
const row = (value: string) => ({ row: value, run: 'run' }) as unknown as StoredRow;

afterEach(async () => {
  vi.restoreAllMocks();
  await deleted();
});

/** Rejects where a page holds on to the database. */
const deleted = () =>
  new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = () => resolve();
    request.onblocked = () => reject(new Error('Something holds the database open.'));
  });

test('a database that somebody deletes is let go, and made anew', async () => {
  const table = kept();
  await table.use(({ set }, own) => set('a', 1, own));
  await deleted();
  expect(await table.use(({ get }, own) => get('a', own))).toBeUndefined();
  await table.use(({ set }, own) => set('a', 2, own));
  expect(await table.use(({ get }, own) => get('a', own))).toBe(2);
});

test('a connection that was closed is opened again', async () => {
  const table = kept();
  await table.use(({ set }, own) => set('a', 1, own));
  await table.use((_, own) => own('readonly', ({ transaction }) => transaction.db.close()));
  expect(await table.use(({ get }, own) => get('a', own))).toBe(1);
});

test('measurements outlive that the visitor clears what this site keeps, and are kept again', async () => {
  const rows = browserRows(kept());
  await rows.add('a', row('first'), {} as never);
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
  await expect.poll(async () => (await indexedDB.databases()).map(({ name }) => name)).not.toContain(NAME);
  await rows.add('b', row('second'), {} as never);
  expect(await rows.rows(['a', 'b', 'c'])).toEqual([row('first'), row('second'), undefined]);
  expect(rows.lasting).toBe(true);
  // As after a reload.
  expect(await browserRows(kept()).rows(['a', 'b'])).toEqual([row('first'), row('second')]);
});

test('a database that never answers is done without, and that is known', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest);
  const rows = browserRows(kept(50));
  await rows.add('a', row('first'), {} as never);
  expect(await rows.rows(['a'])).toEqual([row('first')]);
  expect(rows.lasting).toBe(false);
});
