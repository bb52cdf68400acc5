import { describe, expect, test } from 'vitest';
import { type Colour, flatError, offDc } from '@/experiments/flatColour/measures';
import type { Latent, Levels } from '@/latent/types';
import { generator, randomLatent } from '../measures/cases';

const random = generator(31);

/** Power of each frequency of one channel, by the definition of the discrete Fourier transform. */
function powers({ rows, cols, channels, data }: Latent, channel: number): number[] {
  return Array.from({ length: rows * cols }, (_, frequency) => {
    const [u, v] = [Math.floor(frequency / cols), frequency % cols];
    let [real, imaginary] = [0, 0];
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++) {
        const angle = -2 * Math.PI * ((u * row) / rows + (v * col) / cols);
        const value = data[(row * cols + col) * channels + channel];
        real += value * Math.cos(angle);
        imaginary += value * Math.sin(angle);
      }
    return real ** 2 + imaginary ** 2;
  });
}

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

describe('power off DC', () => {
  test('is the power of all frequencies but the lowest', () => {
    const latent = randomLatent(random, 5, 7, 3);
    latent.data.forEach((_, at) => {
      latent.data[at] += 3;
    });
    const { share, channelShares } = offDc(latent);
    const all = [0, 1, 2].map((channel) => powers(latent, channel));
    all.forEach((each, channel) => {
      expect(channelShares[channel]).toBeCloseTo(total(each.slice(1)) / total(each), 8);
    });
    expect(share).toBeCloseTo(total(all.flatMap((each) => each.slice(1))) / total(all.flat()), 8);
  });

  test('names the one cell that has it all', () => {
    const latent: Latent = { rows: 4, cols: 6, channels: 2, data: new Float32Array(48).fill(2) };
    expect(offDc(latent)).toMatchObject({ share: 0, strongest: { cell: { row: 0, col: 0 }, share: 0 } });
    latent.data[2 * (3 * 6 + 4)] = 10;
    const { strongest, channelShares } = offDc(latent);
    expect(strongest.cell).toEqual({ row: 3, col: 4 });
    // 23 of 24 parts are its own; the mean takes the rest with it.
    expect(strongest.share).toBeCloseTo(23 / 24, 10);
    expect(channelShares[1]).toBe(0);
  });
});

/** 12 x 10 cells of 4 x 4 pixels. */
const GRID = { rows: 12, cols: 10 };
const COLOUR: Colour = [10, 100, 200];

function picture(error: (y: number, x: number, c: number) => number): Levels {
  const [width, height] = [40, 48];
  const data = Float32Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return COLOUR[at % 3] + error(Math.floor(pixel / width), pixel % width, at % 3);
  });
  return { width, height, data };
}

describe('the error of a flat colour', () => {
  test('is told apart at the edge and inside', () => {
    const atEdge = (y: number, x: number) => y < 4 || x < 4 || y >= 44 || x >= 36;
    const found = flatError(
      picture((y, x) => (atEdge(y, x) ? 5 : 1)),
      COLOUR,
      GRID,
      2,
    );
    expect(found.edgeRms).toBeCloseTo(5, 5);
    expect(found.insideRms).toBeCloseTo(1, 5);
    expect(found.profile.map((value) => Math.round(value))).toEqual([5, 1, 1, 1, 1]);
    expect(found.grid).toBeCloseTo(0, 5);
    const edge = (120 - 80) / 120;
    expect(found.shift[1]).toBeCloseTo(5 * edge + 1 - edge, 4);
    expect(found.rms).toBeCloseTo(Math.sqrt(25 * edge + 1 - edge), 4);
  });

  test('that repeats from cell to cell is the grid; what does not, and a shift of all, are not', () => {
    const pattern = Array.from({ length: 48 }, () => random() - 0.5);
    const repeated = flatError(
      picture((y, x, c) => 7 + pattern[3 * (4 * (y % 4) + (x % 4)) + c]),
      COLOUR,
      GRID,
      2,
    );
    const means = [0, 1, 2].map((c) => total(pattern.filter((_, at) => at % 3 === c)) / 16);
    const expected = Math.sqrt(total(pattern.map((value, at) => (value - means[at % 3]) ** 2)) / 48);
    expect(repeated.grid).toBeCloseTo(expected, 5);
    // Every second cell turned round: it repeats only every two cells.
    const alternating = flatError(
      picture((y, x, c) => (Math.floor(x / 4) % 2 === 0 ? 1 : -1) * pattern[3 * (4 * (y % 4) + (x % 4)) + c]),
      COLOUR,
      GRID,
      2,
    );
    expect(alternating.grid).toBeLessThan(1e-5);
  });

  test('has no inside where the radius covers everything', () => {
    expect(
      flatError(
        picture(() => 1),
        COLOUR,
        GRID,
        9,
      ),
    ).toMatchObject({ insideRms: null, grid: null });
  });
});
