import { describe, expect, test } from 'vitest';
import { ThreadBenefit } from '@/kernels/wasm/benefit';

/** Runs jobs of a millisecond each, and those done together with so much waiting on top. @returns how many were done alone */
function aloneOf(count: number, share: number, waited: number): number {
  let clock = 0;
  const benefit = new ThreadBenefit(() => clock);
  let alone = 0;
  for (let job = 0; job < count; job++) {
    if (benefit.nextAlone()) {
      alone += 1;
      clock += 1;
    } else {
      clock += 1 - share + waited;
      benefit.record(share, waited);
    }
  }
  return alone;
}

describe('threads are asked for help', () => {
  test.each([
    ['nobody waits', 0.5, 0],
    ['nobody helps, and nobody waits for that', 0, 0],
    ['they help more than they are waited for', 0.5, 0.2],
  ])('where %s', (_, share, waited) => {
    expect(aloneOf(10_000, share, waited)).toBe(0);
  });

  test.each([
    ['they are waited for longer than alone it would take', 0.5, 4],
    ['they help as much as they cost', 0.5, 0.5],
    ['nobody helps, and there is waiting', 0, 0.5],
  ])('hardly ever where %s', (_, share, waited) => {
    expect(aloneOf(100_000, share, waited)).toBeGreaterThan(98_000);
  });

  test('again, once they help', () => {
    let clock = 0;
    const benefit = new ThreadBenefit(() => clock);
    const job = (share: number, waited: number) => {
      clock += 1 - share + waited;
      if (benefit.nextAlone()) return true;
      benefit.record(share, waited);
      return false;
    };
    for (let index = 0; index < 20_000; index++) job(0.5, 5);
    let alone = 0;
    for (let index = 0; index < 20_000; index++) if (job(0.5, 0)) alone += 1;
    expect(alone).toBeLessThan(4097);
    // One interruption is soon forgotten.
    for (let index = 0; index < 1000; index++) job(0.5, index === 500 ? 20 : 0);
    expect(benefit.nextAlone()).toBe(false);
  });
});
