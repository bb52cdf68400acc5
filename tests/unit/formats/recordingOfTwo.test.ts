import { describe, expect, test } from 'vitest';
import { browserDigest, openRecording, writeRecording } from '@/formats/recording/file';
import { parseHeader, writeHeader } from '@/formats/recording/header';
import { writeHalves } from '@/formats/recording/numbers';
import { RecordedPictures } from '@/formats/recording/pictures';
import { type Recording, versionOf } from '@/formats/recording/recording';
import { secondOf } from '@/formats/recording/second';
import { knowsLogvar } from '@/session/pictures/latents';
import { aRecording, aRecordingOfTwo, partsOf, partsOfTwo, streamOf } from './recordings';

const digest = browserDigest();
if (!digest) throw new Error('These tests need crypto.subtle.');

const { file, recording } = await writeRecording(aRecordingOfTwo(), partsOfTwo(aRecordingOfTwo()), digest);
const bytes = new Uint8Array(await file.arrayBuffer());

const decode = async (part: Uint8Array, width: number, height: number) => ({
  width,
  height,
  data: new Uint8ClampedArray(4 * width * height).fill(part[0]!),
});

test('a file of two models comes back as it was written', async () => {
  const opened = await openRecording(streamOf(bytes, 7));
  expect(opened.recording).toEqual(recording);
  expect(opened.recording).toMatchObject(aRecordingOfTwo());
  for (const [name, part] of partsOfTwo(aRecordingOfTwo())) expect(await opened.part(name)).toEqual(part);
});

test('only a file of two models asks for players that know them', async () => {
  const { cells } = aRecording();
  expect([versionOf(cells, false), versionOf(cells, true)]).toEqual([1, 3]);
  const alone = await writeRecording(aRecording(), partsOf(aRecording()), digest);
  expect(alone.recording.version).toBe(1);
  expect(writeHeader(alone.recording)).not.toContain('second');
});

describe('the second model', () => {
  test('reads as a recording of its own, on the picture of the first', async () => {
    const opened = await openRecording(streamOf(bytes));
    const asked: string[] = [];
    const part = (name: string) => {
      asked.push(name);
      return opened.part(name);
    };
    const second = secondOf({ recording: opened.recording, part, decode })!;
    expect(second.recording).toMatchObject({
      model: { id: 'mini-other' },
      size: 32,
      factor: 16,
      rows: 2,
      channels: 3,
      strengths: [0, 0.5, 1],
      picture: { id: 'harbour' },
      errors: { picture: { rms: 0.5 }, base: { rms: 0.25 }, mean: 0.003 },
    });
    expect(second.recording.second).toBeUndefined();
    expect(secondOf(second)).toBeNull();
    const pictures = new RecordedPictures(second);
    expect(await pictures.mean()).toEqual(Float32Array.from({ length: 12 }, (_, at) => at / 2));
    expect((await pictures.base())[0]).toBe(4);
    expect((await pictures.picture()).data[0]).toBe(2);
    expect((await pictures.images(0))[0]).toMatchObject({ scale: 6, planes: { 0: 5 } });
    expect(await pictures.profile(0, 2)).toEqual({ change: [3], control: [4, 5] });
    expect(asked).toEqual(['second-mean', 'second-base', 'picture', 'second-image-0-0', 'second-profiles']);
  });

  test('says of a log-variance that was not recorded that it is not known', async () => {
    const opened = await openRecording(streamOf(bytes));
    const source = { ...opened, decode };
    expect(knowsLogvar(await new RecordedPictures(source).posterior())).toBe(true);
    expect(knowsLogvar(await new RecordedPictures(secondOf(source)!).posterior())).toBe(false);
  });

  test('may have its log-variance, too', async () => {
    const wanted = aRecordingOfTwo();
    wanted.second!.errors.rawLogvar = 0.25;
    const parts = partsOfTwo(wanted);
    parts.set('second-rawLogvar', writeHalves(new Float32Array(12).fill(-3)));
    const written = await writeRecording(wanted, parts, digest);
    const opened = await openRecording(written.file.stream());
    const { rawLogvar } = await new RecordedPictures(secondOf({ ...opened, decode })!).posterior();
    expect([...rawLogvar]).toEqual(new Array(12).fill(-3));
  });

  test('is none in a recording of one', () => {
    const alone: Recording = { ...aRecording(), parts: [] };
    expect(secondOf({ recording: alone, part: () => Promise.reject(new Error('none')), decode })).toBeNull();
  });
});

describe('a header of two models', () => {
  /** The header as JSON, with the value at a path replaced. */
  function broken(path: string, value: unknown): unknown {
    const root = JSON.parse(writeHeader(recording));
    const keys = path.split('.');
    const last = keys.pop()!;
    keys.reduce((at, key) => at[key], root)[last] = value;
    return root;
  }

  test.each([
    ['version', 2, 'second is known from version 3 on'],
    ['second', 'x', 'second is not an object'],
    ['second', null, 'second is not an object'],
    ['second.model.kind', 'other', 'second.model.kind is not one of'],
    ['second.rows', 3, 'second.rows are 3 x 2 of 16 pixels, for a picture of 32'],
    ['second.factor', 1e9, 'second.factor is 1000000000'],
    ['second.channels', 65, 'second.channels is 65'],
    ['second.cells', [], 'second.cells are 0 beside 1 of the first model'],
    ['second.cells.0.cell.row', 2, 'second.cells[0].cell.row is 2'],
    ['second.cells.0.delta', [1, 2], 'second.cells[0].delta has 2 numbers, not 3'],
    ['second.cells.0.frames', [], 'second.cells[0].frames are 0 for 3 strengths'],
    ['second.cells.0.images.0.part', 'gone', 'parts lack "gone"'],
    ['second.errors.mean', -1, 'second.errors.mean is -1'],
    ['second.errors.rawLogvar', 0.1, 'parts lack "second-rawLogvar"'],
    ['parts.6.name', 'other', 'parts lack "second-base"'],
    ['parts.7.bytes', 23, 'parts have 23 bytes in "second-mean" instead of 24'],
    ['parts.9.bytes', 23, 'in "second-profiles" instead of'],
  ])('with %s = %j is refused, with the field named', (path, value, message) => {
    expect(() => parseHeader(broken(path, value))).toThrow(message);
  });
});
