import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cellValues } from '@/edits';
import { channels } from '@/experiments/channels/channels';
import { interpolate } from '@/experiments/interpolate/interpolate';
import { kl } from '@/experiments/kl/kl';
import { clamp } from '@/experiments/noise/clamp';
import { noise } from '@/experiments/noise/noise';
import { sample } from '@/experiments/noise/sampling';
import { reads } from '@/experiments/reads/reads';
import { codebookOf } from '@/latent/codebook';
import { cellAt } from '@/latent/geometry';
import { averageBlocks, pictureLevels, toPlanes } from '@/latent/pixels';
import { channelMean, channelSigma } from '@/latent/statistics';
import type { Cell, Latent } from '@/latent/types';
import { psnr, rmsBetween } from '@/measures/quality';
import { syntheticNetwork } from '../golden/golden';
import { onBackends } from '../kernels/backends';
import { decoded, draw, HEIGHT, openPicture, SMALL, SPOT, WIDE, WIDTH, watched } from './open';

onBackends(['wasm'], () => {
  test('noise goes to the cells of its arm alone, and the control gets the spots’ own', async () => {
    const seen = watched(syntheticNetwork(WIDE, 2));
    const context = await openPicture(seen.vae, draw(WIDTH, HEIGHT), 1);
    const { mean } = context;
    const result = await noise(context, { sigmas: [0.7], cells: [SPOT], seeds: [9] });
    const [control] = result.controls as Cell[];
    const [base, all, spots, rest, beside] = seen.latents.map((data) => ({ ...mean, data }));
    expect(base.data).toEqual(mean.data);
    const delta = (latent: Latent, cell: Cell) =>
      cellValues(latent, cell).map((value, at) => value - cellValues(mean, cell)[at]);
    const still = new Array(16).fill(0);
    for (let index = 0; index < 96; index++) {
      const cell = cellAt(index, mean);
      const own = cell.row === SPOT.row && cell.col === SPOT.col;
      expect(delta(all, cell)).not.toEqual(still);
      expect(delta(spots, cell)).toEqual(own ? delta(all, cell) : still);
      expect(delta(rest, cell)).toEqual(own ? still : delta(all, cell));
      if (cell.row !== control.row || cell.col !== control.col) expect(delta(beside, cell)).toEqual(still);
    }
    for (const [at, value] of delta(beside, control).entries())
      expect(value).toBeCloseTo(delta(spots, SPOT)[at], 5);
    const picture = pictureLevels(context.picture);
    const point = result.arms.spots[0];
    expect(point.psnrBase).toBeCloseTo(psnr(decoded(seen.vae, base), decoded(seen.vae, spots)), 5);
    expect(point.psnrPicture).toBeCloseTo(psnr(picture, decoded(seen.vae, spots)), 5);
    expect(result.psnrPicture).toBeCloseTo(psnr(picture, decoded(seen.vae, base)), 5);
    seen.vae.dispose();
  });

  test('several draws of noise count by their mean squared error', async () => {
    const vae = syntheticNetwork(SMALL, 1);
    const context = await openPicture(vae, draw(WIDTH, HEIGHT), 1);
    const one = async (seeds: number[]) => (await noise(context, { sigmas: [1], seeds })).arms.all[0];
    const [a, b, both] = [await one([1]), await one([2]), await one([1, 2])];
    const mse = (value: number) => 10 ** (-value / 10);
    expect(mse(both.psnrBase)).toBeCloseTo((mse(a.psnrBase) + mse(b.psnrBase)) / 2, 8);
    expect(both.farRms ** 2).toBeCloseTo((a.farRms ** 2 + b.farRms ** 2) / 2, 6);
    vae.dispose();
  });

  test('clamp and tanh act on every number in scaled units', async () => {
    const seen = watched(syntheticNetwork(WIDE, 2));
    const context = await openPicture(seen.vae, draw(WIDTH, HEIGHT), 1);
    const scaled = Array.from(context.mean.data, (value) => (value - 0.06) * 1.5);
    const sizes = scaled.map(Math.abs).sort((a, b) => a - b);
    const bound = sizes[Math.floor(0.75 * sizes.length)];
    const result = await clamp(context, { bounds: [bound, 1000] });
    const { clamp: cut, tanh } = result.curves;
    expect(result.largest).toBeCloseTo(sizes.at(-1) as number, 5);
    expect(cut?.[0].beyond).toBeCloseTo(0.25, 1);
    expect(cut?.[1]).toMatchObject({ beyond: 0, psnrBase: Number.POSITIVE_INFINITY, farRms: 0 });
    for (const [at, value] of scaled.entries()) {
      expect((seen.latents[1][at] - 0.06) * 1.5).toBeCloseTo(Math.max(-bound, Math.min(bound, value)), 4);
      expect((seen.latents[3][at] - 0.06) * 1.5).toBeCloseTo(bound * Math.tanh(value / bound), 4);
    }
    expect(tanh?.[0].psnrBase).toBeLessThan(tanh?.[1].psnrBase as number);
    seen.vae.dispose();
  });

  test('a sample is the mean and noise of the clamped log-variance, the same from the same seed', async () => {
    const [rows, cols, count] = [30, 40, 2];
    const length = rows * cols * count;
    const mean = Float32Array.from({ length }, (_, at) => Math.sin(at));
    const logvar = mean.map((_, at) => (at % 2 === 0 ? Math.log(0.25) : -30));
    const rawLogvar = logvar.map((value) => (value === -30 ? -99 : value));
    const posterior = { rows, cols, channels: count, mean, logvar, rawLogvar };
    const drawn = sample(posterior, 4);
    expect(sample(posterior, 4)).toEqual(drawn);
    let squares = 0;
    for (const [at, value] of drawn.data.entries()) {
      if (at % 2 === 0) squares += (value - mean[at]) ** 2 / (length / 2);
      else expect(Math.abs(value - mean[at])).toBeLessThan(5 * Math.exp(-15));
    }
    expect(Math.sqrt(squares)).toBeCloseTo(0.5, 1);
  });

  test('interpolation runs between its ends, with the spots going along or held', async () => {
    const seen = watched(syntheticNetwork(WIDE, 2));
    const context = await openPicture(seen.vae, draw(WIDTH, HEIGHT), 1);
    const other = (await openPicture(seen.vae, draw(WIDTH, HEIGHT, [60, -30, -50]))).mean;
    const { mean } = context;
    for (const path of ['linear', 'spherical'] as const) {
      seen.latents.length = 0;
      const along = await interpolate(context, { other, steps: 5, path, cells: [SPOT] });
      expect(along.steps.map(({ t }) => t)).toEqual([0, 0.25, 0.5, 0.75, 1]);
      expect(along.steps[0].fromA.rms).toBeLessThan(0.01);
      expect(along.steps[0].fromB.rms).toBeCloseTo(along.ends.rms, 2);
      expect(along.steps[4].fromB.rms).toBeLessThan(0.01);
      const ways = along.steps.map(({ fromA }) => fromA.rms);
      expect(ways).toEqual([...ways].sort((a, b) => a - b));
      expect(along.ends.rms).toBeCloseTo(rmsBetween(decoded(seen.vae, mean), decoded(seen.vae, other)), 4);
    }
    for (const spots of ['fromA', 'fromB', 'healed'] as const) {
      seen.latents.length = 0;
      await interpolate(context, { other, steps: 3, spots, cells: [SPOT] });
      for (const data of seen.latents.slice(2)) {
        const held = cellValues({ ...mean, data }, SPOT);
        if (spots === 'healed') expect(held).not.toEqual(cellValues(mean, SPOT));
        else expect(held).toEqual(cellValues(spots === 'fromA' ? mean : other, SPOT));
      }
      const middle = { ...mean, data: seen.latents[3] };
      const beside = { row: SPOT.row, col: SPOT.col + 1 };
      const [a, b] = [cellValues(mean, beside), cellValues(other, beside)];
      expect(cellValues(middle, beside)[5]).toBeCloseTo((a[5] + b[5]) / 2, 5);
    }
    await expect(interpolate(context, { other: { ...other, rows: 4 }, steps: 3 })).rejects.toThrow(
      '8 x 12 x 16 and 4 x 12 x 16',
    );
    seen.vae.dispose();
  });

  test('channels are muted, left alone and exchanged as they should be, and their figures are those of the scaled numbers', async () => {
    const seen = watched(syntheticNetwork(WIDE, 2));
    const context = await openPicture(seen.vae, draw(WIDTH, HEIGHT), 1);
    const { mean } = context;
    const result = await channels(context, { swaps: [[1, 4]] });
    const [means, sigma] = [channelMean(mean), channelSigma(mean)];
    const [base, solo0, mute0] = seen.latents;
    const swap = seen.latents.at(-1) as Float32Array;
    for (const [at, value] of mean.data.entries()) {
      const channel = at % 16;
      const flat = Math.fround(means[channel]);
      expect(solo0[at]).toBe(channel === 0 ? value : flat);
      expect(mute0[at]).toBe(channel === 0 ? flat : value);
      expect(swap[at]).toBe(mean.data[channel === 1 ? at + 3 : channel === 4 ? at - 3 : at]);
    }
    const levels = (data: Float32Array) => decoded(seen.vae, { ...mean, data });
    expect(result.channels[0].mute.rms).toBeCloseTo(rmsBetween(levels(base), levels(mute0)), 4);
    expect(result.channels).toHaveLength(16);
    for (const [channel, study] of result.channels.entries()) {
      expect(study.moments.sigma).toBeCloseTo(1.5 * sigma[channel], 6);
      expect(study.moments.mean).toBeCloseTo(1.5 * (means[channel] - 0.06), 6);
      expect(study.unitScale).toBeCloseTo(1 / sigma[channel], 4);
      expect(study.dead).toBe(sigma[channel] ** 2 <= 0.01);
      const { counts, below, above } = study.histogram;
      expect(counts.reduce((sum, count) => sum + count, below + above)).toBe(96);
    }
    const all = mean.data.reduce((sum, value) => sum + value, 0) / mean.data.length;
    const variance = mean.data.reduce((sum, value) => sum + (value - all) ** 2, 0) / mean.data.length;
    expect(result.unitScale).toBeCloseTo(1 / Math.sqrt(variance), 5);
    expect(result.codebook).toBeNull();

    const { coefficients, constant, rSquared, preview } = result.colour;
    const wanted = averageBlocks(pictureLevels(context.picture), 2);
    const shown = pictureLevels(preview);
    expect([preview.width, preview.height]).toEqual([12, 8]);
    for (let k = 0; k < 3; k++) {
      let [residual, whole] = [0, 0];
      const average = wanted.data.reduce((sum, value, at) => sum + (at % 3 === k ? value : 0), 0) / 96;
      for (let cell = 0; cell < 96; cell++) {
        let made = constant[k];
        for (let c = 0; c < 16; c++)
          made += coefficients[16 * k + c] * (mean.data[16 * cell + c] - 0.06) * 1.5;
        residual += (made - wanted.data[3 * cell + k]) ** 2;
        whole += (average - wanted.data[3 * cell + k]) ** 2;
        const rounded = Math.max(0, Math.min(255, made));
        expect(Math.abs(shown.data[3 * cell + k] - rounded)).toBeLessThan(0.51);
      }
      expect(rSquared[k]).toBeCloseTo(1 - residual / whole, 5);
    }
    seen.vae.dispose();
  });

  test('a channel and a cell without news are found dead', async () => {
    const vae = syntheticNetwork(SMALL, 1);
    const context = await openPicture(vae, draw(WIDTH, HEIGHT), 1);
    const data = context.mean.data.map((value, at) => (at % 4 === 2 ? 0.3 : 20 * value));
    data.fill(0, 4 * 7, 4 * 8);
    const constant = data.map((value, at) => (at % 4 === 2 ? 0.3 : value));
    const flat = await channels({ ...context, mean: { ...context.mean, data: constant } });
    expect(flat.channels.map(({ dead }) => dead)).toEqual([false, false, true, false]);
    expect(flat.channels[2].unitScale).toBeNull();
    expect(flat.channels[2].mute.rms).toBeLessThan(1e-3);
    expect(flat.deadCells).toEqual([]);
    const codebook = codebookOf(Float32Array.of(3, 4, 0, 0), 2);
    const empty = await channels({ ...context, codebook, mean: { ...context.mean, data } });
    expect(empty.codebook).toMatchObject({ entries: 2, length: 2, least: 0, median: 2.5, largest: 5 });
    expect(empty.deadCells).toEqual([{ row: 0, col: 7 }]);
    vae.dispose();
  });

  test('KL: cells, channels and total agree, in nats and bits, beside JPEG', async () => {
    const vae = syntheticNetwork(WIDE, 2);
    const context = await openPicture(vae, draw(WIDTH, HEIGHT), 1);
    const result = await kl(context, { jpeg: [{ quality: 75, bytes: 480 }] });
    const { mean, logvar } = context.posterior;
    let total = 0;
    for (const [at, value] of mean.entries())
      total += (value ** 2 + Math.exp(logvar[at]) - 1 - logvar[at]) / 2;
    expect(result.totalNats).toBeCloseTo(total, 6);
    expect(result.totalBits).toBeCloseTo(total / Math.log(2), 6);
    expect(result.bits.reduce((sum, value) => sum + value, 0) / result.totalBits).toBeCloseTo(1, 5);
    expect(result.channelBits.reduce((sum, value) => sum + value, 0)).toBeCloseTo(result.totalBits, 6);
    expect(result.bitsPerPixel).toBeCloseTo(total / Math.log(2) / (24 * 16), 8);
    expect(result.jpeg).toEqual([{ quality: 75, bytes: 480, bitsPerPixel: 10 }]);
    vae.dispose();
  });

  test('what a cell reads agrees with finite differences of the encoder', async () => {
    const vae = syntheticNetwork(WIDE, 2);
    const context = await openPicture(vae, draw(WIDTH, HEIGHT), 1);
    const { map, within, profile, farShare } = await reads(context, { cell: SPOT });
    const planes = toPlanes(context.picture);
    const sigma = channelSigma(context.mean);
    const means = (at: number, step: number): number[] => {
      const moved = planes.slice();
      moved[at] += step;
      const data = tf.tidy(() => vae.encode(tf.tensor4d(moved, [1, HEIGHT, WIDTH, 3])).mean.dataSync());
      return cellValues({ ...context.mean, data: data as Float32Array }, SPOT);
    };
    const step = 0.02;
    for (const [y, x] of [
      [5, 7],
      [4, 6],
      [8, 9],
      [15, 23],
    ]) {
      let squares = 0;
      for (let colour = 0; colour < 3; colour++) {
        const at = 3 * (y * WIDTH + x) + colour;
        const [up, down] = [means(at, step), means(at, -step)];
        for (const [c, value] of up.entries()) squares += ((value - down[c]) / (2 * step) / sigma[c]) ** 2;
      }
      const expected = Math.sqrt(squares) / 127.5;
      expect(map[y * WIDTH + x] / expected).toBeGreaterThan(0.95);
      expect(map[y * WIDTH + x] / expected).toBeLessThan(1.05);
    }
    const square = (from: number, to: number, left: number, right: number) => {
      let sum = 0;
      for (let y = from; y < to; y++) for (let x = left; x < right; x++) sum += map[y * WIDTH + x] ** 2;
      return sum;
    };
    const all = square(0, HEIGHT, 0, WIDTH);
    expect(within[1]).toBeCloseTo(square(2, 8, 4, 10) / all, 5);
    expect(farShare).toBeCloseTo(1 - within[1], 10);
    expect(within.at(-1)).toBeCloseTo(1, 10);
    expect(profile[0]).toBeCloseTo(Math.sqrt(square(4, 6, 6, 8) / 4), 8);
    expect(profile).toHaveLength(9);
    vae.dispose();
  });
});
