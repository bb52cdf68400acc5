import { expect, test } from 'vitest';
import type { Change } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import { formatLevels, levels, makeEffect, sentence } from '@/measures/effect';

const moved = (farRms: number, rings = 40): Change => ({
  ...NO_CHANGE,
  nearRms: 20,
  farRms,
  profile: new Array(rings).fill(1),
});
const cell = { row: 1, col: 2 };
const effect = (own: number, control: number) => makeEffect(moved(own), { ...moved(control), cell }, 4);

test('an effect keeps both changes and forms the ratio of the far movements', () => {
  const result = effect(9.3, 0.2);
  expect(result.ratio).toBeCloseTo(46.5, 10);
  expect(result.radius).toBe(4);
  expect(result.control.cell).toEqual(cell);
  expect(effect(1, 0).ratio).toBe(Infinity);
  expect(effect(0, 0).ratio).toBeNaN();
});

test('the sentence follows from the numbers', () => {
  expect(sentence(effect(9.3, 0.2))).toBe(
    'Changing this one cell moved the far picture by 9.3 levels; the same change at an ordinary cell moved it by 0.2.',
  );
  expect(sentence(effect(0.4, 0.004), 3)).toBe(
    'Changing these 3 cells moved the far picture by 0.4 levels; the same change at ordinary cells moved it by less than 0.01.',
  );
});

test('the sentence is honest about tiny and equal movements', () => {
  expect(sentence(effect(0.0004, 0.0001))).toBe(
    'Changing this one cell moved the far picture by less than 0.01 levels; so did the same change at an ordinary cell.',
  );
  expect(sentence(effect(0, 0))).toBe(
    'Changing this one cell left the far picture exactly as it was; so did the same change at an ordinary cell.',
  );
  expect(sentence(effect(1, 0))).toBe(
    'Changing this one cell moved the far picture by 1 level; the same change at an ordinary cell did not move it.',
  );
});

test('of a radius that covers the picture there is no ratio', () => {
  const none = makeEffect(moved(Number.NaN, 5), { ...moved(0.2), cell }, 4);
  expect(none.ratio).toBeNaN();
  expect(sentence(none)).toContain('there is no far picture to compare');
});

test('a missing control and a picture without a far part are said', () => {
  expect(sentence({ ...moved(9.3), radius: 4, control: null })).toBe(
    'Changing this one cell moved the far picture by 9.3 levels. There is no ordinary cell far enough away to compare it with.',
  );
  expect(sentence({ ...moved(0, 5), radius: 4, control: null })).toBe(
    'Changing this one cell moved the picture by 20 levels. No pixel lies more than 4 cells away, so there is no far picture to compare.',
  );
});

test('levels are printed with two figures and never as more than is known', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [0.0099, 'less than 0.01'],
    [0.01, '0.01'],
    [0.214, '0.21'],
    [0.996, '1'],
    [1.04, '1'],
    [9.27, '9.3'],
    [9.96, '10'],
    [123.4, '123'],
  ];
  for (const [value, text] of cases) expect(formatLevels(value)).toBe(text);
  expect(levels(1)).toBe('1 level');
  expect(levels(2)).toBe('2 levels');
});
