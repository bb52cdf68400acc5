/** Runs the steps of a test on stores where stores are meant to run: in a dedicated worker. */
import { openCache } from '@/models/stores/cache';
import { openOpfs } from '@/models/stores/opfs';
import type { FilePlace, StoredText, StoreEntry } from '@/models/stores/place';

type Bytes = Uint8Array<ArrayBuffer>;
type None = Record<string, never>;

export interface Steps {
  open(args: { kind: 'opfs' | 'cache'; root: string }): Promise<'opfs' | 'cache' | null>;
  names(args: None): Promise<string[]>;
  remove(args: { name: string }): Promise<void>;
  entry(args: { name: string }): Promise<void>;
  lengths(args: None): Promise<Map<number, number>>;
  append(args: { part: number; bytes: Bytes }): Promise<void>;
  read(args: { part: number; offset: number; length: number }): Promise<Bytes>;
  seal(args: { part: number }): Promise<void>;
  clear(args: { part: number }): Promise<void>;
  writeText(args: { which: StoredText; text: string }): Promise<void>;
  readText(args: { which: StoredText }): Promise<string | null>;
  close(args: None): Promise<void>;
}

let place: FilePlace | null = null;
let entry: StoreEntry | null = null;

const STEPS: Steps = {
  open: async ({ kind, root }) => {
    place = await (kind === 'opfs' ? openOpfs(root) : openCache(root));
    return place?.kind ?? null;
  },
  names: () => place!.names(),
  remove: ({ name }) => place!.remove(name),
  entry: async ({ name }) => {
    entry = await place!.open(name);
  },
  lengths: () => entry!.lengths(),
  append: ({ part, bytes }) => entry!.append(part, bytes),
  read: ({ part, offset, length }) => entry!.read(part, offset, length),
  seal: ({ part }) => entry!.seal(part),
  clear: ({ part }) => entry!.clear(part),
  writeText: ({ which, text }) => entry!.writeText(which, text),
  readText: ({ which }) => entry!.readText(which),
  close: () => entry!.close(),
};

const run = (step: keyof Steps, args: unknown) => (STEPS[step] as (args: unknown) => unknown)(args);

self.onmessage = async ({ data: { step, args } }) => {
  try {
    self.postMessage({ result: await run(step, args) });
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    self.postMessage({ error: { name, message, code } });
  }
};
