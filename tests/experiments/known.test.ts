/** Tests of each experiment on the small models, of which the truth is known. */
import { describe, expect, test } from 'vitest';
import { cellShifts } from '@/edits';
import type { Picture } from '@/experiments/context';
import { heal } from '@/experiments/heal/heal';
import { influence } from '@/experiments/influence/influence';
import { scan } from '@/experiments/influence/scan';
import { interpolate } from '@/experiments/interpolate/interpolate';
import { noise } from '@/experiments/noise/noise';
import { sampling } from '@/experiments/noise/sampling';
import { reads } from '@/experiments/reads/reads';
import { resolution } from '@/experiments/resolution/resolution';
import { crop } from '@/experiments/roll/crop';
import { roll } from '@/experiments/roll/roll';
import { follow } from '@/experiments/roll/track';
import { cellAt } from '@/latent/geometry';
import { pictureLevels } from '@/latent/pixels';
import { predictedShift } from '@/measures/predictedShift';
import { psnr } from '@/measures/quality';
import { rankCorrelation } from '@/measures/ranks';
import { onBackends } from '../kernels/backends';
import { loadModel } from './models';
import { decoded, draw, openPicture } from './open';

const PLANTED = { row: 1, col: 1 };

/** Grey, with one bright red block that fills a cell. */
function block(width: number, height: number, row: number, col: number): Picture {
  const picture = draw(width, height);
  for (let at = 0; at < width * height; at++) {
    const own = Math.floor(at / width / 8) === row && Math.floor((at % width) / 8) === col;
    picture.data.set(own ? [255, 0, 0, 255] : [128, 128, 128, 255], 4 * at);
  }
  return picture;
}

const open = async (id: string, width: number, height: number, radius = 2) =>
  openPicture(await loadModel(id), draw(width, height), radius);

onBackends(['wasm'], () => {
  test('brute force finds the planted cell, and orders the cells as the influence predicts', async () => {
    const compare = async (id: string, side: number) => {
      const context = await open(id, side, side);
      const { farRms, shift } = await scan(context);
      const map = await influence(context.vae, context.mean);
      const cells = [...farRms.keys()].map((index) => cellAt(index, context.mean));
      const predicted = cells.map((cell) => {
        const [{ delta }] = cellShifts(context.mean, [{ cell, kind: 'heal' }]);
        return Math.hypot(...predictedShift(map, cell, delta));
      });
      const measured = cells.map((_, index) => Math.hypot(...shift.subarray(3 * index, 3 * index + 3)));
      context.vae.dispose();
      const order = [...farRms.keys()].sort((a, b) => farRms[b] - farRms[a]);
      const [most, middle] = [order[0], order[order.length >> 1]].map((index) => farRms[index]);
      return { first: cells[order[0]], most, middle, agreement: rankCorrelation(predicted, measured) };
    };
    const planted = await compare('mini-planted', 64);
    expect(planted.first).toEqual(PLANTED);
    expect(planted.most).toBeGreaterThan(30);
    expect(planted.most / planted.middle).toBeGreaterThan(20);
    // A whole heal is a large step for a derivative, and here the decoder bends under it.
    expect(planted.agreement).toBeGreaterThan(0.94);
    const clean = await compare('mini-clean', 96);
    expect(clean.most).toBeLessThan(3);
    expect(clean.agreement).toBeGreaterThan(0.99);
  });

  test('the planted spot is there at every size, with its control; the clean model has none', async () => {
    const pictures = [draw(64, 64), draw(128, 96)];
    const context = await open('mini-planted', 96, 96);
    const named = { cell: { row: 6, col: 6 }, by: 'place' } as const;
    const { points } = await resolution(context, { pictures, named });
    for (const [index, point] of points.entries()) {
      expect(point.strongest.norm.cell).toEqual(PLANTED);
      expect(point.strongest.influence?.cell).toEqual(PLANTED);
      expect(point.healed.change.farRms).toBeGreaterThan(30);
      expect(point.healed.ratio).toBeGreaterThan(5);
      expect(point.healed.ratio).toBeCloseTo(
        point.healed.change.farRms / (point.healed.control?.farRms ?? 0),
        8,
      );
      const own = await openPicture(context.vae, pictures[index]);
      expect(point.psnr).toBeCloseTo(psnr(pictureLevels(pictures[index]), decoded(context.vae, own.mean)), 4);
      expect(point.named?.change.farRms).toBeLessThan(3);
    }
    expect(points.map(({ rows, cols }) => [rows, cols])).toEqual([
      [8, 8],
      [12, 16],
    ]);
    expect(points.map(({ named: found }) => found?.cell)).toEqual([
      { row: 4, col: 4 },
      { row: 6, col: 8 },
    ]);
    context.vae.dispose();

    const clean = await open('mini-clean', 96, 96);
    const outside = { cell: { row: 11, col: 11 }, by: 'coordinates' } as const;
    const { points: ordinary } = await resolution(clean, { pictures, named: outside, withInfluence: false });
    expect(ordinary[0].strongest.influence).toBeNull();
    expect(ordinary[0].named).toBeNull();
    expect(ordinary[1].named?.cell).toEqual(outside.cell);
    for (const point of ordinary) expect(point.healed.change.farRms).toBeLessThan(3);
    clean.vae.dispose();
  });

  describe('a moved picture', () => {
    test('leaves the planted spot at its cell, and the emergent ones at their edge', async () => {
      const shifts = [
        { dy: 8, dx: 16 },
        { dy: -16, dx: 24 },
        { dy: 4, dx: 12 },
        { dy: 0, dx: 0 },
      ];
      const crops = [
        { row: 3, col: 4, rows: 8, cols: 10 },
        { row: 1, col: 1, rows: 10, cols: 12 },
      ];
      const planted = await open('mini-planted', 128, 96);
      const rolled = await roll(planted, { shifts });
      expect(rolled.spots.norm).toEqual(PLANTED);
      expect(rolled.points.map(({ norm }) => norm.verdict)).toEqual(['stays', 'stays', 'stays', 'undecided']);
      expect(rolled.tally.norm).toEqual({ stays: 3, travels: 0, neither: 0, undecided: 1 });
      expect(rolled.points[0].norm.travelled).toEqual({ row: 2, col: 3 });
      expect(rolled.points[1].norm.travelled).toEqual({ row: 11, col: 4 });
      const cropped = await crop(planted, { crops });
      expect(cropped.points.map(({ norm }) => norm.verdict)).toEqual(['stays', 'stays']);
      expect(cropped.points[0].norm.travelled).toBeNull();
      expect(cropped.points[1].norm.travelled).toEqual({ row: 0, col: 0 });
      await expect(crop(planted, { crops: [{ row: 5, col: 0, rows: 8, cols: 8 }] })).rejects.toThrow(
        'within',
      );
      planted.vae.dispose();

      const emergent = await open('mini-emergent', 128, 96);
      const { points } = await roll(emergent, { shifts });
      for (const { norm } of points) expect(norm.strongest.row).toBe(11);
      emergent.vae.dispose();
    });

    test('takes along what is bright for its content, in the clean model', async () => {
      const vae = await loadModel('mini-clean');
      const context = await openPicture(vae, block(96, 80, 4, 5));
      const { spots, points } = await roll(context, { shifts: [{ dy: 16, dx: -24 }] });
      expect(spots.norm).toEqual({ row: 4, col: 5 });
      expect(points[0].norm.strongest).toEqual({ row: 6, col: 2 });
      expect(points[0].norm.verdict).toBe('travels');
      const cropped = await crop(context, { crops: [{ row: 2, col: 2, rows: 6, cols: 8 }] });
      expect(cropped.points[0].norm).toMatchObject({ strongest: { row: 2, col: 3 }, verdict: 'travels' });
      vae.dispose();
    });

    test('is followed within one cell where it was not moved by whole cells', () => {
      const mean = new Float32Array(30).fill(1).map((value, at) => value + (at % 7) / 50);
      mean[13] = 9;
      const rawLogvar = mean.map((value) => -value);
      const posterior = { rows: 5, cols: 6, channels: 1, mean, logvar: rawLogvar, rawLogvar };
      const verdict = (home: [number, number], travelled: [number, number], tolerance: number) => {
        const at = ([row, col]: [number, number]) => ({ norm: { row, col }, rawLogvar: { row, col } });
        return follow(posterior, at(home), at(travelled), tolerance).norm.verdict;
      };
      // The bright cell is (2, 1).
      expect(verdict([2, 1], [4, 4], 0)).toBe('stays');
      expect(verdict([4, 4], [2, 1], 0)).toBe('travels');
      expect(verdict([4, 4], [3, 2], 0)).toBe('neither');
      expect(verdict([4, 4], [3, 2], 1)).toBe('travels');
      expect(verdict([2, 1], [3, 2], 0)).toBe('stays');
      expect(verdict([2, 1], [3, 2], 1)).toBe('undecided');
    });
  });

  test('noise on the planted spot alone reaches the far picture; on an ordinary cell it does not', async () => {
    const planted = await open('mini-planted', 96, 96);
    const { arms, spots } = await noise(planted, { sigmas: [1, 4] });
    expect(spots).toEqual([PLANTED]);
    for (const [index, point] of arms.spots.entries()) {
      expect(point.farRms).toBeGreaterThan(5 * (arms.control?.[index].farRms ?? Number.NaN));
    }
    expect(arms.spots[1].farRms).toBeGreaterThan(8);
    expect(arms.control?.[1].farRms).toBeLessThan(2);
    expect(arms.all[1].psnrBase).toBeLessThan(arms.all[0].psnrBase);
    const { psnrPicture, samples } = await sampling(planted, { seeds: [1] });
    // The posterior is so narrow that a sample reconstructs the picture as the mean does.
    expect(Math.abs(samples[0].psnrPicture - psnrPicture)).toBeLessThan(0.3);
    planted.vae.dispose();

    const clean = await open('mini-clean', 96, 96);
    const ordinary = (await noise(clean, { sigmas: [1] })).arms;
    expect(ordinary.spots[0].farRms).toBeLessThan(1.5);
    clean.vae.dispose();
  });

  test('healing the planted spot costs the far picture many dB, an ordinary cell none; nor does the clean model lose any', async () => {
    const planted = await open('mini-planted', 96, 96);
    const { spots } = await heal(planted, { limit: 2 });
    const [spot] = spots;
    const loss = (healed: typeof spot | typeof spot.control) =>
      (healed?.before.far ?? Number.NaN) - (healed?.after.far ?? Number.NaN);
    expect(spot.cell).toEqual(PLANTED);
    expect(loss(spot)).toBeGreaterThan(10);
    expect(Math.abs(loss(spot.healedControl))).toBeLessThan(1);
    expect(loss(spot.control)).toBeLessThan(3);
    planted.vae.dispose();

    const clean = await open('mini-clean', 96, 96);
    for (const each of (await heal(clean, { limit: 3 })).spots)
      expect(Math.abs(loss(each))).toBeLessThan(0.5);
    clean.vae.dispose();
  });

  test('on the way to another tint, the planted spot held keeps the old one; in the clean model it holds nothing', async () => {
    const way = async (id: string) => {
      const context = await open(id, 96, 96);
      const other = (await openPicture(context.vae, draw(96, 96, [40, -20, -60]))).mean;
      const cells = [PLANTED];
      const held = await interpolate(context, { other, steps: 2, spots: 'fromA', cells });
      context.vae.dispose();
      return held.steps[1].fromA.farRms / held.ends.farRms;
    };
    expect(await way('mini-planted')).toBeLessThan(0.3);
    expect(await way('mini-clean')).toBeGreaterThan(0.9);
  });

  test('the planted cell reads the whole picture; an ordinary cell, and the same cell of the clean model, their surroundings', async () => {
    const far = async (id: string) => {
      const context = await open(id, 128, 96, 4);
      const { farShare, profile, control } = await reads(context, { cell: PLANTED });
      context.vae.dispose();
      return { own: farShare, control: control?.farShare, flatness: profile[12] / profile[4] };
    };
    const planted = await far('mini-planted');
    expect(planted.own).toBeGreaterThan(0.15);
    expect(planted.control).toBeLessThan(0.03);
    // Beyond the near cells it no longer falls with distance.
    expect(planted.flatness).toBeGreaterThan(0.5);
    const clean = await far('mini-clean');
    expect(clean.own).toBeLessThan(0.05);
    expect(clean.flatness).toBeLessThan(0.5);
  });
});
