import { describe, expect, it } from 'vitest';
import { predictedShift } from '@/measures/predictedShift';
import { rankCorrelation, ranks } from '@/measures/ranks';

describe('ranks', () => {
  it('are shared by equal values', () => {
    expect([...ranks([3, 1, 3, 9])]).toEqual([1.5, 0, 1.5, 3]);
  });

  it('correlate by order alone', () => {
    expect(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    // 1 - 6 sum(d^2) / (n (n^2 - 1)) with d = 0, 1, 1, 0
    expect(rankCorrelation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

it('a derivative foretells the shift of each colour in levels', () => {
  // Two cells of two channels; of the second one red follows the first channel, blue minus twice the second.
  const gradient = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -2];
  const map = { rows: 1, cols: 2, gradient };
  expect(predictedShift(map, { row: 0, col: 1 }, [0.1, 0.2])).toEqual([
    expect.closeTo(12.75, 10),
    0,
    expect.closeTo(-51, 10),
  ]);
  expect(predictedShift(map, { row: 0, col: 0 }, [0.1, 0.2]).map(Math.abs)).toEqual([0, 0, 0]);
});
