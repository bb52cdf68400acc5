/** A visitor's files that are parts of one model, as the page puts them together. */
import { joinedFile, joinShards, readShardIndex, type ShardIndex } from '@/models/files/shards';
import { blobSource } from '@/models/files/source';

export { joinedNote, shardName } from '@/models/files/shards';

/** An index longer than this is none. */
const LONGEST_INDEX = 20e6;

/** @throws InspectorError `bad-file` for one that does not say in which file each tensor is */
export async function readIndexFile(file: File, name: string): Promise<ShardIndex> {
  return readShardIndex(file.size <= LONGEST_INDEX ? await file.text() : '', name);
}

/**
 * The file that parts make up; nothing is copied.
 * @throws InspectorError `bad-file` for what is missing or does not belong together
 */
export async function joinFiles(
  name: string,
  files: readonly File[],
  index: ShardIndex | null,
): Promise<File> {
  const sources = files.map((file) => blobSource(file));
  return joinedFile(name, await joinShards(sources, index), files);
}
