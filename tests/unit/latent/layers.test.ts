import { expect, test } from 'vitest';
import { klBits, klNats } from '@/latent/kl';
import { layerValues, meanNorm } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { generator } from '../measures/cases';

function randomPosterior(rows: number, cols: number, channels: number): PosteriorData {
  const random = generator(rows * 100 + cols);
  const length = rows * cols * channels;
  const rawLogvar = Float32Array.from({ length }, () => random() * 60 - 45);
  return {
    rows,
    cols,
    channels,
    mean: Float32Array.from({ length }, () => random() * 10 - 5),
    logvar: rawLogvar.map((value) => Math.min(20, Math.max(-30, value))),
    rawLogvar,
  };
}

test('KL of a cell agrees with numerical integration of its definition', () => {
  const mean = [1.3, -0.4];
  const logvar = [-2, 0.7];
  const posterior: PosteriorData = {
    rows: 1,
    cols: 1,
    channels: 2,
    mean: Float32Array.from(mean),
    logvar: Float32Array.from(logvar),
    rawLogvar: Float32Array.from(logvar),
  };
  let expected = 0;
  for (let c = 0; c < 2; c++) {
    const sigma = Math.exp(logvar[c] / 2);
    const step = 0.001;
    for (let x = mean[c] - 12 * sigma; x < mean[c] + 12 * sigma; x += step) {
      const logQ = -(((x - mean[c]) / sigma) ** 2) / 2 - Math.log(sigma);
      const logP = -(x ** 2) / 2;
      expected += (Math.exp(logQ) / Math.sqrt(2 * Math.PI)) * (logQ - logP) * step;
    }
  }
  expect(klNats(posterior)[0]).toBeCloseTo(expected, 4);
  expect(klBits(klNats(posterior))[0]).toBeCloseTo(expected / Math.log(2), 4);
});

test('KL uses the clamped log-variance: 14.5 nats a channel at -30 and mean 0', () => {
  const posterior: PosteriorData = {
    rows: 1,
    cols: 2,
    channels: 1,
    mean: Float32Array.of(0, 0),
    logvar: Float32Array.of(-30, 0),
    rawLogvar: Float32Array.of(-90, 0),
  };
  expect(klNats(posterior)[0]).toBeCloseTo(14.5, 5);
  expect(klNats(posterior)[1]).toBe(0);
});

test('layers put each cell in its place and combine its channels', () => {
  const posterior = randomPosterior(3, 5, 4);
  const at = (data: Float32Array, row: number, col: number, c: number) => data[(row * 5 + col) * 4 + c];
  for (let row = 0; row < 3; row++) {
    for (let col = 0; col < 5; col++) {
      const four = [0, 1, 2, 3];
      const cell = row * 5 + col;
      const norm = Math.hypot(...four.map((c) => at(posterior.mean, row, col, c)));
      expect(layerValues(posterior, 'norm')[cell]).toBeCloseTo(norm, 4);
      const raw = four.reduce((sum, c) => sum + at(posterior.rawLogvar, row, col, c), 0) / 4;
      expect(layerValues(posterior, 'rawLogvar')[cell]).toBeCloseTo(raw, 4);
      const clamped = four.reduce((sum, c) => sum + at(posterior.logvar, row, col, c), 0) / 4;
      expect(layerValues(posterior, 'logvar')[cell]).toBeCloseTo(clamped, 4);
      for (const c of four) {
        expect(layerValues(posterior, `channel:${c}`)[cell]).toBe(at(posterior.mean, row, col, c));
      }
    }
  }
  expect(layerValues(posterior, 'kl')).toEqual(klBits(klNats(posterior)));
});

test('a channel that is not there is refused', () => {
  const posterior = randomPosterior(2, 2, 4);
  expect(() => layerValues(posterior, 'channel:4')).toThrow(/no channel 4.*0 to 3/);
  expect(() => layerValues(posterior, 'channel:-1')).toThrow(/no channel -1/);
  expect(() => layerValues(posterior, 'channel:1.5')).toThrow(/no channel 1.5/);
});

test('the norm of one channel is its absolute value', () => {
  expect(meanNorm({ rows: 1, cols: 2, channels: 1, data: Float32Array.of(-3, 2) })).toEqual(
    Float64Array.of(3, 2),
  );
});
