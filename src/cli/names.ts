/** Names that tell pictures apart, whatever folders they come from. */

/** A file that was found, and what it is called within the folder that was given, with forward slashes. */
export interface FoundFile {
  /** Absolute, with forward slashes. */
  path: string;
  name: string;
}

/**
 * Each file once under each of its names. Where two files have one name, both are called by as many of their parent folders as
 * tell them apart: `A/1.png` and `B/1.png` for two that are called `1.png`.
 *
 * The names follow from all files that were given, so shards that are given the same files agree on them.
 */
export function distinctNames(found: readonly FoundFile[]): FoundFile[] {
  let files = [...new Map(found.map((file) => [`${file.name}\0${file.path}`, file])).values()];
  for (;;) {
    const paths = new Map<string, Set<string>>();
    for (const { name, path } of files) paths.set(name, (paths.get(name) ?? new Set()).add(path));
    const isShared = ({ name }: FoundFile) => paths.get(name)!.size > 1;
    if (!files.some(isShared)) return files;
    // Whole paths differ, so this ends.
    files = files.map((file) => (isShared(file) ? { ...file, name: withParent(file) } : file));
  }
}

/** The name with one more of the folders that the file lies in. */
function withParent({ name, path }: FoundFile): string {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.slice(-(name.split('/').length + 1)).join('/');
}
