import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../src/formats/float16';
import { generator } from '../inspect/cases';

test('every half-precision number survives the round trip', () => {
  const lost: number[] = [];
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = fromHalf(bits);
    const back = toHalf(value);
    if (Number.isNaN(value) ? !Number.isNaN(fromHalf(back)) : back !== bits) lost.push(bits);
  }
  expect(lost).toEqual([]);
});

test('known values', () => {
  expect(fromHalf(0x3c00)).toBe(1);
  expect(fromHalf(0xc000)).toBe(-2);
  expect(fromHalf(0x7bff)).toBe(65504);
  expect(fromHalf(0x0001)).toBe(2 ** -24);
  expect(fromHalf(0x7c00)).toBe(Infinity);
  expect(toHalf(65519)).toBe(0x7bff);
  expect(toHalf(65520)).toBe(0x7c00);
  expect(toHalf(-1e9)).toBe(0xfc00);
});

test('a number becomes the nearest half, ties to even', () => {
  const random = generator(5);
  const wrong: number[] = [];
  for (let round = 0; round < 20000; round++) {
    const value = (random() - 0.5) * 10 ** (random() * 14 - 9);
    const bits = toHalf(value);
    const size = bits & 0x7fff;
    if (size === 0 || size >= 0x7bff) continue;
    const error = Math.abs(fromHalf(bits) - value);
    const others = [bits - 1, bits + 1].map((other) => Math.abs(fromHalf(other) - value));
    if (error > Math.min(...others)) wrong.push(value);
  }
  expect(wrong).toEqual([]);
  expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
  expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(toHalf(2 ** -25)).toBe(0);
});
