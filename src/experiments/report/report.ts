/** All that a batch report says of one picture in one model: a report is many of these. */
import { applyEdits } from '@/edits';
import { cellIndex, inGrid, sameCell } from '@/latent/geometry';
import { channelAverage, meanNorm } from '@/latent/layers';
import { pictureLevels } from '@/latent/pixels';
import { median } from '@/latent/statistics';
import type { Cell, Levels } from '@/latent/types';
import { psnr, ssim } from '@/measures/quality';
import { spotScores } from '@/measures/spots';
import { strongestCells } from '@/measures/strongest';
import { clampedShare, figure } from '@/report/encoder';
import {
  type HealFigures,
  type Measures,
  type MechanismFigures,
  RANKINGS,
  type RankedCell,
} from '@/report/row';
import { INFLUENCE_DECODES, MECHANISM_DECODES, rowDecodes } from '@/report/units';
import type { ExperimentContext } from '../context';
import { type HealedCell, healCell, healEdit } from '../healing';
import { influence } from '../influence/influence';
import { carriers, mechanism } from '../mechanism/mechanism';
import { decodeLevels, decodeWork, type NextRun, progress } from '../network';

export interface MeasureOptions {
  /** A cell that is healed too, whatever its scores: a known spot. */
  named?: Cell | null;
  /** Also by which path the change travels, for the first cell by influence: five decodes more. */
  withMechanism?: boolean;
}

/** @throws InspectorError `bad-model` where the network's output holds values that are no numbers */
export async function measure(
  context: ExperimentContext,
  { named = null, withMechanism = false }: MeasureOptions = {},
): Promise<Measures> {
  const { vae, mean, posterior, picture } = context;
  const work = decodeWork(vae, mean);
  const decodes = rowDecodes({ named: named !== null, mechanism: withMechanism });
  const next = progress(context, work * decodes);
  const base = await decodeLevels(vae, mean, next(work, 'decoding'));
  const original = pictureLevels(picture);
  const fidelity = psnr(original, base);
  const { influence: map } = await influence(vae, mean, next(INFLUENCE_DECODES * work, 'influence'));
  const place = named && inGrid(named, mean) ? named : null;
  const first = strongestCells(mean, spotScores(posterior, map));
  const cells = { norm: first.norm, rawLogvar: first.rawLogvar, influence: first.influence! };
  const heals = await healEach(
    context,
    base,
    [...RANKINGS.map((ranking) => cells[ranking].cell), ...(place ? [place] : [])],
    (doing) => next(work, doing),
  );
  const values = {
    norm: meanNorm(mean),
    rawLogvar: channelAverage(posterior.rawLogvar, posterior.channels),
    influence: map,
  };
  const ranked = (ranking: (typeof RANKINGS)[number]): RankedCell => {
    const { cell, score } = cells[ranking];
    return {
      cell,
      score: figure(score),
      value: figure(values[ranking][cellIndex(cell, mean)]),
      heal: healFigures(heals(cell)),
    };
  };
  const [largest, middle] = [map.reduce((most, value) => Math.max(most, value), 0), median(map)];
  return {
    rows: mean.rows,
    cols: mean.cols,
    channels: mean.channels,
    psnr: figure(fidelity),
    ssim: figure(ssim(original, base)),
    clampedShare: figure(clampedShare(posterior)),
    rawLogvarMin: figure(posterior.rawLogvar.reduce((least, value) => Math.min(least, value), Infinity)),
    influence: { max: figure(largest), median: figure(middle), ratio: figure(largest / middle) },
    strongest: { norm: ranked('norm'), rawLogvar: ranked('rawLogvar'), influence: ranked('influence') },
    named: place && healFigures(heals(place)),
    mechanism: withMechanism
      ? await mechanismOf(context, cells.influence.cell, next(MECHANISM_DECODES * work, 'paths').checkpoint)
      : null,
  };
}

/** Heals each cell once, however many rankings name it. */
async function healEach(
  { vae, mean, radius }: ExperimentContext,
  base: Levels,
  cells: readonly Cell[],
  next: (doing: string) => ReturnType<NextRun>,
): Promise<(cell: Cell) => HealedCell> {
  const done: HealedCell[] = [];
  const find = (cell: Cell) => done.find((each) => sameCell(each.cell, cell));
  for (const cell of cells) {
    if (!find(cell)) done.push(await healCell({ vae, mean, base, radius }, cell, next));
  }
  return (cell) => find(cell)!;
}

function healFigures({ cell, change, control, ratio }: HealedCell): HealFigures {
  return {
    cell,
    farRms: figure(change.farRms),
    nearRms: figure(change.nearRms),
    control: control && {
      cell: control.cell,
      farRms: figure(control.farRms),
      nearRms: figure(control.nearRms),
    },
    ratio: figure(ratio),
  };
}

async function mechanismOf(
  { vae, mean, radius }: ExperimentContext,
  cell: Cell,
  checkpoint: ReturnType<NextRun>['checkpoint'],
): Promise<MechanismFigures> {
  const edited = applyEdits(mean, healEdit(cell));
  const arms = await mechanism(vae, mean, edited, [cell], radius, {
    checkpoint: (fraction) => checkpoint?.(fraction, 1, vae.decoderStages[0]),
  });
  const { normShare, attentionShare, full } = carriers(arms);
  return {
    cell,
    farRms: {
      full: figure(arms.full.change.farRms),
      frozenNorm: figure(arms.frozenNorm.change.farRms),
      frozenAttention: figure(arms.frozenAttention.change.farRms),
      frozenBoth: figure(arms.frozenBoth.change.farRms),
    },
    normShare: figure(normShare),
    attentionShare: figure(attentionShare),
    judgedRms: figure(Math.sqrt(full)),
    judgedBeyond: arms.judgedBeyond,
    beyondReceptiveField: figure(arms.beyondReceptiveField),
  };
}
