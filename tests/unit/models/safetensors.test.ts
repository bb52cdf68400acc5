import { describe, expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { type FloatType, SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { blobSource, bufferSource } from '@/models/files/source';

const TENSORS = new Map([
  ['a', { shape: [2, 3], data: Float32Array.of(0, 1, -2, 0.5, 1024, -0.25) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['scalar', { shape: [], data: Float32Array.of(3) }],
  ['b.weight', { shape: [3], data: Float32Array.of(1.5, -1.5, 8) }],
]);

const open = (buffer: ArrayBuffer) => SafetensorsFile.open(bufferSource(buffer, 'vae.safetensors'));

/** A file with any header, right or wrong, and `bytes` bytes of tensors. */
function fileWith(header: unknown, bytes: number, length?: bigint): ArrayBuffer {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + bytes);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file.buffer;
}

const entry = (dtype: unknown, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

describe('a safetensors file', () => {
  test.each<FloatType>(['F32', 'F16', 'BF16'])('of %s survives writing and reading', async (dtype) => {
    const file = await open(writeSafetensors(TENSORS, { dtype, metadata: { format: 'pt' } }));
    expect(file.metadata).toEqual({ format: 'pt' });
    expect([...file.entries.keys()]).toEqual([...TENSORS.keys()]);
    for (const [name, tensor] of TENSORS) expect(await file.read(name)).toEqual(tensor);
  });

  test('is read in pieces: the header on opening, then only what is asked for', async () => {
    const buffer = writeSafetensors(TENSORS);
    const reads: [number, number][] = [];
    const whole = blobSource(new Blob([buffer]), 'vae.safetensors');
    const file = await SafetensorsFile.open({
      ...whole,
      read: (offset, length) => {
        reads.push([offset, length]);
        return whole.read(offset, length);
      },
    });
    const header = Number(new DataView(buffer).getBigUint64(0, true));
    expect((await file.read('b.weight')).data).toEqual(TENSORS.get('b.weight')!.data);
    expect(reads).toEqual([
      [0, 8],
      [8, header],
      [8 + header + 28, 12],
    ]);
  });

  test('written with another view of a larger array holds only that view', async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = await open(writeSafetensors(new Map([['x', { shape: [2], data }]])));
    expect([...(await file.read('x')).data]).toEqual([1, 2]);
  });

  test.each<[string, ArrayBuffer, string]>([
    ['is empty', new ArrayBuffer(0), 'is an empty file'],
    [
      'is a web page',
      new TextEncoder().encode('<!doctype html><html></html>').buffer,
      'is a web page, not a file that was on it',
    ],
    [
      'is a pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\nsize 5\n').buffer,
      'is a Git LFS pointer',
    ],
    ['is full of zeros', new ArrayBuffer(100), 'is full of zeros'],
    ['is a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0).buffer, 'is a JPEG picture'],
    [
      'ends inside its header',
      fileWith({}, 0, 400n),
      'is cut off: its header needs 408 bytes, the file has 10',
    ],
    ['has a header that is not JSON', fileWith('{"a":', 0), 'its header is not JSON'],
    ['has a header that is a list', fileWith([], 0), 'not a JSON object'],
    ['ends inside a tensor', fileWith({ a: entry('F32', [4], [0, 16]) }, 8), 'is cut off: "a" ends at byte'],
    [
      'has overlapping tensors',
      fileWith({ a: entry('F32', [2], [0, 8]), b: entry('F32', [2], [4, 12]) }, 12),
      '"b" begins inside another',
    ],
    [
      'has a hole',
      fileWith({ a: entry('F32', [1], [0, 4]), b: entry('F32', [1], [8, 12]) }, 12),
      '4 bytes before "b"',
    ],
    ['has bytes left over', fileWith({ a: entry('F32', [1], [0, 4]) }, 12), '8 bytes at its end'],
    [
      'has a shape that does not fit its bytes',
      fileWith({ a: entry('F16', [2, 2], [0, 4]) }, 4),
      'gives "a" 4 bytes; F16 of the shape [2,2] takes 8',
    ],
    ['has a negative side', fileWith({ a: entry('F32', [-1], [0, 4]) }, 4), 'gives "a" the shape [-1]'],
    ['has no shape', fileWith({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), 'gives "a" no shape'],
    ['has offsets that run backwards', fileWith({ a: entry('F32', [1], [4, 0]) }, 4), 'the offsets [4,0]'],
    ['has no type', fileWith({ a: { shape: [1], data_offsets: [0, 4] } }, 4), 'gives no type for "a"'],
    ['has an entry that is null', fileWith({ a: null }, 0), 'gives no type for "a"'],
  ])('that %s is refused with a sentence on that', async (_, buffer, said) => {
    const error = await open(buffer).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InspectorError);
    expect(error).toMatchObject({ code: 'bad-file', message: expect.stringContaining(said) });
    expect((error as Error).message).toMatch(/^vae\.safetensors .*\.$/);
  });

  test.each<[unknown, Record<string, string>]>([
    [null, {}],
    [{ a: 1, b: 'text', c: null, d: ['x'], e: {} }, { b: 'text' }],
    [['a'], {}],
    ['text', {}],
    [7, {}],
  ])('passes over metadata that is not texts: %j', async (metadata, expected) => {
    const file = await open(fileWith({ __metadata__: metadata, a: entry('F32', [1], [0, 4]) }, 4));
    expect(file.metadata).toEqual(expected);
    expect([...file.entries.keys()]).toEqual(['a']);
  });

  test('that was cut off is to be fetched again, one that is complete is not', async () => {
    const advice = (buffer: ArrayBuffer) => open(buffer).catch((error) => error.advice);
    expect(await advice(fileWith({ a: entry('F32', [4], [0, 16]) }, 8))).toContain('fetch it again');
    expect(await advice(fileWith({}, 0, 400n))).toContain('fetch it again');
    expect(await advice(fileWith({ a: entry('F32', [-1], [0, 4]) }, 4))).not.toMatch(/again|complete/);
  });

  test('may hold types that cannot be read as numbers here, until they are asked for', async () => {
    const file = await open(fileWith({ ids: entry('I64', [1], [0, 8]), odd: entry('F4', [3], [8, 10]) }, 10));
    await expect(file.read('ids')).rejects.toThrow('stores "ids" as I64');
    await expect(file.read('odd')).rejects.toThrow('stores "odd" as "F4"');
    await expect(file.read('nothing')).rejects.toThrow('has no tensor "nothing"');
  });

  test('survives damage: any broken byte of the header is an error with a sentence or a readable file', async () => {
    const buffer = writeSafetensors(TENSORS, { metadata: { format: 'pt' } });
    const header = Number(new DataView(buffer).getBigUint64(0, true));
    for (let at = 0; at < 8 + header; at++) {
      const damaged = buffer.slice(0);
      new Uint8Array(damaged)[at] ^= 0x15;
      const outcome = await open(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof SafetensorsFile)) expect(outcome, `byte ${at}`).toBeInstanceOf(InspectorError);
    }
  });
});

test('of a download, whose middle may be minutes away, nothing but the header is read when it is opened', async () => {
  const tensors = new Map([['a', { shape: [40_000], data: new Float32Array(40_000).fill(0.3) }]]);
  const bytes = writeSafetensors(tensors);
  const reads: number[] = [];
  const source = {
    ...bufferSource(bytes, 'a.safetensors'),
    read: async (offset: number, length: number) => {
      reads.push(offset);
      return bytes.slice(offset, offset + length);
    },
  };
  await SafetensorsFile.open({ ...source, whole: Promise.resolve() } as typeof source);
  expect(reads.splice(0)).toEqual([0, 8]);
  await SafetensorsFile.open({ ...source, sequential: true } as typeof source);
  expect(reads.splice(0)).toEqual([0, 8]);
  // A file from a disk is looked into: what lost the highest bit of each byte has the right length.
  await SafetensorsFile.open(source);
  expect(reads.length).toBeGreaterThan(2);
});
