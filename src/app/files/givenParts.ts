/** Weights that a visitor gives in several files, put together to the one that they make up. */
import { isNonEmpty, type NonEmpty } from '@/common/nonEmpty';
import { joinFiles, readIndexFile, shardName } from '@/session/models/shards';
import { pathOf, setPath } from './givenFolder';

/** Files of weights that make up one model: a file by itself, or the parts that it was cut into. */
export interface GivenWeights {
  /** The path of the file, or what the whole would be called in the place of the parts. */
  path: string;
  files: NonEmpty<File>;
  /** The file that says in which part each tensor is, where it was given. */
  index: File | null;
}

const INDEX = /\.index(\.\w+)?\.json$/i;

/**
 * Sorts weights into models: parts by their names and places, and by the indexes that were given with them.
 * @throws InspectorError `bad-file` for an index that cannot be read
 */
export async function groupParts(
  weights: readonly File[],
  indexes: readonly File[],
): Promise<GivenWeights[]> {
  const models: GivenWeights[] = [];
  const taken = new Set<File>();
  for (const index of indexes) {
    const named = new Set((await readIndexFile(index, pathOf(index))).files.values());
    const files = weights.filter((file) => placeOf(file) === placeOf(index) && named.has(file.name));
    if (!isNonEmpty(files)) continue;
    for (const file of files) taken.add(file);
    models.push({ path: pathOf(index).replace(INDEX, ''), files, index });
  }
  const parts = new Map<string, [File, ...File[]]>();
  for (const file of weights) {
    if (taken.has(file)) continue;
    const whole = shardName(pathOf(file))?.whole;
    if (whole === undefined) {
      models.push({ path: pathOf(file), files: [file], index: null });
      continue;
    }
    const others = parts.get(whole);
    if (others) others.push(file);
    else parts.set(whole, [file]);
  }
  for (const [whole, files] of parts)
    models.push({ path: files.length > 1 ? whole : pathOf(files[0]), files, index: null });
  return models;
}

/** The file that weights are, or make up; nothing is copied. @throws InspectorError `bad-file` for what does not belong together */
export async function wholeOf({ path, files, index }: GivenWeights): Promise<File> {
  if (files.length === 1 && !index) return files[0];
  const whole = await joinFiles(
    path.split('/').at(-1)!,
    files,
    index && (await readIndexFile(index, pathOf(index))),
  );
  setPath(whole, path);
  return whole;
}

/** The folder that a file lies in, with a slash at its end. */
export function placeOf(file: File): string {
  return pathOf(file).slice(0, -file.name.length);
}
