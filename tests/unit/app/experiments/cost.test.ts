import { describe, expect, it } from 'vitest';
import { costWords, leftWords, passMilliseconds, workSeconds } from '@/app/experiments/cost';

const timings = { encode: { 256: 300 }, decode: { 256: 500, 512: 2400 } };

describe('the cost of an experiment', () => {
  it('is counted in passes at the open size, from what was measured here', () => {
    expect(workSeconds({ decodes: 12, encodes: 2 }, timings, 256)).toBeCloseTo(6.6, 10);
    expect(costWords({ decodes: 12 }, timings, 256)).toBe('about 12 decodes, about 6 s');
    expect(costWords({ decodes: 10, encodes: 1 }, timings, 256)).toBe(
      'about 10 decodes and 1 encode, about 5 s',
    );
  });

  it('is taken from the nearest measured size, by the number of pixels', () => {
    expect(passMilliseconds(timings, 'decode', 768)).toBeCloseTo(2400 * 2.25, 8);
    expect(passMilliseconds(timings, 'encode', 512)).toBeCloseTo(1200, 8);
  });

  it('does not make up a time that nobody measured', () => {
    const none = { encode: {}, decode: { 512: 2400 } };
    expect(workSeconds({ decodes: 1, encodes: 1 }, none, 512)).toBeNull();
    expect(costWords({ encodes: 3 }, none, 512)).toBe('about 3 encodes, how long is not known yet');
    expect(workSeconds({ decodes: 2 }, none, 512)).toBeCloseTo(4.8, 10);
  });

  it('says how much is left once enough is done to tell', () => {
    expect(leftWords(0.25, 5000)).toBe('about 15 s left');
    expect(leftWords(0.01, 5000)).toBe('');
    expect(leftWords(1, 5000)).toBe('');
  });
});
