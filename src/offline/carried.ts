/**
 * A visitor's own files, and undo, carried over a reload: an address does not hold them. They lie in the browser's IndexedDB for as
 * long as the page takes to load, under a name that this tab alone knows.
 */
import { database } from '@/common/database';
import { importPatiently } from '@/common/importing';
import type { CarriedWork } from '@/session/types';

const HOUR = 3_600_000;
const DATABASE = 'latent-inspector-carried';
/** Key in the tab's session storage: the name under which its files lie. */
const REMEMBERED = 'latent-inspector carried';

const carried = database(DATABASE, 'files', () => importPatiently(() => import('idb-keyval')));

/** @throws whatever the browser does where it keeps nothing, or has no room */
export async function carry(work: CarriedWork): Promise<void> {
  const key = `${Date.now()} ${Math.random()}`;
  await carried.use(async (idb, table) => {
    // Of tabs that were closed before they had loaded.
    const old = (await idb.keys<string>(table)).filter(
      (other) => Date.now() - Number.parseInt(other, 10) > HOUR,
    );
    await idb.delMany(old, table);
    await idb.set(key, work, table);
  });
  sessionStorage.setItem(REMEMBERED, key);
}

/** Takes what this tab carried; it is there only once. Null where there is nothing, or nothing can be read. */
export async function takeCarried(): Promise<CarriedWork | null> {
  try {
    const key = sessionStorage.getItem(REMEMBERED);
    if (key === null) return null;
    sessionStorage.removeItem(REMEMBERED);
    return await carried.use(async (idb, table) => {
      const work = await idb.get<CarriedWork>(key, table);
      await idb.del(key, table);
      return work ?? null;
    });
  } catch {
    return null;
  }
}
