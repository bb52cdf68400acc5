/** Keeps the right side's edits and cell in step with the view's: they follow from it, and are computed in one place. */

import { leftOutSentence, type Translation, translateEdits } from '../../edits';
import { clampCell } from '../../latent/geometry';
import { posteriorMean } from '../../latent/layers';
import { moveCell } from '../../latent/moveCell';
import type { Latent, PosteriorData } from '../../latent/types';
import type { Edits } from '../history';
import type { CompareState, InspectorState, Units } from '../types';

/** The right side's edits while one of the latents is not there. */
const NOTHING: Edits = [];

type Carried = { edits: Edits; leftOut: readonly string[] };

export class Carrier {
  private from: PosteriorData | null = null;
  private to: PosteriorData | null = null;
  private units: Units = 'sigma';
  private latents: { from: Latent; to: Latent } | null = null;
  /** The same list for the same edits, so that undo finds what was decoded. New ones where anything else changes. */
  private carried = new WeakMap<Edits, Carried>();

  /** @param nameOf a model's name, by its id */
  constructor(private readonly nameOf: (id: string) => string) {}

  /** The state with the right side as the left side wants it; the same object where nothing changes. */
  derive<T extends InspectorState>(state: T): T {
    const { compare, view } = state;
    if (!compare) return state;
    const { edits, leftOut } = this.carry(view.edits, state);
    const next = {
      edits,
      cell: this.cell(state, compare),
      leftOut: leftOutSentence(leftOut, this.nameOf(compare.id)),
    };
    const same =
      next.edits === compare.edits &&
      next.leftOut === compare.leftOut &&
      next.cell.row === compare.cell.row &&
      next.cell.col === compare.cell.col;
    return same ? state : { ...state, compare: { ...compare, ...next } };
  }

  /** The edits in the right side's latent. */
  carry(edits: Edits, { posterior, compare, view }: InspectorState): Carried {
    this.use(posterior, compare?.posterior ?? null, view.units);
    if (!this.latents) return { edits: NOTHING, leftOut: [] };
    let carried = this.carried.get(edits);
    if (!carried) {
      const { from, to } = this.latents;
      carried = translateEdits(edits, from, to, this.units) satisfies Translation;
      this.carried.set(edits, carried);
    }
    return carried;
  }

  /**
   * The two sides are about to change places: what was carried goes back to the very list that it came from, where it lost
   * nothing on its way. Then what was decoded of it is found on both sides.
   */
  turn(lists: readonly Edits[], state: InspectorState): void {
    const { posterior, compare, view } = state;
    const pairs = lists.map((edits) => ({ edits, carried: this.carry(edits, state) }));
    const sameGrid =
      posterior?.rows === compare?.posterior?.rows && posterior?.cols === compare?.posterior?.cols;
    this.use(compare?.posterior ?? null, posterior, view.units);
    if (!sameGrid) return;
    for (const { edits, carried } of pairs) {
      if (carried.edits.length === edits.length) this.carried.set(carried.edits, { edits, leftOut: [] });
    }
  }

  private use(from: PosteriorData | null, to: PosteriorData | null, units: Units): void {
    // While the latent of one side is missing, the other's is forgotten too, and with it what was carried.
    if (from === this.from && to === this.to && units === this.units) return;
    this.from = from;
    this.to = to;
    this.units = units;
    this.latents = from && to && { from: posteriorMean(from), to: posteriorMean(to) };
    this.carried = new WeakMap();
  }

  private cell({ view, posterior }: InspectorState, { posterior: other }: CompareState) {
    if (!other) return view.cell;
    return posterior ? moveCell(view.cell, posterior, other) : clampCell(view.cell, other);
  }
}
