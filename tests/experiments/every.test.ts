import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { channels } from '@/experiments/channels/channels';
import type { ExperimentContext } from '@/experiments/context';
import { EXPERIMENT_NAMES } from '@/experiments/declarations';
import { flatColour } from '@/experiments/flatColour/flatColour';
import { heal } from '@/experiments/heal/heal';
import { scan } from '@/experiments/influence/scan';
import { interpolate } from '@/experiments/interpolate/interpolate';
import { kl } from '@/experiments/kl/kl';
import { clamp } from '@/experiments/noise/clamp';
import { noise } from '@/experiments/noise/noise';
import { sample, sampling } from '@/experiments/noise/sampling';
import { reads } from '@/experiments/reads/reads';
import { measure } from '@/experiments/report/report';
import { resolution } from '@/experiments/resolution/resolution';
import { crop } from '@/experiments/roll/crop';
import { roll } from '@/experiments/roll/roll';
import { cellAt } from '@/latent/geometry';
import { change } from '@/measures/change';
import { syntheticNetwork } from '../golden/golden';
import { onBackends } from '../kernels/backends';
import { decoded, draw, HEIGHT, openPicture, SMALL, SPOT, WIDE, WIDTH, watched } from './open';

const EXPERIMENTS: Record<string, (context: ExperimentContext) => Promise<unknown>> = {
  scan: (context) => scan(context, { finest: 2 }),
  resolution: (context) =>
    resolution(context, {
      pictures: [draw(16, 12), draw(WIDTH, HEIGHT)],
      named: { cell: SPOT, by: 'place' },
    }),
  roll: (context) =>
    roll(context, {
      shifts: [
        { dy: 2, dx: -4 },
        { dy: 1, dx: 0 },
      ],
    }),
  crop: (context) => crop(context, { crops: [{ row: 1, col: 2, rows: 5, cols: 7 }] }),
  noise: (context) => noise(context, { sigmas: [0.5], seeds: [1, 2] }),
  clamp: (context) => clamp(context, { bounds: [1] }),
  sampling: (context) => sampling(context, { seeds: [5] }),
  flatColour: (context) => flatColour(context, { colours: [[200, 10, 60]] }),
  heal: (context) => heal(context, { limit: 2 }),
  interpolate: (context) => interpolate(context, { other: sample(context.posterior, 3), steps: 3 }),
  channels: (context) => channels(context, { swaps: [[0, 15]] }),
  kl: (context) => kl(context, { jpeg: [{ quality: 90, bytes: 700 }] }),
  reads: (context) => reads(context, { cell: SPOT }),
  report: (context) => measure(context, { named: SPOT, withMechanism: true }),
};

onBackends(['wasm'], () => {
  describe('every experiment', () => {
    test('is among these, but for two that have tests of their own', () => {
      expect([...Object.keys(EXPERIMENTS), 'influence', 'mechanism'].sort()).toEqual(
        [...EXPERIMENT_NAMES].sort(),
      );
    });

    test.each(Object.entries(EXPERIMENTS))(
      '%s, of 16 channels and no square: data that can be sent, progress, and nothing left behind, stopped or not',
      async (_, run) => {
        const vae = syntheticNetwork(WIDE, 2);
        const heard: number[] = [];
        let stop = -1;
        const context = await openPicture(vae, draw(WIDTH, HEIGHT), 1, (fraction) => {
          heard.push(fraction);
          if (heard.length === stop) throw new Error('enough');
        });
        const before = tf.memory().numTensors;
        const result = await run(context);
        expect(structuredClone(result)).toEqual(result);
        expect(tf.memory().numTensors).toBe(before);
        expect(heard[0]).toBe(0);
        expect(heard).toEqual([...heard].sort((a, b) => a - b));
        expect(heard.at(-1)).toBeGreaterThan(0.8);
        expect(heard.at(-1)).toBeLessThanOrEqual(1);
        const calls = heard.length;
        for (stop of [1, Math.ceil(calls / 2), calls]) {
          heard.length = 0;
          await expect(run(context)).rejects.toThrow('enough');
          expect(tf.memory().numTensors).toBe(before);
        }
        vae.dispose();
      },
    );
  });

  test('a scan goes on where it was stopped, coarse to fine', async () => {
    const seen = watched(syntheticNetwork(SMALL, 1));
    const context = await openPicture(seen.vae, draw(20, 10), 1);
    const whole = await scan(context);
    expect(seen.latents.length).toBe(50 + 1);
    expect(whole.measured).toBe(50);
    expect(whole.stride).toBe(1);

    const halves: number[] = [];
    let kept = await scan(context, { finest: 2 }, ({ measured }) => halves.push(measured));
    expect(kept.measured).toBe(15);
    expect(kept.stride).toBe(2);
    expect(halves).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
    // Stopped in the middle of the finer grid; what was told last is what is left.
    await expect(
      scan(context, { previous: kept }, (state) => {
        kept = structuredClone(state);
        if (state.measured === 31) throw new Error('enough');
      }),
    ).rejects.toThrow('enough');
    expect(kept.stride).toBe(2);
    seen.latents.length = 0;
    const rest = await scan(context, { previous: kept });
    expect(seen.latents.length).toBe(19 + 1);
    expect(rest).toEqual(whole);
    expect(kept.measured).toBe(31);
    seen.latents.length = 0;
    expect(await scan(context, { previous: rest })).toEqual(whole);
    expect(seen.latents).toEqual([]);
    await expect(scan({ ...context, radius: 2 }, { previous: kept })).rejects.toThrow('cannot go on');
    seen.vae.dispose();
  });

  test('resolutions that are known already are not measured again, and each new one is told', async () => {
    const seen = watched(syntheticNetwork(SMALL, 1));
    const context = await openPicture(seen.vae, draw(20, 10), 1);
    const [small, large] = [draw(12, 16), draw(24, 16)];
    const whole = await resolution(context, { pictures: [small, large], withInfluence: false });
    const heard: number[][] = [];
    let calls = 0;
    const stopped = resolution(
      {
        ...context,
        checkpoint: (_, doing) => {
          if (doing.startsWith('24 x 16')) throw new Error('too large');
          calls += 1;
        },
      },
      { pictures: [small, large], withInfluence: false },
      ({ points }) => heard.push(points.map(({ width }) => width)),
    );
    await expect(stopped).rejects.toThrow('too large');
    expect(heard).toEqual([[12]]);
    expect(calls).toBeGreaterThan(0);
    seen.latents.length = 0;
    const previous = { radius: 1, points: [whole.points[0]] };
    const rest = await resolution(context, { pictures: [small, large], withInfluence: false, previous });
    expect(rest).toEqual(whole);
    expect(seen.latents.every(({ length }) => length === 12 * 8 * 4)).toBe(true);
    seen.vae.dispose();
  });

  test('a scan measures each cell as that cell’s own heal', async () => {
    const vae = syntheticNetwork(SMALL, 1);
    const context = await openPicture(vae, draw(12, 16), 1);
    const { farRms, shift } = await scan(context);
    const { mean } = context;
    const base = decoded(vae, mean);
    const colour = ({ raw }: { raw: Float32Array }, k: number) =>
      (127.5 * raw.reduce((sum, value, at) => sum + (at % 3 === k ? value : 0), 0)) / (raw.length / 3);
    for (const index of [0, 17, 47]) {
      const cell = cellAt(index, mean);
      const neighbours = [-1, 0, 1].flatMap((dr) =>
        [-1, 0, 1].map((dc) => ({ row: cell.row + dr, col: cell.col + dc })),
      );
      const around = neighbours.filter(
        ({ row, col }) =>
          row >= 0 && col >= 0 && row < 8 && col < 6 && (row !== cell.row || col !== cell.col),
      );
      const data = mean.data.slice();
      for (let c = 0; c < 4; c++) {
        const values = around.map(({ row, col }) => mean.data[(row * 6 + col) * 4 + c]);
        data[index * 4 + c] = values.reduce((a, b) => a + b) / values.length;
      }
      const healed = decoded(vae, { ...mean, data });
      expect(farRms[index]).toBeCloseTo(change(base, healed, [cell], 2, 1).farRms, 3);
      for (let k = 0; k < 3; k++)
        expect(shift[3 * index + k]).toBeCloseTo(colour(healed, k) - colour(base, k), 2);
    }
    vae.dispose();
  });
});
