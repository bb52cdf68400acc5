/** Numbers that are none, or without end, as a broken model gives them: whatever is drawn from them neither throws nor hangs. */
import { expect, test } from 'vitest';
import { analysisOf } from '@/app/cell/analysis';
import { scalarPainting } from '@/app/drawing/paintings';
import { latentMap } from '@/app/drawing/useLatentMap';
import { linearAxis, logAxis } from '@/app/parts/axis';
import {
  bytes,
  duration,
  levels,
  levelsRatio,
  number,
  percent,
  ratio,
  seconds,
  signed,
} from '@/app/parts/format';
import type { PosteriorData } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import { sentence } from '@/measures/effect';

const ODD = [Number.NaN, Infinity, -Infinity, 3e38, -3e38, 5e-324, 0, -0];

test('axes end, with few ticks', () => {
  for (const value of [...ODD, 1e308]) {
    const linear = linearAxis(value);
    expect(linear.ticks.length).toBeLessThan(20);
    expect(Number.isFinite(linear.end)).toBe(true);
  }
  for (const value of ODD) {
    for (const other of ODD) {
      const log = logAxis([value, other]);
      expect(log.ticks.length).toBeLessThan(400);
      expect(Number.isFinite(log.high) && log.low > 0).toBe(true);
    }
  }
});

test('numbers become words', () => {
  for (const value of ODD) {
    for (const words of [number, signed, levels, percent, ratio, duration, seconds, bytes]) {
      expect(typeof words(value)).toBe('string');
    }
    for (const other of ODD) expect(typeof levelsRatio(value, other, 0.01)).toBe('string');
  }
});

test('maps and analyses are made of them', () => {
  for (const value of ODD) {
    const length = 8 * 8 * 4;
    const filled = new Float32Array(length).fill(value);
    const posterior: PosteriorData = {
      rows: 8,
      cols: 8,
      channels: 4,
      mean: filled,
      logvar: filled,
      rawLogvar: filled,
    };
    const { spots } = analysisOf(posterior);
    expect(Array.isArray(spots.spots)).toBe(true);
    for (const layer of [
      'norm',
      'rawLogvar',
      'logvar',
      'kl',
      'influence',
      'channel:0',
      'channel:3',
      'channel:9',
    ] as const) {
      for (const range of ['full', 'middle'] as const) {
        const map = latentMap(posterior, [], layer, range, null);
        const image = new ImageDataLike(8, 8);
        scalarPainting(map.values, 8, 8, map.view.low, map.view.high, map.view.map).paint(
          image as unknown as ImageData,
        );
        expect(image.data.length).toBe(256);
      }
    }
  }
});

class ImageDataLike {
  readonly data: Uint8ClampedArray;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

test('a sentence is made of them', () => {
  for (const own of ODD) {
    for (const control of ODD) {
      const change = { ...NO_CHANGE, profile: new Array(20).fill(own) };
      const outcome = {
        ...change,
        farRms: own,
        radius: 4,
        control: { ...change, farRms: control, cell: { row: 0, col: 0 } },
      };
      expect(typeof sentence(outcome, 1)).toBe('string');
    }
  }
});
