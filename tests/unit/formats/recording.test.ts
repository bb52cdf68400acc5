import { beforeAll, describe, expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { browserDigest, openRecording, writeRecording } from '@/formats/recording/file';
import { parseHeader, writeHeader } from '@/formats/recording/header';
import { readHalves, readProfiles, writeHalves, writeProfiles } from '@/formats/recording/numbers';
import { type Recording, recordedEdit, versionOf, weightsAt } from '@/formats/recording/recording';
import { aRecording, type Part, PREAMBLE, partsOf, streamOf } from './recordings';

/** The message with which a promise is refused; it must be an InspectorError that says what to do. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InspectorError)) throw new Error(`Not refused: ${error}`);
  expect(error.code).toBe('bad-file');
  expect(error.advice).not.toBe('');
  return error.message;
}

const digest = browserDigest();
if (!digest) throw new Error('These tests need crypto.subtle.');

let bytes: Uint8Array<ArrayBuffer>;
let written: Recording;

beforeAll(async () => {
  const { file, recording } = await writeRecording(aRecording(), partsOf(aRecording()), digest);
  bytes = new Uint8Array(await file.arrayBuffer());
  written = recording;
});

describe('a file', () => {
  test('comes back as it was written, header and parts, in whatever portions it arrives', async () => {
    const opened = await openRecording(streamOf(bytes, 7));
    expect(opened.recording).toEqual(written);
    expect(opened.recording).toMatchObject(aRecording());
    for (const [name, part] of partsOf(aRecording())) expect(await opened.part(name)).toEqual(part);
    const parts = [...partsOf(aRecording()).values()].reduce((sum, part) => sum + part.length, 0);
    expect(await opened.complete).toEqual({ bytes: parts, checked: true });
  });

  test('gives its first parts before the last ones have arrived', async () => {
    let feed: ReadableStreamDefaultController<Part> | null = null;
    const stream = new ReadableStream<Part>({
      start(controller) {
        feed = controller;
      },
    });
    feed!.enqueue(bytes.slice(0, bytes.length - 1));
    const opened = await openRecording(stream);
    expect(await opened.part('base')).toEqual(partsOf(aRecording()).get('base'));
    feed!.enqueue(bytes.slice(-1));
    feed!.close();
    expect((await opened.complete).checked).toBe(true);
  });

  test('says so where nothing can be checked', async () => {
    const opened = await openRecording(streamOf(bytes), null);
    expect((await opened.complete).checked).toBe(false);
  });

  test('that ends too early is refused, with where it ends', async () => {
    expect(await refusal(openRecording(streamOf(bytes.slice(0, 20))))).toContain(
      'ends in the middle of its first bytes',
    );
    expect(await refusal(openRecording(streamOf(bytes.slice(0, PREAMBLE + 10))))).toContain(
      'middle of its header',
    );
    const opened = await openRecording(streamOf(bytes.slice(0, -1)));
    expect(await refusal(opened.part('profiles'))).toContain(
      'the file ends in the middle of its part "profiles"',
    );
    expect(await refusal(opened.complete)).toContain('profiles');
    expect((await opened.part('base')).length).toBe(12);
  });

  test('that goes on after its end is refused', async () => {
    const opened = await openRecording(streamOf(Uint8Array.from([...bytes, 0])));
    expect(await refusal(opened.complete)).toContain('goes on after its last part');
  });

  test('with a changed byte is refused, wherever that is', async () => {
    const changed = (at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
    expect(await refusal(openRecording(streamOf(changed(0))))).toContain('is no recording');
    expect(await refusal(openRecording(streamOf(changed(PREAMBLE + 30))))).toContain(
      'damaged: the header is not what was recorded (its SHA-256 differs)',
    );
    const opened = await openRecording(streamOf(changed(bytes.length - 1)));
    expect(await refusal(opened.part('profiles'))).toContain('damaged: its part "profiles"');
    expect(await refusal(opened.complete)).toContain('damaged');
    expect((await opened.part('mean')).length).toBe(64);
  });

  test('with a header of a gigabyte is refused before anything is read of it', async () => {
    const hostile = bytes.slice();
    new DataView(hostile.buffer).setUint32(8, 2 ** 30, true);
    expect(await refusal(openRecording(streamOf(hostile)))).toContain(`its header has ${2 ** 30} bytes`);
  });

  test('whose connection breaks is no bad file', async () => {
    const stream = new ReadableStream<Part>({
      start(controller) {
        controller.enqueue(bytes.slice(0, bytes.length - 5));
      },
      pull(controller) {
        controller.error(new TypeError('network'));
      },
    });
    await expect((await openRecording(stream)).complete).rejects.toMatchObject({ code: 'network' });
  });
});

describe('a header', () => {
  /** The header as JSON, with the value at a path replaced. */
  function broken(path: string, value: unknown): unknown {
    const root = JSON.parse(writeHeader(written));
    const keys = path.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce((at, key) => at[key], root);
    parent[last] = value;
    return root;
  }

  test('survives the round trip, infinite PSNR and all', () => {
    expect(written.cells[0].frames[0].change.farPsnr).toBe(Number.POSITIVE_INFINITY);
    expect(parseHeader(JSON.parse(writeHeader(written)))).toEqual(written);
  });

  test('without far pixels has no numbers of them, and a version that asks for players who know that', () => {
    const recording = structuredClone(written);
    const { change } = recording.cells[0].frames[2];
    Object.assign(change, {
      farRms: Number.NaN,
      farShare: Number.NaN,
      farPsnr: Number.NaN,
      farChanged: Number.NaN,
    });
    change.farShift = [Number.NaN, Number.NaN, Number.NaN];
    expect([versionOf(written.cells), versionOf(recording.cells)]).toEqual([1, 2]);
    expect(parseHeader(JSON.parse(writeHeader(recording)))).toEqual(recording);
  });

  test('of a later version asks for a newer player', () => {
    expect(() => parseHeader(broken('version', 4))).toThrow('This recording has version 4');
  });

  test.each([
    ['format', 'zip', 'format is not one of latent-inspector-recording'],
    ['version', 0, 'version is 0'],
    ['title', 5, 'title is not text'],
    ['caption', 'x'.repeat(5000), 'caption is too long a text'],
    ['date', 'yesterday', 'date is not a date (ISO 8601)'],
    ['size', 100_000, 'size is 100000; it must be 1 to 2048'],
    ['rows', 3, 'size is 32, but there are 3 x 4 cells of 8 pixels'],
    ['channels', 1e9, 'channels is 1000000000'],
    ['strengths', [0, 0.5], 'strengths lack 0 or 1'],
    ['strengths', [0, 1, 0.5], 'strengths do not ascend'],
    ['strengths', Array.from({ length: 1000 }, (_, at) => at), 'strengths has 1000 items'],
    ['shown.cell', 1, 'shown.cell is 1'],
    ['shown.layer', 'channel:2', 'shown.layer is not one of'],
    ['model.sha256', 'abc', 'model.sha256 is not a SHA-256'],
    ['model.kind', 'other', 'model.kind is not one of embedded, hub, file'],
    ['cells', [], 'cells are none'],
    ['cells.0.cell.row', 4, 'cells[0].cell.row is 4'],
    ['cells.0.delta', [1], 'cells[0].delta has 1 numbers, not 2'],
    ['cells.0.edit.kind', 'explode', 'cells[0].edit.kind is not one of'],
    ['cells.0.edit', { kind: 'scale', cell: { row: 0, col: 0 }, factor: 1e9 }, 'which is beyond 1000000'],
    ['cells.0.control', null, 'cells[0].control and those of its frames do not agree'],
    ['cells.0.frames', [], 'cells[0].frames are 0 for 3 strengths'],
    ['cells.0.frames.1.change.farRms', -1, 'cells[0].frames[1].change.farRms is -1, below 0'],
    ['cells.0.frames.1.change.farShift', [1, 2], 'farShift has 2 numbers, not 3'],
    ['cells.0.images.0.weights', [1], 'cells[0].images[0].weights has 1 numbers, not 3'],
    ['cells.0.images.0.part', 'gone', 'parts lack "gone"'],
    ['parts.0.bytes', 2 ** 40, 'parts[0].bytes is'],
    ['parts.2.bytes', 63, 'parts have 63 bytes in "mean" instead of 64'],
    ['parts.1.name', 'base', 'parts name one part twice'],
  ])('with %s = %j is refused, with the field named', (path, value, message) => {
    expect(() => parseHeader(broken(path, value))).toThrow(message);
  });

  test('that is no object is refused', () => {
    expect(() => parseHeader('text')).toThrow('its header is not an object');
    expect(() => parseHeader(JSON.parse('{"__proto__": {"format": 1}}'))).toThrow('format is not one of');
  });

  test('takes over nothing that it does not know', () => {
    const json = broken('cells.0.edit', { kind: 'heal', cell: { row: 1, col: 2, more: 1 }, script: 'x' });
    expect(parseHeader(json).cells[0].edit).toEqual({ kind: 'heal', cell: { row: 1, col: 2 } });
  });
});

test('a frame is an add edit of the change times its strength', () => {
  expect(recordedEdit(written, 0, 0.5)).toEqual({ kind: 'add', cell: { row: 1, col: 2 }, values: [2, -4] });
  expect(recordedEdit(written, 0, 0)).toBeNull();
});

test('between two strengths the weights lie on the line between theirs', () => {
  const cell = { images: [{ part: 'a', scale: 1, weights: [0, 0.5, 2] }] };
  expect(weightsAt(cell, 1)).toEqual([0.5]);
  expect(weightsAt(cell, 2)).toEqual([2]);
  expect(weightsAt(cell, 1.5)).toEqual([1.25]);
});

test('halves keep numbers to one part in 2048, and refuse what is no number', () => {
  const values = Float32Array.from([0, 1, -3.3, 1000.7, 6e-5]);
  readHalves(writeHalves(values)).forEach((value, at) => {
    expect(Math.abs(value - values[at])).toBeLessThanOrEqual(Math.abs(values[at]) / 2048);
  });
  expect(() => readHalves(writeHalves(Float32Array.from([Number.NaN])))).toThrow('numbers that are none');
});

test('profiles of different lengths come back in single precision', () => {
  const profiles = [
    [
      { change: [0.5, 0.25], control: [] },
      { change: [1, 2, 3, 4], control: [0.125] },
    ],
  ];
  const grid = { rows: 4, cols: 4 };
  const frames = { ...grid, cells: [0], strengths: [0, 1] };
  expect(readProfiles(writeProfiles(profiles, grid), frames)).toEqual(profiles);
});
