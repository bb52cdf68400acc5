/**
 * Tests of each experiment on one picture in the three small models: one cell was made to carry the whole picture, cells at the
 * right and bottom edge grew to do so by themselves, and none does. Where known.test.ts holds an experiment against two of them
 * already, only the third is here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEdits, type Edit } from '@/edits';
import { channels } from '@/experiments/channels/channels';
import type { ExperimentContext } from '@/experiments/context';
import { heal } from '@/experiments/heal/heal';
import { type Influence, influence } from '@/experiments/influence/influence';
import { scan } from '@/experiments/influence/scan';
import { interpolate } from '@/experiments/interpolate/interpolate';
import { kl } from '@/experiments/kl/kl';
import { mechanism } from '@/experiments/mechanism/mechanism';
import { clamp } from '@/experiments/noise/clamp';
import { noise } from '@/experiments/noise/noise';
import { sampling } from '@/experiments/noise/sampling';
import { reads } from '@/experiments/reads/reads';
import { resolution } from '@/experiments/resolution/resolution';
import { crop } from '@/experiments/roll/crop';
import { cellAt, type Grid } from '@/latent/geometry';
import { median } from '@/latent/statistics';
import type { Cell } from '@/latent/types';
import { onBackends } from '../kernels/backends';
import { loadModel } from './models';
import { draw, openPicture } from './open';

const SIDE = 96;
const PLANTED = { row: 1, col: 1 };

interface Opened {
  context: ExperimentContext;
  map: Influence;
}

/** Cells by a value, largest first. */
function ranked(values: ArrayLike<number>, grid: Grid): { cell: Cell; value: number }[] {
  return Array.from(values, (value, index) => ({ cell: cellAt(index, grid), value })).sort(
    (a, b) => b.value - a.value,
  );
}

const onEdge = ({ row, col }: Cell, { rows, cols }: Grid) => row === rows - 1 || col === cols - 1;

onBackends(['wasm'], () => {
  let planted: Opened;
  let emergent: Opened;
  let clean: Opened;
  const all = () => [planted, emergent, clean];

  async function open(id: string): Promise<Opened> {
    const context = await openPicture(await loadModel(id), draw(SIDE, SIDE));
    return { context, map: await influence(context.vae, context.mean) };
  }

  beforeAll(async () => {
    planted = await open('mini-planted');
    emergent = await open('mini-emergent');
    clean = await open('mini-clean');
  }, 180_000);

  afterAll(() => {
    for (const opened of all()) opened.context.vae.dispose();
  });

  test('influence: the planted cell speaks for the whole, many cells of the edge do, none does', () => {
    const [first, second] = ranked(planted.map.influence, planted.map);
    expect(first.cell).toEqual(PLANTED);
    expect(first.value).toBeGreaterThan(50 * median(planted.map.influence));
    expect(first.value).toBeGreaterThan(3 * second.value);

    const edge = ranked(emergent.map.influence, emergent.map).slice(0, 8);
    for (const { cell } of edge) expect(onEdge(cell, emergent.map)).toBe(true);
    expect(edge[7].value).toBeGreaterThan(8 * median(emergent.map.influence));

    const [ordinary] = ranked(clean.map.influence, clean.map);
    expect(ordinary.value).toBeLessThan(5 * median(clean.map.influence));
  });

  test('scan: by brute force, too, it is a cell of the edge that moves the emergent model most, and by little', async () => {
    const small = await openPicture(emergent.context.vae, draw(48, 48));
    const [most] = ranked((await scan(small)).farRms, small.mean);
    expect(onEdge(most.cell, small.mean)).toBe(true);
    expect(most.value).toBeGreaterThan(0.5);
    expect(most.value).toBeLessThan(10);
  });

  test('mechanism: by either path nothing to speak of travels in the clean model', async () => {
    const { vae, mean, radius } = clean.context;
    const [{ cell }] = ranked(clean.map.influence, clean.map);
    const edits: Edit[] = [{ kind: 'heal', cell }];
    const { full } = await mechanism(vae, mean, applyEdits(mean, edits), [cell], radius);
    expect(full.change.nearRms).toBeGreaterThan(0.5);
    expect(Math.sqrt(full.energy)).toBeLessThan(1);
  });

  test('resolution: at either size the emergent model keeps to its edge', async () => {
    const pictures = [draw(64, 64), draw(SIDE, SIDE)];
    const { points } = await resolution(emergent.context, { pictures });
    for (const { strongest, rows, cols, healed } of points) {
      expect(strongest.influence && onEdge(strongest.influence.cell, { rows, cols })).toBe(true);
      expect(strongest.influence?.score).toBeGreaterThan(10);
      expect(strongest.norm.cell.row).toBe(rows - 1);
      expect(healed.change.farRms).toBeLessThan(5);
    }
  });

  test('crop: where it keeps the bottom of the picture, the emergent model keeps its strongest cell there', async () => {
    const crops = [
      { row: 3, col: 4, rows: 9, cols: 8 },
      { row: 4, col: 0, rows: 8, cols: 10 },
    ];
    const { points } = await crop(emergent.context, { crops });
    for (const { norm, rows } of points) expect(norm.strongest.row).toBe(rows - 1);
  });

  test('noise: on one cell of the emergent edge it does no more than on its control', async () => {
    const { arms, spots } = await noise(emergent.context, { sigmas: [1] });
    expect(onEdge(spots[0], emergent.map)).toBe(true);
    const control = arms.control?.[0].farRms ?? Number.NaN;
    expect(arms.spots[0].farRms).toBeLessThan(3 * control);
    expect(arms.spots[0].farRms).toBeLessThan(1.5);
  });

  test('clamp: a bound that cuts little but the planted cell ruins the picture; in the others it costs nothing', async () => {
    const at = async ({ context }: Opened, bound: number) => {
      const { curves } = await clamp(context, { bounds: [bound], kinds: ['clamp'] });
      const [point] = curves.clamp ?? [];
      return point;
    };
    const cut = await at(planted, 6);
    expect(cut.beyond).toBeGreaterThan(0);
    expect(cut.beyond).toBeLessThan(0.005);
    expect(cut.spotsBeyond).toBeGreaterThan(0);
    expect(cut.farRms).toBeGreaterThan(30);
    for (const other of [emergent, clean]) {
      const point = await at(other, 6);
      expect(point.beyond).toBe(0);
      expect(point.farRms).toBe(0);
    }
  });

  test('sampling: in all three a sample is as good as the mean, and hardly to be told from it', async () => {
    for (const { context } of all()) {
      const { samples, psnrPicture, largestSigma } = await sampling(context, { seeds: [1] });
      expect(largestSigma).toBeLessThan(0.1);
      expect(samples[0].psnrBase).toBeGreaterThan(45);
      expect(Math.abs(samples[0].psnrPicture - psnrPicture)).toBeLessThan(0.3);
    }
  });

  test('heal: one cell of the emergent edge costs the far picture nothing to speak of', async () => {
    const { spots } = await heal(emergent.context, { limit: 2, influence: emergent.map.influence });
    for (const { cell, before, after } of spots) {
      expect(onEdge(cell, emergent.map)).toBe(true);
      expect(Math.abs((before.far ?? Number.NaN) - (after.far ?? Number.NaN))).toBeLessThan(0.5);
    }
  });

  test('interpolation: one cell of the emergent edge that is held does not hold the picture', async () => {
    const { context, map } = emergent;
    const other = (await openPicture(context.vae, draw(SIDE, SIDE, [40, -20, -60]))).mean;
    const cells = [ranked(map.influence, map)[0].cell];
    const { steps, ends } = await interpolate(context, { other, steps: 2, spots: 'fromA', cells });
    expect(steps[1].fromA.farRms / ends.farRms).toBeGreaterThan(0.8);
  });

  describe('channels', () => {
    test('none is dead, a linear map finds most of the colours, and the scale is about the model’s', async () => {
      for (const { context } of all()) {
        const found = await channels(context);
        expect(found.channels.map(({ dead }) => dead)).toEqual([false, false, false, false]);
        expect(found.deadCells).toEqual([]);
        for (const share of found.colour.rSquared) expect(share).toBeGreaterThan(0.6);
        expect((found.unitScale ?? 0) / found.scaling.scale).toBeGreaterThan(0.6);
        expect((found.unitScale ?? 0) / found.scaling.scale).toBeLessThan(1.6);
        // One cell far outside is what a heavy tail is made of.
        const heaviest = Math.max(...found.channels.map(({ moments }) => moments.excessKurtosis));
        if (context === planted.context) expect(heaviest).toBeGreaterThan(30);
        else expect(heaviest).toBeLessThan(10);
      }
    });
  });

  test('KL: the planted cell costs many times what any other does, the emergent edge is dear, and nothing is', async () => {
    const bits = async ({ context }: Opened) => ranked((await kl(context)).bits, context.mean);
    const [first, second] = await bits(planted);
    expect(first.cell).toEqual(PLANTED);
    expect(first.value).toBeGreaterThan(4 * second.value);
    for (const { cell } of (await bits(emergent)).slice(0, 3)) expect(onEdge(cell, emergent.map)).toBe(true);
    const ordinary = await bits(clean);
    expect(ordinary[0].value).toBeLessThan(4 * ordinary[ordinary.length >> 1].value);
  });

  test('reads: a cell of the emergent edge reads the whole picture, faintly, and more of it than its control', async () => {
    const { context, map } = emergent;
    const { farShare, control, profile } = await reads(context, { cell: ranked(map.influence, map)[0].cell });
    expect(farShare).toBeGreaterThan(2 * (control?.farShare ?? Number.NaN));
    // Beyond the near cells it no longer falls with distance.
    expect(profile[10] / profile[4]).toBeGreaterThan(0.5);
  });
});
