import { expect, test } from 'vitest';
import { between } from '@/latent/between';
import { bitsOf, klBits, klNats, klNatsByChannel } from '@/latent/kl';
import { normalField, withNoise } from '@/latent/normalField';
import { bounded, scaledValues, scalingOf } from '@/latent/scaled';
import { channelSigma } from '@/latent/statistics';
import type { Latent, PosteriorData } from '@/latent/types';
import { spotScores } from '@/measures/spots';
import { strongestByNorm, strongestCells } from '@/measures/strongest';
import { generator, randomLatent } from '../measures/cases';

const latent = (data: number[], channels = 1): Latent => ({
  rows: 1,
  cols: data.length / channels,
  channels,
  data: Float32Array.from(data),
});

const length = (data: ArrayLike<number>, origin = 0) =>
  Math.hypot(...Array.from(data, (value) => value - origin));

test('scaled units are (x - shift) scale, and clamp and tanh bound them there', () => {
  const scaling = scalingOf({ scaling_factor: 0.5, shift_factor: 1 });
  const raw = latent([-9, 0, 1, 2, 4, 11]);
  expect([...scaledValues(raw, scaling)]).toEqual([-5, -0.5, 0, 0.5, 1.5, 5]);
  expect([...bounded(raw, scaling, 'clamp', 1.5).data]).toEqual([-2, 0, 1, 2, 4, 4]);
  const bent = bounded(raw, scaling, 'tanh', 1.5).data;
  // 1.5 tanh(5 / 1.5) = 1.496187, 1.5 tanh(0.5 / 1.5) = 0.4822697; then / 0.5 + 1.
  for (const [at, value] of [-1.992374, 0.0354606, 1, 1.9645394, 3.2847825, 3.992374].entries())
    expect(bent[at]).toBeCloseTo(value, 5);
  expect(scalingOf({ scaling_factor: 0.2, shift_factor: null })).toEqual({ scale: 0.2, shift: 0 });
});

test('a clamp that nothing reaches leaves every number exactly as it was', () => {
  const raw = randomLatent(generator(2), 4, 5, 4);
  const scaling = { scale: 0.18215, shift: 0.0609 };
  expect(bounded(raw, scaling, 'clamp', 100).data).toEqual(raw.data);
});

const STATISTICS = { scale: 0.5, shift: 0, statistics: { mean: [1, -2], std: [4, 0.5], patch: 1 } };

test('with statistics each channel has its own shift and scale', () => {
  const config = { scaling_factor: 0.5, shift_factor: null, latents_mean: [1, -2], latents_std: [4, 0.5] };
  expect(scalingOf({ ...config, latent_channels: 2 })).toEqual(STATISTICS);
  const raw = latent([9, -1, 1, -2, -7, -2.5], 2);
  expect([...scaledValues(raw, STATISTICS)]).toEqual([1, 1, 0, 0, -1, -0.5]);
  expect([...bounded(raw, STATISTICS, 'clamp', 0.75).data]).toEqual([7, -1.25, 1, -2, -5, -2.5]);
});

test('statistics of a patch are counted by channel, row and column', () => {
  const count = Array.from({ length: 8 }, (_, at) => at);
  const config = {
    scaling_factor: 1,
    shift_factor: null,
    latents_mean: count,
    latents_std: Array<number>(8).fill(2),
    latent_channels: 2,
  };
  const scaling = scalingOf(config);
  expect(scaling.statistics?.patch).toBe(2);
  // The latent that is every place's own mean, 3 x 3 cells of 2 channels.
  const own = [0, 1, 0, 2, 3, 2, 0, 1, 0].flatMap((place) => [place, 4 + place]);
  const raw: Latent = { rows: 3, cols: 3, channels: 2, data: Float32Array.from(own) };
  expect([...scaledValues(raw, scaling)]).toEqual(Array(18).fill(0));
  raw.data[2] += 3;
  expect(scaledValues(raw, scaling)[2]).toBe(1.5);
});

test('an arc keeps the length in scaled units, channel by channel', () => {
  const [a, b] = [latent([5, -2, 1, -1], 2), latent([1, -1.5, 9, -2], 2)];
  const scaledLength = (each: Latent) => Math.hypot(...scaledValues(each, STATISTICS));
  const [from, to] = [scaledLength(a), scaledLength(b)];
  const middle = scaledLength(between(a, b, 0.5, 'spherical', STATISTICS));
  expect([from, to].sort()).toEqual([Math.hypot(0.5, 1), Math.hypot(0.5, 1)]);
  expect(middle).toBeCloseTo(from, 6);
});

test('a straight path is the weighted mean; an arc keeps the length', () => {
  const [a, b] = [latent([3, 0, 0, 4]), latent([0, 5, 0, 0])];
  expect([...between(a, b, 0.25, 'linear').data]).toEqual([2.25, 1.25, 0, 3]);
  const root = Math.SQRT1_2;
  for (const [at, value] of [3 * root, 5 * root, 0, 4 * root].entries())
    expect(between(a, b, 0.5, 'spherical').data[at]).toBeCloseTo(value, 5);
  for (const t of [0, 0.1, 0.7, 1]) expect(length(between(a, b, t, 'spherical').data)).toBeCloseTo(5, 5);
  expect(length(between(a, b, 0.5, 'linear').data)).toBeLessThan(4);
});

test('both paths end at their ends, and an arc turns about the origin', () => {
  const random = generator(5);
  const [a, b] = [randomLatent(random, 3, 2, 4), randomLatent(random, 3, 2, 4)];
  for (const path of ['linear', 'spherical'] as const) {
    for (const [t, end] of [
      [0, a],
      [1, b],
    ] as const) {
      const found = between(a, b, t, path, { scale: 2, shift: 0.3 }).data;
      for (const [at, value] of found.entries()) expect(value).toBeCloseTo(end.data[at], 5);
    }
  }
  const [c, d] = [latent([4, 1]), latent([1, 4])];
  expect(length(between(c, d, 0.5, 'spherical', { scale: 0.2, shift: 1 }).data, 1)).toBeCloseTo(3, 5);
});

test('between a latent and its double or its opposite there is no arc, only the straight line', () => {
  const a = latent([1, 2, -3]);
  const twice = latent([2, 4, -6]);
  for (const [at, value] of [1.5, 3, -4.5].entries())
    expect(between(a, twice, 0.5, 'spherical').data[at]).toBeCloseTo(value, 5);
  expect([...between(a, latent([-1, -2, 3]), 0.25, 'spherical').data]).toEqual([0.5, 1, -1.5]);
  expect([...between(a, latent([0, 0, 0]), 0.5, 'spherical').data]).toEqual([0.5, 1, -1.5]);
  expect(() => between(a, latent([1, 2]), 0.5, 'linear')).toThrow('1 x 3 x 1 and 1 x 2 x 1');
});

test('noise is in each channel’s own sigma, from the seed, and only where it is let in', () => {
  const mean = randomLatent(generator(7), 30, 40, 4);
  const field = normalField(mean, 3);
  expect(normalField(mean, 3)).toEqual(field);
  expect(normalField(mean, 4)).not.toEqual(field);
  const own = channelSigma(mean);
  const noisy = withNoise(mean, field, 0.5, (cell) => cell % 2 === 1);
  const squares = [0, 0, 0, 0];
  for (const [at, value] of noisy.data.entries()) {
    const cell = Math.floor(at / 4);
    if (cell % 2 === 0) expect(value).toBe(mean.data[at]);
    else squares[at % 4] += (value - mean.data[at]) ** 2 / 600;
  }
  for (const [channel, square] of squares.entries())
    expect(Math.sqrt(square) / own[channel]).toBeCloseTo(0.5, 1);
});

test('the strongest cell is the highest by |mean| and influence, the lowest by raw log-variance', () => {
  const mean = Float32Array.of(1, 2, 9, 1, 2, 1);
  const rawLogvar = Float32Array.of(-5, -6, -5, -7, -40, -6);
  const posterior: PosteriorData = { rows: 2, cols: 3, channels: 1, mean, logvar: rawLogvar, rawLogvar };
  const scores = spotScores(posterior, [0, 1, 2, 30, 4, 5]);
  const found = strongestCells(posterior, scores);
  expect(found.norm).toEqual({ cell: { row: 0, col: 2 }, score: scores.norm.scores[2] });
  expect(found.rawLogvar.cell).toEqual({ row: 1, col: 1 });
  expect(found.rawLogvar.score).toBeLessThan(-3);
  expect(found.influence?.cell).toEqual({ row: 1, col: 0 });
  expect(strongestCells(posterior, spotScores(posterior)).influence).toBeNull();
  expect(strongestByNorm({ rows: 2, cols: 3, channels: 1, data: mean })).toEqual(found.norm);
});

test('the divergence is the same whether it is summed by cells or by channels', () => {
  const random = generator(11);
  const length = 3 * 4 * 5;
  const logvar = Float32Array.from({ length }, () => random() * 20 - 15);
  const mean = Float32Array.from({ length }, () => random() * 8 - 4);
  const posterior = { rows: 3, cols: 4, channels: 5, mean, logvar, rawLogvar: logvar };
  const byChannel = klNatsByChannel(posterior);
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b);
  expect(total(byChannel)).toBeCloseTo(total(klNats(posterior)), 2);
  let third = 0;
  for (let at = 2; at < length; at += 5) third += (mean[at] ** 2 + Math.exp(logvar[at]) - 1 - logvar[at]) / 2;
  expect(byChannel[2]).toBeCloseTo(third, 8);
  expect(bitsOf(Math.log(8))).toBeCloseTo(3, 12);
  expect([...klBits(Float32Array.of(0, 1))]).toEqual([0, Math.fround(1 / Math.log(2))]);
});
