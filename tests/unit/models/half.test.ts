import { describe, expect, test } from 'vitest';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from '@/models/files/float16';

const half = (value: number) => encodeFloat16(Float32Array.of(value))[0];
const bfloat = (value: number) => encodeBfloat16(Float32Array.of(value))[0];

describe('binary16', () => {
  test('reads what the standard says', () => {
    const bits = Uint16Array.of(
      0x0000,
      0x8000,
      0x3c00,
      0xc000,
      0x7bff,
      0x0400,
      0x0001,
      0x83ff,
      0x7c00,
      0xfc00,
      0x3555,
    );
    expect([...decodeFloat16(bits)]).toEqual([
      0,
      -0,
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      -1023 * 2 ** -24,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Math.fround(0.333251953125),
    ]);
    expect(decodeFloat16(Uint16Array.of(0x7e00, 0xfc01)).every(Number.isNaN)).toBe(true);
  });

  test('every half survives the way to float32 and back', () => {
    const all = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
    );
    expect(encodeFloat16(decodeFloat16(all))).toEqual(all);
  });

  test('rounds to nearest, ties to even, in every range', () => {
    for (let bits = 0; bits < 0x7bff; bits += 7) {
      const [low, high] = decodeFloat16(Uint16Array.of(bits, bits + 1));
      const even = bits % 2 === 0 ? bits : bits + 1;
      const middle = (low + high) / 2;
      expect(half(middle)).toBe(even);
      const below = middle - (high - low) / 64;
      const above = middle + (high - low) / 64;
      expect([half(below), half(above), half(-above)]).toEqual([bits, bits + 1, (bits + 1) | 0x8000]);
    }
  });

  test('has an end and keeps not-a-number', () => {
    expect([half(65519.99), half(65520), half(-1e9), half(1e-8), half(-1e-9)]).toEqual([
      0x7bff, 0x7c00, 0xfc00, 0, 0x8000,
    ]);
    expect(decodeFloat16(Uint16Array.of(half(Number.NaN)))[0]).toBeNaN();
  });
});

describe('bfloat16', () => {
  test('is the upper half of a float32, rounded to nearest even', () => {
    expect([
      bfloat(1),
      bfloat(-2),
      bfloat(1 + 2 ** -8),
      bfloat(1 + 3 * 2 ** -8),
      bfloat(1 + 2 ** -8 + 2 ** -20),
    ]).toEqual([0x3f80, 0xc000, 0x3f80, 0x3f82, 0x3f81]);
    expect([...decodeBfloat16(Uint16Array.of(0x3f80, 0xc000, 0x7f80))]).toEqual([
      1,
      -2,
      Number.POSITIVE_INFINITY,
    ]);
    expect(decodeBfloat16(Uint16Array.of(bfloat(Number.NaN)))[0]).toBeNaN();
  });
});
