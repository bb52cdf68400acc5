import { describe, expect, test } from 'vitest';
import { type CodedImage, deviationOf, fitImages, type Tolerance } from '@/formats/recording/layers';
import {
  byColour,
  changeMap,
  changeToPlanes,
  composePicture,
  levelsToPlanes,
  pictureToPlanes,
  planesToPicture,
  sumOfImages,
} from '@/formats/recording/planes';
import { generator } from '../measures/cases';

const random = generator(7);
const noise = (length: number, size: number) =>
  Float32Array.from({ length }, () => size * (2 * random() - 1));

const EXACT: Tolerance = { rms: { levels: 1e-3, share: 0 }, largest: { levels: 1e-2, share: 0 } };
const pause = async () => {};
const lossless = async (values: Float32Array): Promise<CodedImage> => ({ values });

/** Coding with loss, to a grid of so many levels. */
const stepped =
  (step: number) =>
  async (values: Float32Array): Promise<CodedImage> => ({
    values: values.map((value) => step * Math.round(value / step)),
  });

/** Sweeps that are made of `patterns`, each bent in its own way. */
function sweep(patterns: Float32Array[], strengths: number[]): Float32Array[] {
  return strengths.map((s) =>
    patterns[0].map((_, at) => patterns.reduce((sum, pattern, k) => sum + s ** (k + 1) * pattern[at], 0)),
  );
}

/** The changes as they are put together again. */
function rebuilt(images: { coded: CodedImage; weights: number[] }[], of: number, length: number) {
  return Float32Array.from({ length }, (_, at) =>
    images.reduce((sum, { coded, weights }) => sum + weights[of] * coded.values[at], 0),
  );
}

describe('changes as weighted sums of images', () => {
  const strengths = [0.25, 0.5, 0.75, 1, 1.25, 1.5];

  test('a straight sweep takes one image, a bent one two', async () => {
    const line = sweep([noise(300, 20)], strengths);
    const one = await fitImages(line, { code: lossless, most: 8, tolerance: EXACT, pause });
    expect(one.images).toHaveLength(1);
    const bent = sweep([noise(300, 20), noise(300, 4)], strengths);
    const two = await fitImages(bent, { code: lossless, most: 8, tolerance: EXACT, pause });
    expect(two.images).toHaveLength(2);
  });

  test('the deviations that it tells are those of the sums, and within the tolerance', async () => {
    const changes = sweep([noise(600, 40), noise(600, 10), noise(600, 3)], strengths);
    const exact = changes.map((change) => change.slice());
    const tolerance = { rms: { levels: 0.2, share: 0 }, largest: { levels: 1, share: 0 } };
    const { images, deviations } = await fitImages(changes, {
      code: stepped(0.5),
      most: 8,
      tolerance,
      pause,
    });
    exact.forEach((change, at) => {
      const sum = rebuilt(images, at, change.length);
      const { rms, largest } = deviationOf(change.map((value, index) => value - sum[index]));
      expect(rms).toBeCloseTo(deviations[at].rms, 4);
      expect(largest).toBeCloseTo(deviations[at].largest, 3);
      expect(rms).toBeLessThanOrEqual(0.2);
      expect(largest).toBeLessThanOrEqual(1);
    });
  });

  test('a later image mends what the coding of the first one lost', async () => {
    const make = () => sweep([Float32Array.from({ length: 300 }, (_, at) => 30 * Math.sin(at))], strengths);
    const once = await fitImages(make(), { code: stepped(8), most: 1, tolerance: EXACT, pause });
    // The second pass sees only what is left, which is smaller than a step: so it codes more finely.
    let step = 16;
    const finer = async (values: Float32Array) => {
      step /= 2;
      return stepped(step)(values);
    };
    const mended = await fitImages(make(), { code: finer, most: 3, tolerance: EXACT, pause });
    expect(mended.deviations.at(-1)!.rms).toBeLessThan(once.deviations.at(-1)!.rms / 3);
  });

  test('no change takes no image; the smallest change takes one', async () => {
    const tolerance = { rms: { levels: 1, share: 0 }, largest: { levels: 1, share: 0 } };
    const options = { code: lossless, most: 4, tolerance, pause };
    expect((await fitImages([new Float32Array(9)], options)).images).toEqual([]);
    expect((await fitImages([new Float32Array(9).fill(0.01)], options)).images).toHaveLength(1);
  });

  test('coding that loses everything ends the search', async () => {
    const changes = [noise(30, 0.1)];
    const { images, deviations } = await fitImages(changes, {
      code: stepped(100),
      most: 5,
      tolerance: EXACT,
      pause,
    });
    expect(images).toEqual([]);
    expect(deviations[0].rms).toBeGreaterThan(0.01);
  });
});

describe('numbers as grey pictures', () => {
  test('planes come back from a picture, also where a decoder leaves the colours a level apart', () => {
    const planes = Uint8Array.from({ length: 12 }, (_, at) => 20 * at);
    const picture = planesToPicture(planes);
    expect([...picture.slice(4, 8)]).toEqual([20, 20, 20, 255]);
    expect(pictureToPlanes(picture.map((value, at) => (at % 4 === 0 ? value + 1 : value)))).toEqual(planes);
  });

  test('a change is kept to half a step, and no change stays none', () => {
    const change = byColour(Float32Array.from([0, -40, 40, 3, 0, -12.4]));
    const planes = changeToPlanes(change, 40);
    const back = sumOfImages([{ planes, scale: 40 }], [1], change.length);
    back.forEach((value, at) => {
      expect(Math.abs(value - change[at])).toBeLessThanOrEqual(40 / 127 / 2 + 1e-6);
      if (change[at] === 0) expect(value).toBe(0);
    });
    expect(sumOfImages([{ planes, scale: 40 }], [-0.5], change.length)[4]).toBeCloseTo(-0.5 * back[4], 6);
  });

  test('base and change are added, rounded and clamped', () => {
    const base = levelsToPlanes(byColour(Float32Array.from([10.4, 200, 30, 0, 100.6, 255])));
    const change = byColour(Float32Array.from([-20, 60, 0.6, 1, 0, 0]));
    expect([...composePicture(base, change)]).toEqual([0, 255, 31, 255, 1, 101, 255, 255]);
    expect(changeMap(change)[0]).toBeCloseTo(Math.sqrt((400 + 3600 + 0.36) / 3), 4);
  });
});
