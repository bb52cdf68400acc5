/** Two models side by side in one sentence: the numbers of both, each with its control. It takes no side. */
import { formatLevels, hasFar, levels, type Outcome } from './effect';

/** One model's side of the comparison: what it made of the change. */
export interface ComparedSide {
  name: string;
  /** Number of cells that were edited in its latent; 0 where none of the edits could be carried there. */
  cells: number;
  /** Null: not decoded yet. */
  outcome: Outcome | null;
  /** The reason why nothing can be said of it, as "is still being opened"; null where it can. */
  absent?: string | null;
}

/**
 * Says what the same change did in two models. No ratio is formed: of two models, or of a change and its control.
 * @param leftOut which edits could not be carried to the right one, as a sentence; null where all were
 */
export function comparison(left: ComparedSide, right: ComparedSide, leftOut: string | null = null): string {
  return leftOut === null ? both(left, right, true) : `${both(left, right, false)} ${leftOut}`;
}

/** @param whole whether all of the change could be carried to the right one */
function both(left: ComparedSide, right: ComparedSide, whole: boolean): string {
  if (left.cells === 0) return 'Nothing is changed.';
  const subject = whole ? 'The same change' : 'The change';
  const carried = whole ? '' : ', as far as it could be carried,';
  const [first, second] = [far(left), far(right)];
  if (right.absent || right.cells === 0) {
    const own = first === null ? unknown(left) : `${first}${besides(left, false)}`;
    if (right.absent) return `In ${left.name} the change ${own}. ${right.name} ${right.absent}.`;
    // Where nothing was left out, the edits are still to be carried there.
    const other = whole ? 'the change is not made yet' : 'nothing is changed';
    return `In ${right.name} ${other}. In ${left.name} the change ${own}.`;
  }
  if (first === null && second === null) {
    const why = [unknown(left), unknown(right)];
    if (why[0] === why[1]) return `${subject} ${why[0]} in ${left.name} and in ${right.name}.`;
    return `${subject} ${why[0]} in ${left.name}; in ${right.name} it ${why[1]}.`;
  }
  if (first === null) {
    return `${subject}${carried} ${second} in ${right.name}${besides(right, false)}; in ${left.name} it ${unknown(left)}.`;
  }
  const opening = `${subject} ${first} in ${left.name}${besides(left, false)}`;
  if (second === null) return `${opening}; in ${right.name} it ${unknown(right)}.`;
  return `${opening} and${carried} ${joined(left, right)}in ${right.name}${besides(right, brief(left, right))}.`;
}

/** The words for what the change does to the far picture; null where that is not known, or where there is none. */
function far({ cells, outcome }: ComparedSide): string | null {
  if (cells === 0 || !outcome || !hasFar(outcome)) return null;
  return outcome.farRms === 0
    ? 'leaves the far picture exactly as it was'
    : `moves the far picture by ${levels(outcome.farRms)}`;
}

/** The same of the second model, without what was said of the first; a space at its end where it says anything. */
function joined(left: ComparedSide, right: ComparedSide): string {
  const before = left.outcome?.farRms ?? 0;
  const after = right.outcome?.farRms ?? 0;
  if (before === 0) return after === 0 ? '' : `moves it by ${levels(after)} `;
  return after === 0 ? 'leaves it exactly as it was ' : `by ${levels(after)} `;
}

function unknown({ outcome }: ComparedSide): string {
  return outcome ? `leaves no pixel to compare more than ${outcome.radius} cells away` : 'is not decoded yet';
}

/** The control, in brackets. `short`: what kind of cell it is was just said. */
function besides({ cells, outcome }: ComparedSide, short: boolean): string {
  if (!outcome) return '';
  const ordinary = cells === 1 ? 'an ordinary cell' : 'ordinary cells';
  if (outcome.control === 'pending') return ` (at ${ordinary} it is not decoded yet)`;
  if (!outcome.control) {
    return cells === 1
      ? ' (no ordinary cell is far enough away)'
      : ' (no ordinary cells are far enough away)';
  }
  if (Number.isNaN(outcome.control.farRms)) return ' (around its control no pixel is far)';
  const number = formatLevels(outcome.control.farRms);
  return short ? ` (${number})` : ` (at ${ordinary} ${number})`;
}

/** Tells whether the second control needs no words of its own. */
function brief(left: ComparedSide, right: ComparedSide): boolean {
  const known = (side: ComparedSide) =>
    typeof side.outcome?.control === 'object' && side.outcome.control !== null;
  return known(left) && known(right) && (left.cells === 1) === (right.cells === 1);
}
