import { expect, test } from 'vitest';
import type { Cell, Change, Levels } from '@/latent/types';
import { change, differenceMap, NO_CHANGE, toLevels } from '@/measures/change';
import { generator, integer, randomCell, randomLevels } from './cases';

/** Reads the definitions of design.md pixel by pixel, with every distance worked out anew. */
function slowChange(
  base: Levels,
  edited: Levels,
  cells: readonly Cell[],
  factor: number,
  radius: number,
): Change {
  const near: number[] = [];
  const far: number[] = [];
  const farPixels: number[][] = [];
  const rings: number[][] = [];
  for (let y = 0; y < base.height; y++) {
    for (let x = 0; x < base.width; x++) {
      const row = Math.floor(y / factor);
      const col = Math.floor(x / factor);
      let ring = Infinity;
      for (const cell of cells) {
        ring = Math.min(ring, Math.max(Math.abs(cell.row - row), Math.abs(cell.col - col)));
      }
      const pixel = [0, 1, 2].map((k) => {
        const at = (y * base.width + x) * 3 + k;
        return edited.data[at] - base.data[at];
      });
      if (ring <= radius) near.push(...pixel);
      else {
        far.push(...pixel);
        farPixels.push(pixel);
      }
      if (Number.isFinite(ring)) {
        rings[ring] ??= [];
        rings[ring].push(...pixel);
      }
    }
  }
  const squares = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0);
  const rms = (values: number[]) => (values.length ? Math.sqrt(squares(values) / values.length) : Number.NaN);
  const shift = (k: number) =>
    farPixels.length ? farPixels.reduce((sum, pixel) => sum + pixel[k], 0) / farPixels.length : Number.NaN;
  const all = squares(near) + squares(far);
  const mse = squares(far) / far.length;
  return {
    nearRms: rms(near),
    farRms: rms(far),
    farShare: far.length === 0 ? Number.NaN : all > 0 ? squares(far) / all : 0,
    farShift: [shift(0), shift(1), shift(2)],
    farPsnr: far.length === 0 ? Number.NaN : mse > 0 ? 10 * Math.log10((255 * 255) / mse) : Infinity,
    farChanged: farPixels.length
      ? farPixels.filter((pixel) => pixel.some((value) => Math.abs(value) >= 1)).length / farPixels.length
      : Number.NaN,
    profile: rings.map(rms),
  };
}

function expectSame(actual: Change, expected: Change) {
  const flat = (value: Change) => [
    value.nearRms,
    value.farRms,
    value.farShare,
    ...value.farShift,
    value.farPsnr,
    value.farChanged,
    ...value.profile,
  ];
  expect(actual.profile.length).toBe(expected.profile.length);
  flat(expected).forEach((value, index) => {
    if (Number.isFinite(value)) expect(flat(actual)[index]).toBeCloseTo(value, 8);
    else expect(flat(actual)[index]).toBe(value);
  });
}

test('random pictures agree with a slow reading of the definitions', () => {
  const random = generator(77);
  for (let round = 0; round < 60; round++) {
    const factor = [1, 2, 4, 8][integer(random, 0, 3)];
    const rows = integer(random, 1, 7);
    const cols = integer(random, 1, 7);
    const base = randomLevels(random, cols * factor, rows * factor);
    const edited = randomLevels(random, cols * factor, rows * factor);
    // Mostly small changes, so that the threshold of one level and exact equality both occur.
    const strength = [0, 0.01, 1][integer(random, 0, 2)];
    edited.data.forEach((value, at) => {
      edited.data[at] = random() < 0.3 ? base.data[at] : base.data[at] + (value - 127) * strength;
    });
    const cells = Array.from({ length: integer(random, 0, 4) }, () => randomCell(random, { rows, cols }));
    const radius = integer(random, 0, 4);
    expectSame(change(base, edited, cells, factor, radius), slowChange(base, edited, cells, factor, radius));
  }
});

test('a change of known size gives the numbers one works out by hand', () => {
  // 4 x 8 cells of 2 pixels; the left cell of the second row is edited, radius 1.
  const base: Levels = { width: 16, height: 8, data: new Float32Array(16 * 8 * 3).fill(100) };
  const edited: Levels = { ...base, data: base.data.slice() };
  for (let at = 0; at < edited.data.length; at += 3) edited.data[at] += 2; // red + 2 everywhere
  const result = change(base, edited, [{ row: 1, col: 0 }], 2, 1);
  expect(result.nearRms).toBeCloseTo(2 / Math.sqrt(3), 10);
  expect(result.farRms).toBeCloseTo(2 / Math.sqrt(3), 10);
  expect(result.farShare).toBeCloseTo((32 - 6) / 32, 10);
  expect(result.farShift).toEqual([2, 0, 0]);
  expect(result.farPsnr).toBeCloseTo(10 * Math.log10(255 ** 2 / (4 / 3)), 10);
  expect(result.farChanged).toBe(1);
  expect(result.profile).toHaveLength(8);
});

test('one level counts as changed, anything less does not', () => {
  const moves = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
    [0.99, -0.99, 0.99],
    [0, 0, 0],
  ];
  const base: Levels = { width: 8, height: 1, data: new Float32Array(24).fill(10) };
  const edited: Levels = { ...base, data: Float32Array.from(moves.flat(), (value) => 10 + value) };
  expect(change(base, edited, [], 1, 0).farChanged).toBe(6 / 8);
});

test('nothing changed is an infinite PSNR, and a radius that covers the picture leaves no far pixel', () => {
  const base = randomLevels(generator(2), 16, 16);
  expect(change(base, base, [{ row: 0, col: 0 }], 8, 0)).toEqual({ ...NO_CHANGE, profile: [0, 0] });
  const other = randomLevels(generator(3), 16, 16);
  const covered = change(base, other, [{ row: 0, col: 0 }], 8, 1);
  // Nothing was measured there, and that is not 0.
  const { farRms, farShare, farShift, farPsnr, farChanged } = covered;
  expect([farRms, farShare, ...farShift, farPsnr, farChanged]).toEqual(Array(7).fill(Number.NaN));
  expect(covered.nearRms).toBeGreaterThan(0);
});

test('without edited cells every pixel is far and there is no profile', () => {
  const base = randomLevels(generator(2), 16, 8);
  const other = randomLevels(generator(3), 16, 8);
  const result = change(base, other, [], 8, 4);
  expect(result.profile).toEqual([]);
  expect(result.nearRms).toBeNaN();
  expect(result.farShare).toBe(1);
});

test('pictures that do not fit each other, the factor or the cell are refused', () => {
  const small = randomLevels(generator(2), 8, 8);
  const large = randomLevels(generator(2), 16, 8);
  expect(() => change(small, large, [], 8, 1)).toThrow(/8 x 8 and 16 x 8/);
  expect(() => change(small, small, [], 3, 1)).toThrow(/cells of 3 x 3/);
  expect(() => change(small, small, [{ row: 1, col: 0 }], 8, 1)).toThrow(/\(1, 0\).*1 x 1/);
});

test('the change map is the RMS over the three colours', () => {
  const base: Levels = { width: 2, height: 1, data: Float32Array.of(0, 0, 0, 5, 5, 5) };
  const edited: Levels = { ...base, data: Float32Array.of(3, 0, 0, 6, 3, 7) };
  const map = differenceMap(base, edited);
  expect(map[0]).toBeCloseTo(Math.sqrt(3), 6);
  expect(map[1]).toBeCloseTo(Math.sqrt((1 + 4 + 4) / 3), 6);
});

test('levels are clamped, float, and keep NaN visible', () => {
  expect(Array.from(toLevels([-3, -1, 0, 0.001, 1, 7]))).toEqual([
    0,
    0,
    127.5,
    Math.fround(127.6275),
    255,
    255,
  ]);
  expect(toLevels([Number.NaN])[0]).toBeNaN();
});

test('a 512 x 512 picture is measured quickly', () => {
  const base = randomLevels(generator(2), 512, 512);
  const edited = randomLevels(generator(3), 512, 512);
  const cells = [{ row: 20, col: 40 }];
  change(base, edited, cells, 8, 4);
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    change(base, edited, cells, 8, 4);
    return performance.now() - start;
  });
  // The aim is 15 ms; the bound is wide because test machines are busy.
  expect(Math.min(...times)).toBeLessThan(45);
});
