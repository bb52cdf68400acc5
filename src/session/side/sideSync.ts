/** Keeps the edits and the cell of both sides in step with the view's: they follow from it, and are computed in one place. */

import { leftOutSentence, type Translation, translateEdits } from '@/edits';
import { clampCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import { moveCell } from '@/latent/moveCell';
import type { Cell, Latent, PosteriorData } from '@/latent/types';
import type { Edits } from '../history';
import type { InspectorState, SideState, Units } from '../types';

/** The second side's edits while one of the latents is not there. */
const NOTHING: Edits = [];

type Carried = { edits: Edits; leftOut: readonly string[] };

export class SideSync {
  private from: PosteriorData | null = null;
  private to: PosteriorData | null = null;
  private units: Units = 'sigma';
  private latents: { from: Latent; to: Latent } | null = null;
  /** The same list for the same edits, so that undo finds what was decoded. New ones where anything else changes. */
  private carried = new WeakMap<Edits, Carried>();

  /** A latent that was recorded for the second side, and the recorded edits that stand for those carried to it. */
  recorded: { posterior: PosteriorData; recognise(edits: Edits): Edits } | null = null;

  /** @param nameOf a model's name, by its id */
  constructor(private readonly nameOf: (id: string) => string) {}

  /** The state with both sides as the view wants them; the same object where nothing changes. */
  derive<T extends InspectorState>(state: T): T {
    const { view, sides } = state;
    const a = updated(sides.a, { id: view.model, edits: view.edits, cell: view.cell });
    const b = sides.b && updated(sides.b, this.ofSecond(state, sides.b));
    return a === sides.a && b === sides.b ? state : { ...state, sides: { a, b } };
  }

  private ofSecond(state: InspectorState, b: SideState): Pick<SideState, 'edits' | 'cell' | 'leftOut'> {
    const { edits, leftOut } = this.carry(state.view.edits, state);
    return { edits, cell: this.cell(state, b), leftOut: leftOutSentence(leftOut, this.nameOf(b.id)) };
  }

  /** The edits in the second side's latent. */
  carry(edits: Edits, { view, sides: { a, b } }: InspectorState): Carried {
    this.use(a.posterior, b?.posterior ?? null, view.units);
    if (!this.latents) return { edits: NOTHING, leftOut: [] };
    let carried = this.carried.get(edits);
    if (!carried) {
      const { from, to } = this.latents;
      const translated: Translation = translateEdits(edits, from, to, this.units);
      // The very lists of the recording, so that its frames pass for results of these edits.
      carried =
        this.recorded?.posterior === b?.posterior
          ? { ...translated, edits: this.recorded?.recognise(translated.edits) ?? translated.edits }
          : translated;
      this.carried.set(edits, carried);
    }
    return carried;
  }

  /**
   * The two sides are about to change places: what was carried goes back to the very list that it came from, where it lost
   * nothing on its way. Then what was decoded of it is found on both sides.
   */
  turn(lists: readonly Edits[], state: InspectorState): void {
    const from = state.sides.a.posterior;
    const to = state.sides.b?.posterior ?? null;
    const pairs = lists.map((edits) => ({ edits, carried: this.carry(edits, state) }));
    const sameGrid = from?.rows === to?.rows && from?.cols === to?.cols;
    this.use(to, from, state.view.units);
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

  private cell({ view, sides }: InspectorState, { posterior: to }: SideState): Cell {
    const from = sides.a.posterior;
    if (!to) return view.cell;
    return from ? moveCell(view.cell, from, to) : clampCell(view.cell, to);
  }
}

/** The side with this part; the same object where nothing of it is other. */
function updated(side: SideState, part: Partial<SideState>): SideState {
  const { cell = side.cell, ...others } = part;
  const same =
    cell.row === side.cell.row &&
    cell.col === side.cell.col &&
    Object.entries(others).every(([key, value]) => side[key as keyof SideState] === value);
  return same ? side : { ...side, ...part };
}
