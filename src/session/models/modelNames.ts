/** Names of visitors' own models: no two alike. */

/** The name of a file, without the folders in front of it: "vae/model.safetensors" is "model.safetensors". */
export function baseName(path: string): string {
  return path.split('/').at(-1) || path;
}

/** The same without the number that tells it from another of that name. */
export function plainName(name: string): string {
  return baseName(name).replace(/ \(\d+\)$/, '');
}

/**
 * The name itself; where it is taken, with a number behind it.
 * @param wanted names that a link asks for: one that this file may be meant by is given back
 */
export function freeName(
  name: string,
  isTaken: (name: string) => boolean,
  wanted: readonly string[] = [],
): string {
  const asked = wanted.find((each) => plainName(each) === plainName(name) && !isTaken(each));
  if (asked !== undefined) return asked;
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name} (${number})`;
    if (!isTaken(free)) return free;
  }
}
