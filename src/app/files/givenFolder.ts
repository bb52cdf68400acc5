/** Files that are dropped or pasted, also those in folders, with the paths at which they lie there. */
import { InspectorError } from '@/common/errors';

/** More files, or folders within folders, are not looked through: they are no one model and no few pictures. */
const MAX_FILES = 2000;
const DEEPEST = 8;

/** Files that programs leave in folders. */
const LEFTOVER = /^(\.|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

/** Paths of files from dropped folders: a `File` does not tell its own. */
const paths = new WeakMap<File, string>();

/** The path of a file within the folder that was given, with that folder's name: "sd15/vae/config.json"; else its name. */
export function pathOf(file: File): string {
  return paths.get(file) ?? (file.webkitRelativePath || file.name);
}

/** Gives a file that was made of others their place. */
export function setPath(file: File, path: string): void {
  paths.set(file, path);
}

/** The folder that a file was given in: "sd15"; null where it was given by itself. */
export function folderOf(file: File): string | null {
  const path = pathOf(file);
  const slash = path.indexOf('/');
  return slash < 0 ? null : path.slice(0, slash);
}

/**
 * All files of a drop or a paste. Has to be called while the event is handled: afterwards the browser does not tell any more
 * what was dropped. Folders are looked through to the end; what cannot be read of them is left out.
 * @throws InspectorError `bad-file` for folders with nothing in them
 */
export async function filesOf(data: DataTransfer): Promise<File[]> {
  const given = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const listed = [...data.files];
  if (!given.some(({ entry }) => entry?.isDirectory)) return listed;
  const found: File[] = [];
  for (const { entry, file } of given) {
    if (entry?.isDirectory) await walk(entry as FileSystemDirectoryEntry, DEEPEST, found);
    else if (file) found.push(file);
  }
  if (found.length === 0) {
    const names = given.flatMap(({ entry }) => (entry ? [entry.name] : [])).join(', ');
    throw new InspectorError(
      'bad-file',
      `The folder ${names} is empty, or cannot be read.`,
      'Drop the files themselves.',
    );
  }
  return found;
}

async function walk(folder: FileSystemDirectoryEntry, depth: number, found: File[]): Promise<void> {
  if (depth === 0) return;
  for (const entry of await entriesOf(folder)) {
    if (found.length >= MAX_FILES) return;
    if (LEFTOVER.test(entry.name)) continue;
    if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, depth - 1, found);
    else {
      const file = await fileOf(entry as FileSystemFileEntry);
      if (!file) continue;
      paths.set(file, entry.fullPath.replace(/^\//, ''));
      found.push(file);
    }
  }
}

/** Lists a folder in the order of its names, numbers as numbers. A reader hands out at most a hundred entries at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (some.length === 0) break;
    all.push(...some);
  }
  return all.sort((a, b) => byName(a.name, b.name));
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** "2.jpg" before "10.jpg". */
export function byName(a: string, b: string): number {
  return collator.compare(a, b);
}
