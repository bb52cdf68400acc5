import { expect, test } from 'vitest';
import { shorten, shown } from '@/common/shown';

test.each([
  ['text', '"text"'],
  ['a "quoted" one', String.raw`"a \"quoted\" one"`],
  ['x'.repeat(100), `"${'x'.repeat(79)}…"`],
  [-0, '-0'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [null, 'null'],
  [undefined, 'missing'],
  [2n ** 70n, '1180591620717411303424'],
  [[1, 'a', null, [2]], '[1,"a",null,[2]]'],
  [
    Array(1000).fill('x'.repeat(70)),
    `["${'x'.repeat(70)}","${'x'.repeat(70)}","${'x'.repeat(70)}",… (1000 in all)]`,
  ],
  [{ row: 1, at: { deep: { deeper: { deepest: 1 } } } }, '{"row":1,"at":{"deep":{"deeper":…}}}'],
  [Object.create(null), '{}'],
  [new Map(), 'of the type Map'],
  [new Date(0), 'of the type Date'],
])('a value is said in a few words (%#)', (value, said) => {
  expect(shown(value)).toBe(said);
});

test('what cannot be JSON, or is endless, is said too', () => {
  const self: unknown[] = [];
  self.push(self);
  expect(shown(self)).toBe('[[[…]]]');
  expect(shown(new Array(2 ** 32 - 1))).toMatch(/^\[missing,.* \(4294967295 in all\)\]$/);
  expect(shown(JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)))).toBe('[[[…]]]');
});

test('a short text is left as it is', () => {
  expect(shorten('short', 5)).toBe('short');
  expect(shorten('longer', 5)).toBe('long…');
});
