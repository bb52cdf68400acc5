/** Taking the visitor's edits along when the latent changes under them. */

import { fittingEdits, moveEdits } from '@/edits';
import { clampCell, type Grid } from '@/latent/geometry';
import { moveCell } from '@/latent/moveCell';
import type { LatentShape } from '@/latent/types';
import type { Context } from '../context';
import { type Edits, mapTimeline, record } from '../history';
import type { InspectorState } from '../types';
import { fittingLayer } from '../view';

export function sameGrid(a: Grid, b: Grid): boolean {
  return a.rows === b.rows && a.cols === b.cols;
}

/** Edits that come from elsewhere, a link, and were made on this grid. */
export interface BroughtEdits {
  edits: Edits;
  grid: Grid;
}

/**
 * Carries edits, their history, the selected cell and the layer from one grid to a latent of another shape. Says what was
 * moved and what could not be kept.
 * @param brought takes the place of the present edits, as a step of history
 */
export function carryEdits(
  context: Context,
  from: Grid,
  shape: LatentShape,
  brought: BroughtEdits | null,
): Pick<InspectorState, 'view' | 'past' | 'future'> {
  const { view, past, future } = context.get();
  const carry = (edits: Edits, grid = from) => fittingEdits(moveEdits(edits, grid, shape), shape);
  let timeline = mapTimeline({ edits: view.edits, past, future }, (edits) => carry(edits));
  if (brought) timeline = record(timeline, carry(brought.edits, brought.grid));
  const moved = !sameGrid(from, shape);
  const lost = (brought ?? view).edits.length - timeline.edits.length;
  if (lost > 0) {
    context.notify(
      `${lost === 1 ? 'One edit does' : `${lost} edits do`} not fit this latent (${shape.rows} x ${shape.cols} cells, ${shape.channels} channels) and ${lost === 1 ? 'was' : 'were'} removed.`,
    );
  }
  if (moved && timeline.edits.length > 0) {
    context.notify('Your edits moved to the same places in the picture.');
  }
  return {
    past: timeline.past,
    future: timeline.future,
    view: {
      ...view,
      edits: timeline.edits,
      cell: moved ? moveCell(view.cell, from, shape) : clampCell(view.cell, shape),
      layer: fittingLayer(view.layer, shape.channels),
    },
  };
}

/** The state as it was before something was opened, to be put back if that fails. */
export class Snapshot {
  private readonly before: InspectorState;
  /** The edits as they were carried to the new latent, and the grid that they were carried to; null before that. */
  private carried: { edits: Edits; past: InspectorState['past']; to: Grid } | null = null;
  /**
   * The rest of what was on screen, beside the side's results, when the first of it was replaced, by something else than the choice
   * (model, picture, size); null while all of it stands. Not taken earlier: a recorded example may still be arriving when opening
   * begins.
   */
  private replaced: Pick<InspectorState, 'picture' | 'example'> | null = null;

  constructor(
    private readonly context: Context,
    private readonly grid: Grid | null,
  ) {
    this.before = context.get();
  }

  /** The results on screen are about to be replaced. */
  replace(): void {
    const { picture, example } = this.context.get();
    this.replaced ??= { picture, example };
  }

  /** The edits were carried to this grid. */
  carry(to: Grid): void {
    const { view, past } = this.context.get();
    this.carried = { edits: view.edits, past, to };
  }

  /**
   * Puts back what was replaced. Edits that were made meanwhile stay, at their places in the picture.
   * @param showResults shows the side's results again
   */
  restore(failed: boolean, showResults: () => void): void {
    const { before, carried, grid, context } = this;
    const now = context.get();
    const { model, picture, latent, size } = before.view;
    const status = failed && before.sides.a.model.info === null ? 'failed' : before.sides.a.model.status;
    context.put(
      'a',
      { model: { ...before.sides.a.model, status } },
      { view: { ...now.view, model, picture, latent, size } },
    );
    if (!this.replaced) return;
    context.set(this.replaced);
    showResults();
    if (!carried || !grid) return;
    const { view } = context.get();
    const timeline = { edits: now.view.edits, past: now.past, future: now.future };
    const untouched = timeline.edits === carried.edits && timeline.past === carried.past;
    const { edits, past, future } = untouched
      ? { edits: before.view.edits, past: before.past, future: before.future }
      : mapTimeline(timeline, (each) => moveEdits(each, carried.to, grid));
    const cell = untouched ? before.view.cell : moveCell(view.cell, carried.to, grid);
    context.set({ past, future, view: { ...view, layer: before.view.layer, cell, edits } });
  }
}
