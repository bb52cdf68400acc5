/**
 * A visitor's own files, carried over a reload: an address does not hold them. They lie in the browser's IndexedDB for as long as the
 * page takes to load, under a name that this tab alone knows.
 */
import { importPatiently } from '../common/importing';
import type { OwnFiles } from '../session/types';

const HOUR = 3_600_000;
const DATABASE = 'latent-inspector-carried';
/** In the tab's session storage: the name under which its files lie. */
const REMEMBERED = 'latent-inspector carried';

async function open() {
  const idb = await importPatiently(() => import('idb-keyval'));
  return { idb, store: idb.createStore(DATABASE, 'files') };
}

/** @throws whatever the browser does where it keeps nothing, or has no room */
export async function carry(files: OwnFiles): Promise<void> {
  const key = `${Date.now()} ${Math.random()}`;
  const { idb, store } = await open();
  // Of tabs that were closed before they had loaded.
  const old = (await idb.keys<string>(store)).filter(
    (other) => Date.now() - Number.parseInt(other, 10) > HOUR,
  );
  await idb.delMany(old, store);
  await idb.set(key, files, store);
  sessionStorage.setItem(REMEMBERED, key);
}

/** What this tab carried; it is there only once. Null where there is nothing, or nothing can be read. */
export async function takeCarried(): Promise<OwnFiles | null> {
  try {
    const key = sessionStorage.getItem(REMEMBERED);
    if (key === null) return null;
    sessionStorage.removeItem(REMEMBERED);
    const { idb, store } = await open();
    const files = await idb.get<OwnFiles>(key, store);
    await idb.del(key, store);
    return files ?? null;
  } catch {
    return null;
  }
}
