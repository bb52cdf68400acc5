/** The standard poke, `heal`, at one cell, beside the same shift at its control: what several experiments measure. */

import { applyEdits, type Edit } from '@/edits';
import type { Cell, Change, Latent, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { type Control, controlEdits } from '@/measures/control';
import type { AutoencoderKL } from '@/vae/autoencoder';
import type { RunOptions } from '@/vae/run';
import { decodeLevels } from './network';

/** The effect of healing one cell on the decoded picture. */
export interface HealedCell {
  cell: Cell;
  change: Change;
  /** The same shift at an ordinary cell; null where none is far enough away. */
  control: (Change & { cell: Cell }) | null;
  /** `change.farRms / control.farRms`; null without a control, and see `makeEffect` for its limits. */
  ratio: number | null;
}

export function healEdit(cell: Cell): Edit[] {
  return [{ kind: 'heal', cell }];
}

/** The control of healing one cell; null where no cell is far enough away. */
export function healControl(mean: Latent, cell: Cell, radius: number): Control | null {
  return controlEdits(mean, healEdit(cell), radius);
}

export interface Healing {
  vae: AutoencoderKL;
  mean: Latent;
  /** The decode of `mean`. */
  base: Levels;
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
}

/** Heals one cell and makes the same shift at its control: at most two decodes, each with options from `next`. */
export async function healCell(
  { vae, mean, base, radius }: Healing,
  cell: Cell,
  next: (doing: string) => RunOptions,
): Promise<HealedCell> {
  const measure = async (edits: readonly Edit[], at: Cell, doing: string) =>
    change(base, await decodeLevels(vae, applyEdits(mean, edits), next(doing)), [at], vae.factor, radius);
  const place = `cell (${cell.row}, ${cell.col})`;
  const own = await measure(healEdit(cell), cell, `healing ${place}`);
  const control = healControl(mean, cell, radius);
  if (!control) return { cell, change: own, control: null, ratio: null };
  const [at] = control.cells;
  const beside = await measure(control.edits, at, `the control of ${place}`);
  return { cell, change: own, control: { ...beside, cell: at }, ratio: own.farRms / beside.farRms };
}
