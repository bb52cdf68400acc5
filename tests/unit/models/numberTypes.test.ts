import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { halvesOfE4M3, halvesOfE5M2 } from '@/models/files/float8';
import { decodeFloat16 } from '@/models/files/float16';
import { SafetensorsFile } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';

/** All 256 numbers of either format, as PyTorch casts them to float32; what JSON has no words for is a text. */
const TORCH = JSON.parse(readFileSync('tests/cases/float8-by-torch.json', 'utf8')) as Record<
  'E4M3' | 'E5M2',
  (number | string)[]
>;

const ALL = Uint8Array.from({ length: 256 }, (_, bits) => bits);

/** A file of one tensor, its bytes as they are. */
function fileOf(dtype: string, shape: number[], bytes: Uint8Array): Promise<SafetensorsFile> {
  const header = JSON.stringify({ a: { dtype, shape, data_offsets: [0, bytes.length] } });
  const file = new Uint8Array(8 + header.length + bytes.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(new TextEncoder().encode(header), 8);
  file.set(bytes, 8 + header.length);
  return SafetensorsFile.open(bufferSource(file.buffer, 'a.safetensors'));
}

describe.each([
  ['E4M3', halvesOfE4M3],
  ['E5M2', halvesOfE5M2],
] as const)('8-bit floats, %s', (name, halves) => {
  const expected = TORCH[name].map(Number);

  test('are the numbers that PyTorch takes them for, all 256', () => {
    const found = [...decodeFloat16(halves(ALL))];
    found.forEach((value, bits) => {
      expect(Object.is(value, expected[bits]), `${bits}: ${value} for ${expected[bits]}`).toBe(true);
    });
  });

  test('are read from a file as float32, and kept as halves', async () => {
    const file = await fileOf(`F8_${name}`, [16, 16], ALL);
    expect([...(await file.read('a')).data]).toEqual(expected);
    const { shape, data } = await file.readStored('a');
    expect(shape).toEqual([16, 16]);
    expect(data).toBeInstanceOf(Uint16Array);
    expect([...decodeFloat16(data as Uint16Array)]).toEqual(expected);
  });
});

test('64-bit floats are rounded to float32', async () => {
  const values = Float64Array.of(0.1, -1 / 3, 1e-300, 1e300, -0, Math.PI, 16777217);
  const file = await fileOf('F64', [7], new Uint8Array(values.buffer));
  const { data } = await file.read('a');
  for (const [at, value] of values.entries()) expect(Object.is(data[at], Math.fround(value))).toBe(true);
  expect((await file.readStored('a')).data).toBeInstanceOf(Float32Array);
});

test.each([
  ['I8', 1, 'whole numbers'],
  ['U8', 1, 'quantised weights'],
  ['I32', 4, 'scales'],
  ['BOOL', 1, 'can be read'],
  ['F8_E8M0', 1, 'can be read'],
])('%s is refused in words that are true', async (dtype, size, words) => {
  const file = await fileOf(dtype, [2], new Uint8Array(2 * size));
  const error = await file.read('a').catch((reason) => reason);
  expect(error).toMatchObject({ code: 'bad-file', message: expect.stringContaining(`as ${dtype}`) });
  expect(error.message).toContain(words);
  expect(error.advice).toContain('saved as F32, F16 or BF16');
  expect(error.advice).not.toContain('complete');
});
