import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Edit } from '@/edits';
import { openRecording, writeRecording } from '@/formats/recording/file';
import { parseHeader, writeHeader } from '@/formats/recording/header';
import { RecordedPictures } from '@/formats/recording/pictures';
import type { Recording } from '@/formats/recording/recording';
import { secondOf } from '@/formats/recording/second';
import {
  aRecording,
  aRecordingOfTwo,
  type Part,
  PREAMBLE,
  partsOf,
  partsOfTwo,
  streamOf,
} from '../formats/recordings';
import { type GoodFile, oddBytes } from './bytes';
import { oddJson } from './json';
import { generated } from './runs';

const digest = async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function written(recording: Omit<Recording, 'parts'>, parts: ReadonlyMap<string, Part>) {
  const { file, recording: whole } = await writeRecording(recording, parts, digest);
  return { bytes: new Uint8Array(await file.arrayBuffer()), recording: whole };
}
type Written = Awaited<ReturnType<typeof written>>;

const ONE = await written(aRecording(), partsOf(aRecording()));
const TWO = await written(aRecordingOfTwo(), partsOfTwo(aRecordingOfTwo()));

const headerEnd = (bytes: Uint8Array<ArrayBuffer>) =>
  PREAMBLE + new DataView(bytes.buffer).getUint32(8, true);

/** Places of the header and of each part, `[from, to]` in bytes. */
function chunksOf({ bytes, recording }: Written): [number, number][] {
  let at = headerEnd(bytes);
  return [
    [PREAMBLE, at],
    ...recording.parts.map((part): [number, number] => {
      at += part.bytes;
      return [at - part.bytes, at];
    }),
  ];
}

const goodFile = (name: string, file: Written): GoodFile => ({
  name,
  bytes: file.bytes,
  signature: 8,
  fields: [
    { at: 8, size: 4 },
    { at: 11, size: 1 },
  ],
  chunks: chunksOf(file),
});

const cell = { row: 1, col: 2 };
const EDITS: readonly Edit[] = [
  { kind: 'heal', cell },
  { kind: 'set', cell, values: [1, -2e-9] },
  { kind: 'scale', cell, factor: 0.5 },
  { kind: 'noise', cell, sigma: 1, seed: 4294967295 },
  { kind: 'swap', cell, with: { row: 0, col: 0 } },
];
/** The same recording, with an edit of each kind, and one of two models. */
const RECORDINGS = [
  ...EDITS.map((edit): Recording => ({ ...ONE.recording, cells: [{ ...ONE.recording.cells[0], edit }] })),
  TWO.recording,
];

/** All of a recording, as the player takes it: with its pictures, whose own bytes are not looked at here. */
async function playAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Recording> {
  const opened = await openRecording(stream, digest);
  const source = {
    recording: opened.recording,
    part: opened.part,
    decode: () => Promise.reject(new Error('not looked at')),
  };
  for (const each of [source, secondOf(source)]) {
    if (!each) continue;
    const pictures = new RecordedPictures(each);
    await pictures.posterior();
    await pictures.profiles();
  }
  await opened.complete;
  return opened.recording;
}

generated('recordings', {
  ...oddBytes([goodFile('a recording', ONE), goodFile('a recording of two models', TWO)]),
  bytes: ({ length }) => length,
  read: (input) => playAll(streamOf(input, 700)),
});

/** The file that has this text for a header, and says so rightly. */
function withHeader(text: string): Uint8Array<ArrayBuffer> {
  const { bytes } = text.includes('"second"') ? TWO : ONE;
  const header = new TextEncoder().encode(text);
  const rest = bytes.subarray(headerEnd(bytes));
  const made = new Uint8Array(PREAMBLE + header.length + rest.length);
  made.set(bytes.subarray(0, PREAMBLE));
  new DataView(made.buffer).setUint32(8, header.length, true);
  made.set(createHash('sha256').update(header).digest(), PREAMBLE - 32);
  made.set(header, PREAMBLE);
  made.set(rest, PREAMBLE + header.length);
  return made;
}

const { make, ...headers } = oddJson(RECORDINGS.map((each) => JSON.parse(writeHeader(each))));
generated('recordings with odd headers', {
  recipes: headers.recipes,
  make: (recipe: Parameters<typeof make>[0]) => withHeader(make(recipe)),
  goods: headers.goods.map(withHeader),
  bytes: ({ length }) => length,
  read: (input) => playAll(streamOf(input)),
  holds: (found) => {
    const text = writeHeader(found);
    expect(writeHeader(parseHeader(JSON.parse(text)))).toBe(text);
  },
});
