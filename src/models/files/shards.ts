/**
 * Models whose weights were cut into several files, put together again as one file: a header of its own, and the tensors' bytes
 * where they lie. Nothing is copied, and the page and the command line make the same bytes of it, so the same SHA-256.
 */
import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import { SafetensorsFile, safetensorsHeader } from './safetensors';
import type { ByteSource } from './source';

/** The meaning of a shard's name: "vae-00001-of-00003.safetensors" is the first of three, and the whole is "vae.safetensors". */
export interface ShardName {
  whole: string;
  part: number;
  count: number;
  /** The name of another part. */
  nameOf(part: number): string;
}

/** Null where a name is not that of one of several parts. */
export function shardName(name: string): ShardName | null {
  const [, stem, part, count, ending] =
    /^(.*)-(\d{1,6})-of-(\d{1,6})(\.(?:safetensors|sft))$/is.exec(name) ?? [];
  if (stem === undefined || Number(count) < 2 || Number(part) < 1 || Number(part) > Number(count))
    return null;
  return {
    whole: `${stem}${ending}`,
    part: Number(part),
    count: Number(count),
    nameOf: (each) => `${stem}-${String(each).padStart(part.length, '0')}-of-${count}${ending}`,
  };
}

/** So many are named at most. */
const MAX_NAMED = 3;

function listed(names: readonly string[]): string {
  const some = names.slice(0, MAX_NAMED).map(shown).join(', ');
  return names.length > MAX_NAMED ? `${some} and ${names.length - MAX_NAMED} more` : some;
}

const TOGETHER = 'Give all parts together, or the folder that holds them.';

/** The refusal of one part alone, which holds no whole autoencoder; null where the name is not that of a part. */
export function aloneShard(name: string): InspectorError | null {
  const own = shardName(name);
  if (!own) return null;
  // The missing ones are not many to whoever has them: the first few tell which.
  const others = Array.from({ length: Math.min(own.count, MAX_NAMED + 2) }, (_, index) => index + 1)
    .filter((part) => part !== own.part)
    .slice(0, MAX_NAMED)
    .map((part) => shown(own.nameOf(part)));
  const more = own.count - 1 - others.length;
  return new InspectorError(
    'bad-model',
    `${name} is part ${own.part} of ${own.count} of a model, and this part holds no whole autoencoder. Missing: ${others.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    TOGETHER,
  );
}

/** The index beside the parts, as transformers and diffusers write it: in which file each tensor is. */
export interface ShardIndex {
  name: string;
  files: ReadonlyMap<string, string>;
}

/**
 * @param name the file's, for messages
 * @throws InspectorError 'bad-file'
 */
export function readShardIndex(text: string, name: string): ShardIndex {
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown } | null)?.weight_map;
  } catch {
    map = null;
  }
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  if (entries.length === 0 || !entries.every(([, file]) => typeof file === 'string')) {
    throw new InspectorError(
      'bad-file',
      `${name} does not say in which file each tensor is.`,
      'Download it again, or give the parts without it.',
    );
  }
  const files = new Map(entries as [string, string][]);
  const outside = [...files.values()].find((file) => /[/\\]/.test(file));
  if (outside !== undefined) {
    throw new InspectorError(
      'bad-file',
      `${name} names a file that does not lie beside it, ${shown(outside)}: only files of its own folder are opened.`,
      'Give the parts without it.',
    );
  }
  return { name, files };
}

/** One file made of several: its own first bytes, then ranges of theirs. */
export interface JoinedShards {
  header: Uint8Array<ArrayBuffer>;
  /** Ranges in the order of the parts given. */
  ranges: { begin: number; end: number }[];
}

/**
 * Checks that parts make up one model, by their names and by the index where there is one, and puts their headers together.
 * @param index names the parts where their own names do not say which they are
 * @throws InspectorError 'bad-file' for what is missing, doubled or contradicts the index
 */
export async function joinShards(
  sources: readonly ByteSource[],
  index: ShardIndex | null,
): Promise<JoinedShards> {
  const names = sources.map(({ name }) => name);
  refuseMissing(names, index);
  const files: SafetensorsFile[] = [];
  for (const source of sources) files.push(await SafetensorsFile.open(source));
  const places = new Map<string, string>();
  for (const { name, entries } of files) {
    for (const tensor of entries.keys()) {
      const other = places.get(tensor);
      if (other !== undefined) {
        throw new InspectorError(
          'bad-file',
          `${shown(tensor)} is both in ${other} and in ${name}.`,
          'These are not parts of one model: give only those that belong together.',
        );
      }
      places.set(tensor, name);
    }
  }
  if (index) refuseContradiction(places, index);
  const tensors: [string, { dtype: string; shape: number[]; bytes: number }][] = [];
  const ranges = files.map(({ entries }, at) => {
    const own = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
    for (const [tensor, { dtype, shape, begin, end }] of own)
      tensors.push([tensor, { dtype, shape, bytes: end - begin }]);
    // The tensors fill a file from the end of its header on, without holes.
    return { begin: own[0]?.[1].begin ?? sources[at].byteLength, end: sources[at].byteLength };
  });
  const metadata = Object.assign({}, ...files.map((file) => file.metadata)) as Record<string, string>;
  return { header: safetensorsHeader(tensors, metadata), ranges };
}

/** A full sentence on what is to be known of a model that was put together. */
export function joinedNote(count: number, name: string): string {
  return `Its weights lie in ${count} files; the SHA-256 is that of the one file, ${name}, that they make up.`;
}

function refuseMissing(names: readonly string[], index: ShardIndex | null): void {
  const wanted = index ? [...new Set(index.files.values())] : namedParts(names);
  const missing = wanted.filter((each) => !names.includes(each));
  if (missing.length === 0) return;
  throw new InspectorError(
    'bad-file',
    `The model is in ${wanted.length} parts, and ${missing.length === 1 ? 'one is' : `${missing.length} are`} missing: ${listed(missing)}.`,
    TOGETHER,
  );
}

/** @throws InspectorError 'bad-file' where the names are those of several models, or of one that was cut twice */
function namedParts(names: readonly string[]): string[] {
  const read = names.map(shardName);
  const [first] = read;
  const alike = read.every((each) => each?.whole === first?.whole && each?.count === first?.count);
  if (!first || !alike) {
    throw new InspectorError(
      'bad-file',
      `These files are not the parts of one model: ${listed(names)}.`,
      'Give only those that belong together.',
    );
  }
  return Array.from({ length: first.count }, (_, at) => first.nameOf(at + 1));
}

function refuseContradiction(places: ReadonlyMap<string, string>, { name, files }: ShardIndex): void {
  const refused = (what: string) =>
    new InspectorError(
      'bad-file',
      `The parts contradict ${name}: ${what}.`,
      'Give the index that belongs to them, or the parts without it.',
    );
  for (const [tensor, file] of files) {
    const place = places.get(tensor);
    if (place === file) continue;
    throw refused(
      `it says that ${shown(tensor)} is in ${shown(file)}, ${place === undefined ? 'and none of them holds it' : `but it is in ${place}`}`,
    );
  }
  for (const [tensor, place] of places)
    if (!files.has(tensor)) throw refused(`${place} holds ${shown(tensor)}, which it does not name`);
}

/** The joined file as bytes that can be read in pieces. */
export function joinedSource(
  name: string,
  { header, ranges }: JoinedShards,
  sources: readonly ByteSource[],
): ByteSource {
  const pieces = [
    { length: header.length, read: async (from: number, to: number) => header.slice(from, to) },
    ...ranges.map(({ begin, end }, at) => ({
      length: end - begin,
      read: async (from: number, to: number) =>
        new Uint8Array(await sources[at].read(begin + from, to - from)),
    })),
  ];
  const byteLength = pieces.reduce((sum, { length }) => sum + length, 0);
  return {
    name,
    byteLength,
    async read(offset, length) {
      const result = new Uint8Array(Math.max(0, Math.min(length, byteLength - offset)));
      let start = 0;
      for (const piece of pieces) {
        const from = Math.max(0, offset - start);
        const to = Math.min(piece.length, offset + result.length - start);
        if (from < to) {
          const bytes = await piece.read(from, to);
          result.set(bytes, start + from - offset);
          // A part that was cut meanwhile.
          if (bytes.length < to - from) return result.slice(0, start + from - offset + bytes.length).buffer;
        }
        start += piece.length;
      }
      return result.buffer;
    },
  };
}

/** The joined file as a `File`, whose bytes stay where they are. */
export function joinedFile(name: string, { header, ranges }: JoinedShards, files: readonly Blob[]): File {
  const pieces = ranges.map(({ begin, end }, at) => files[at].slice(begin, end));
  return new File([header, ...pieces], name, { lastModified: 0 });
}
