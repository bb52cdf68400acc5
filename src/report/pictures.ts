/** Files of pictures before they are measured: each content once. */
export interface NamedPicture {
  name: string;
  /** SHA-256 of the file; null where it cannot be read. */
  sha256: string | null;
}

/**
 * @returns the pictures by name, each content once under its first name; and the other names under which it is there too.
 *   What cannot be read is nobody's copy.
 */
export function distinctPictures<P extends NamedPicture>(
  files: readonly P[],
): { pictures: P[]; copies: { name: string; sameAs: string }[] } {
  const pictures: P[] = [];
  const copies: { name: string; sameAs: string }[] = [];
  const names = new Map<string, string>();
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    const { name, sha256 } = file;
    const sameAs = sha256 === null ? undefined : names.get(sha256);
    if (sameAs === undefined) {
      if (sha256 !== null) names.set(sha256, name);
      pictures.push(file);
    } else if (sameAs !== name) {
      copies.push({ name, sameAs });
    }
  }
  return { pictures, copies };
}
