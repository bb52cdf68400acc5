import { describe, expect, test } from 'vitest';
import { encodeFloat16 } from '@/models/files/float16';
import { areNumbers, damagedWeights, damageOf, overflow } from '@/vae/finite';

/** NaN of both signs, with its first and its last bit of the fraction set, and infinities. */
const SINGLES = [0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7f800000, 0xff800000];
const HALVES = [0x7e00, 0xfe00, 0x7c01, 0xfc01, 0x7c00, 0xfc00];

describe('numbers are told from what is none, at each place of arrays of any length', () => {
  const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 31];

  test.each(lengths)('%i in single precision', (length) => {
    const largest = new Float32Array(length).fill(3.4028234e38).map((value, at) => (at % 2 ? value : -value));
    expect(areNumbers(largest)).toBe(true);
    for (let at = 0; at < length; at++) {
      for (const bits of SINGLES) {
        const values = largest.slice();
        new Uint32Array(values.buffer)[at] = bits;
        expect(areNumbers(values), `${bits.toString(16)} at ${at}`).toBe(false);
      }
    }
  });

  test.each(lengths)('%i in half precision, at even and odd places of a buffer', (length) => {
    for (const start of [0, 1]) {
      const halves = new Uint16Array(new ArrayBuffer(2 * (length + 1)), 2 * start, length);
      for (const fill of [0x7bff, 0xfbff, 0x8000, 0x03ff]) {
        halves.fill(fill);
        expect(areNumbers(halves)).toBe(true);
        for (let at = 0; at < length; at++) {
          for (const bits of HALVES) {
            halves[at] = bits;
            expect(areNumbers(halves), `${bits.toString(16)} at ${at} among ${fill.toString(16)}`).toBe(
              false,
            );
            halves[at] = fill;
          }
        }
      }
    }
  });

  test('of none', () => {
    expect(areNumbers(new Float32Array())).toBe(true);
    expect(areNumbers(new Uint16Array())).toBe(true);
  });
});

test('damage is counted by its kinds, in either precision', () => {
  const values = Float32Array.from([1, Number.NaN, Number.POSITIVE_INFINITY, -0, Number.NEGATIVE_INFINITY]);
  const damage = { tensor: 'weight', count: 5, nan: 1, infinite: 2 };
  expect(damageOf('weight', values)).toEqual(damage);
  expect(damageOf('weight', encodeFloat16(values))).toEqual(damage);
  expect(damageOf('weight', Float32Array.from([1, 2]))).toBeNull();
});

test('what is said of them', () => {
  const one = { tensor: 'encoder.conv_in.weight', count: 27648, nan: 1, infinite: 0 };
  expect(damagedWeights('a.safetensors', 'encoder', [one]).message).toBe(
    'The encoder of "a.safetensors" holds weights that are not numbers: 1 of 27,648 in "encoder.conv_in.weight" (NaN).',
  );
  const other = { ...one, tensor: 'b', nan: 0, infinite: 3000 };
  expect(damagedWeights(undefined, 'encoder', [{ ...one, infinite: 2 }, other, other]).message).toBe(
    'The encoder of this model holds weights that are not numbers: 3 of 27,648 in "encoder.conv_in.weight" (1 NaN, 2 infinite), and 6,000 in 2 other tensors.',
  );
  expect(damagedWeights('a', 'decoder', [other, one]).message).toContain(
    '3,000 of 27,648 in "b" (infinite), and 1 in 1 other tensor.',
  );
  expect(overflow('encoder', 'a').message).toBe(
    'The encoder of "a" gives values that are not numbers for this picture.',
  );
});
