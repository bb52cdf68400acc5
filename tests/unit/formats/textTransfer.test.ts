/** Files that were sent as text are named as such, and no good file is. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '@/cli/decode';
import { readLatentFile } from '@/formats/latent/file';
import { kindOf } from '@/formats/picture/kind';
import { readPicture } from '@/formats/picture/reading';
import { pixelBytes, sentAsText } from '@/formats/picture/sentAsText';
import { sniff } from '@/formats/sniff';
import { changedBytes, changedMiddle } from '@/formats/textTransfer';
import { SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';

type Bytes = Uint8Array<ArrayBuffer>;

const each = (bytes: Uint8Array, write: (byte: number, before: number) => number[]): Bytes =>
  Uint8Array.from([...bytes].flatMap((byte, at) => write(byte, bytes[at - 1])));

/** Damage that transfers do to bytes that they take for text. */
const TRANSFERS: Record<string, [change: (bytes: Uint8Array) => Bytes, said: RegExp]> = {
  crlf: [(bytes) => each(bytes, (byte) => (byte === 10 ? [13, 10] : [byte])), /0D was put before each 0A/],
  bits: [(bytes) => each(bytes, (byte) => [byte & 0x7f]), /highest bit of each byte was cut off/],
  replaced: [
    (bytes) => new TextEncoder().encode(new TextDecoder().decode(bytes)),
    /replaced by EF BF BD .* so they are lost/,
  ],
  encoded: [
    (bytes) => each(bytes, (byte) => (byte < 0x80 ? [byte] : [0xc0 | (byte >> 6), 0x80 | (byte & 0x3f)])),
    /taken for letters of Latin-1/,
  ],
};

const read = (path: string): Bytes => Uint8Array.from(readFileSync(path));

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    ({ message, advice }) => `${message} ${advice}`,
  );

const PICTURES = [
  ['a PNG', read('public/icons/512.png')],
  ['a WebP', read('public/pictures/room.webp')],
  ['a JPEG', read('tests/cases/eoi-missing/cut50.jpg')],
] as const;

describe.each(Object.entries(TRANSFERS))('%s', (_, [change, said]) => {
  test.each(PICTURES)('%s', async (_name, bytes) => {
    const message = await refusal(readPicture(change(bytes)));
    expect(message).toMatch(said);
    expect(message).toContain('as binary');
  });

  test('weights', async () => {
    const config = parseConfig({ block_out_channels: [16, 48], layers_per_block: 1, norm_num_groups: 8 });
    const whole = new Uint8Array(writeSafetensors(new Map(syntheticTensors(config, 5))));
    const bytes = change(whole);
    const opened = SafetensorsFile.open(bufferSource(bytes.buffer, 'a.safetensors'));
    expect(await refusal(opened)).toMatch(said);
  });

  test.each(['fortran.npy', 'compressed.npz', 'float64.safetensors'])('%s', async (name) => {
    const path = join('tests/cases/latent-kinds', name);
    expect(await refusal(readLatentFile(new Blob([change(read(path))]), name))).toMatch(said);
  });
});

describe('small JPEG and WebP files, with few ends of lines', () => {
  const small = ['tests/unit/generated/pictures', 'tests/cases/pictures', 'tests/cases/eoi-missing']
    .flatMap(files)
    .filter((path) => /\.(jpg|webp)$/.test(path))
    .map((path) => [basename(path), read(path)] as const);

  test.each(Object.entries(TRANSFERS))('are named after %s', async (_, [change, said]) => {
    let changed = 0;
    for (const [name, bytes] of small) {
      const sent = change(bytes);
      if (Buffer.compare(sent, bytes) === 0) continue;
      // What is refused as it is may be told by that; a flat picture of a hundred bytes is only called damaged.
      if ((await refusal(decodePicture(bytes))) !== 'opened') continue;
      const message = await refusal(decodePicture(sent));
      if (name === 'lossless.webp') expect(message).toMatch(/sent as text|damaged/);
      else expect(message, name).toMatch(said);
      changed++;
    }
    expect(changed).toBeGreaterThan(5);
  });

  test('a JPEG of 10 kB in which each 0D became 0A', async () => {
    const [, bytes] = PICTURES[2];
    const pixels = Array.from({ length: 9000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff).map((byte) =>
      byte === 0x0d || byte === 0xff ? 0x0a : byte,
    );
    const start = bytes.length - pixelBytes(bytes, 'jpeg').length;
    const sent = Uint8Array.from([...bytes.subarray(0, start), ...pixels, 0xff, 0xd9]);
    expect(sentAsText(sent, 'jpeg')?.what).toContain('each 0D became 0A');
    expect(
      sentAsText(
        sent.map((byte, at) => (at === start + 80 ? 0x0d : byte)),
        'jpeg',
      ),
    ).toBeNull();
  });
});

test('the signature of a PNG tells of other changes, too', () => {
  const png = read('public/icons/512.png');
  const toLf = Uint8Array.from([...png].filter((byte, at) => !(byte === 13 && png[at + 1] === 10)));
  expect(sniff(toLf)?.what).toContain('a byte 0D before 0A was left out');
  expect(sniff(png.map((byte) => (byte === 13 ? 10 : byte)))?.what).toContain('each 0D became 0A');
});

/** All files of bytes in the repository. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => /\.(png|jpe?g|webp|gif|bmp|tiff|ico|avif|safetensors|npy|npz|latent|wasm)$/.test(path));
}

describe('no good file is taken for one', () => {
  const all = ['public', 'models', 'tests/cases', 'tests/unit/generated/pictures'].flatMap(files);

  test('of those that are here', async () => {
    expect(all.length).toBeGreaterThan(50);
    for (const path of all) {
      const bytes = read(path);
      expect(sniff(bytes.subarray(0, 4096), bytes.length)?.kind, path).not.toBe('sent-as-text');
      expect(await changedMiddle(bufferSource(bytes.buffer, basename(path)), true), path).toBeNull();
      for (const type of ['jpeg', 'webp'] as const)
        expect(changedBytes(pixelBytes(bytes, type)), path).toBeNull();
      const type = kindOf(bytes);
      if (type === 'jpeg' || type === 'webp') expect(sentAsText(bytes, type), path).toBeNull();
    }
  });

  test('of bytes as they come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 4000 }), (bytes) => changedBytes(bytes) === null),
      { numRuns: 1000, seed: 7 },
    );
  });

  test('of bytes that repeat themselves, of zeros, and of few', () => {
    const repeated = (part: number[]) => Uint8Array.from({ length: 6000 }, (_, at) => part[at % part.length]);
    for (const part of [[13, 10, 200], [0], [13, 10], [0x3f, 0, 0, 0], [0xef, 0xbf, 0xbd, 200]])
      expect(changedBytes(repeated(part))).toBeNull();
    expect(changedBytes(Uint8Array.of(13, 10, 13, 10, 7))).toBeNull();
  });

  test('of a small JPEG with a long text of lines beside its pixels', async () => {
    const jpeg = read('tests/unit/generated/pictures/grey.jpg');
    const text = new TextEncoder().encode(`http://ns.adobe.com/xap/1.0/\0${'<x:a/>\r\n'.repeat(400)}`);
    const length = text.length + 2;
    const app = Uint8Array.of(0xff, 0xe1, length >> 8, length & 0xff, ...text);
    const withText = Uint8Array.of(...jpeg.subarray(0, 2), ...app, ...jpeg.subarray(2));
    expect((await readPicture(withText)).type).toBe('jpeg');
  });
});
