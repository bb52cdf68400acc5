import { describe, expect, it } from 'vitest';
import {
  bytes,
  duration,
  levels,
  levelsRatio,
  number,
  percent,
  plural,
  ratio,
  seconds,
  signed,
} from '@/app/parts/format';

describe('numbers for people', () => {
  it('keep about three digits and a real minus sign', () => {
    expect([0, 0.1234, 9.301, 12.34, 255.4, -3.456].map((value) => number(value))).toEqual([
      '0.00',
      '0.12',
      '9.30',
      '12.3',
      '255',
      '\u22123.46',
    ]);
  });

  it('never say minus zero', () => {
    expect(number(-0.001)).toBe('0.00');
    expect(signed(-0.01, 1)).toBe('0.0');
    expect(signed(0.01, 1)).toBe('0.0');
  });

  it('name what is not a finite number', () => {
    expect(number(Number.POSITIVE_INFINITY)).toBe('\u221e');
    expect(number(Number.NEGATIVE_INFINITY)).toBe('\u2212\u221e');
    expect(number(Number.NaN)).toBe('\u2013');
    expect(ratio(Number.POSITIVE_INFINITY)).toBe('\u00d7 \u221e');
    expect(ratio(Number.NaN)).toBe('\u2013');
  });

  it('give a change too small to print as a bound, never as zero', () => {
    expect(levels(0.004)).toBe('< 0.01');
    expect(levels(0)).toBe('0');
    expect(percent(0.0001)).toBe('< 0.1 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(0.9432)).toBe('94.3 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0.9996)).toBe('100 %');
  });

  it('give ratios, times, sizes and counts', () => {
    expect([0.52, 1, 41.2, 126.4, 15000].map(ratio)).toEqual([
      '\u00d7 0.52',
      '\u00d7 1.0',
      '\u00d7 41',
      '\u00d7 130',
      '\u00d7 15,000',
    ]);
    expect([0.4, 2.2, 200].map(duration)).toEqual(['under a second', 'about 2 s', 'about 3 min']);
    expect(seconds(312)).toBe('0.31 s');
    expect([840e3, 3.1e6, 334643276].map(bytes)).toEqual(['840 kB', '3.1 MB', '335 MB']);
    expect([plural(1, 'edit'), plural(2, 'edit')]).toEqual(['1 edit', '2 edits']);
  });
});

it('a ratio is not formed from noise', () => {
  expect(levelsRatio(8, 0.2, 0.01)).toBe('\u00d7 40');
  expect(levelsRatio(8, 0.002, 0.01)).toBe('> \u00d7 800');
  expect(levelsRatio(8, 0, 0.01)).toBe('> \u00d7 800');
  expect(levelsRatio(0.006, 0.02, 0.01)).toBe('< \u00d7 0.50');
  expect(levelsRatio(0.006, 0.002, 0.01)).toBe('\u2013');
  expect(levels(0.006)).toBe('< 0.01');
});
