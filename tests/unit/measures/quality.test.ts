import { expect, test } from 'vitest';
import type { Levels } from '@/latent/types';
import { psnr, psnrOfRms, rmsBetween, rmsOfPsnr, ssim } from '@/measures/quality';
import { generator, randomLevels } from './cases';

const filled = (width: number, height: number, value: number): Levels => ({
  width,
  height,
  data: new Float32Array(3 * width * height).fill(value),
});

test('PSNR is that of one mean squared error over all colours', () => {
  const a: Levels = { width: 2, height: 1, data: Float32Array.of(10, 20, 30, 40, 50, 60) };
  const b: Levels = { width: 2, height: 1, data: Float32Array.of(13, 20, 30, 40, 46, 60) };
  expect(rmsBetween(a, b)).toBeCloseTo(Math.sqrt(25 / 6), 10);
  expect(psnr(a, b)).toBeCloseTo(10 * Math.log10((255 * 255 * 6) / 25), 10);
  expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
  expect(psnr(filled(3, 2, 0), filled(3, 2, 255))).toBe(0);
  expect(psnrOfRms(Number.NaN)).toBeNaN();
  expect(rmsOfPsnr(psnrOfRms(3.25))).toBeCloseTo(3.25, 10);
  expect(rmsOfPsnr(Number.POSITIVE_INFINITY)).toBe(0);
});

test('pictures of other sizes are refused, also where they have as many pixels', () => {
  expect(() => psnr(filled(2, 3, 0), filled(3, 2, 0))).toThrow('differ in size');
  expect(() => ssim(filled(12, 13, 0), filled(13, 12, 0))).toThrow('differ in size');
});

/** Reads the paper's formula window by window. */
function slowSsim(a: Levels, b: Levels): number {
  const values: number[] = [];
  const [c1, c2] = [6.5025, 58.5225];
  for (let colour = 0; colour < 3; colour++) {
    for (let top = 0; top + 11 <= a.height; top++) {
      for (let left = 0; left + 11 <= a.width; left++) {
        const window: { x: number; y: number; weight: number }[] = [];
        for (let dy = 0; dy < 11; dy++) {
          for (let dx = 0; dx < 11; dx++) {
            const at = 3 * ((top + dy) * a.width + left + dx) + colour;
            const weight = Math.exp(-((dy - 5) ** 2 + (dx - 5) ** 2) / 4.5);
            window.push({ x: a.data[at], y: b.data[at], weight });
          }
        }
        const all = window.reduce((sum, { weight }) => sum + weight, 0);
        const mean = (of: (p: { x: number; y: number }) => number) =>
          window.reduce((sum, p) => sum + p.weight * of(p), 0) / all;
        const [mx, my] = [mean((p) => p.x), mean((p) => p.y)];
        const vx = mean((p) => (p.x - mx) ** 2);
        const vy = mean((p) => (p.y - my) ** 2);
        const cov = mean((p) => (p.x - mx) * (p.y - my));
        values.push(((2 * mx * my + c1) * (2 * cov + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2)));
      }
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('SSIM agrees with its definition, window by window', () => {
  const random = generator(5);
  const a = randomLevels(random, 14, 12);
  const b = { ...a, data: a.data.map((value) => Math.min(255, value * 0.8 + random() * 60)) };
  const found = ssim(a, b);
  expect(found).toBeCloseTo(slowSsim(a, b), 8);
  expect(found).toBeGreaterThan(0.2);
  expect(found).toBeLessThan(0.95);
});

test('SSIM of constant pictures is that of their means, and 1 of a picture with itself', () => {
  expect(ssim(filled(11, 11, 100), filled(11, 11, 150))).toBeCloseTo(
    (2 * 100 * 150 + 6.5025) / (100 ** 2 + 150 ** 2 + 6.5025),
    8,
  );
  const a = randomLevels(generator(6), 12, 11);
  expect(ssim(a, a)).toBeCloseTo(1, 10);
  expect(ssim(filled(10, 40, 1), filled(10, 40, 1))).toBeNull();
});
