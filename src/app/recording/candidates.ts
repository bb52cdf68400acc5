/** The cells that a figure can be recorded of, what is done to them, and how strongly. */

import type { NonEmpty } from '@/common/nonEmpty';
import { cellShifts, type Edit, editedCells, isEnabled, touchedCells } from '@/edits';
import { cellText } from '@/latent/cellText';
import { sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { Cell, Latent, PosteriorData } from '@/latent/types';
import { controlCell } from '@/measures/control';
import { analysisOf } from '../cell/analysis';

export interface Candidate {
  cell: Cell;
  /** Words on its button, for readers. */
  label: string;
  /** Recorded unless the author says otherwise. */
  chosen: boolean;
}

/** More are too many buttons under a figure. */
export const MAX_CELLS = 8;

/** Spots that are offered, and those of them that are chosen beforehand. */
const [SPOTS, CHOSEN_SPOTS] = [5, 1];

/**
 * The strongest spots, the edited cells, the selected one (chosen only where there is nothing else), and an ordinary cell to
 * hold them against: each cell once, in that order.
 */
export function candidates(
  posterior: PosteriorData,
  { cell, edits, radius }: { cell: Cell; edits: readonly Edit[]; radius: number },
): Candidate[] {
  const found: Candidate[] = [];
  const add = (candidate: Candidate) => {
    const known = found.find((each) => sameCell(each.cell, candidate.cell));
    if (known) known.chosen ||= candidate.chosen;
    else found.push(candidate);
  };
  analysisOf(posterior)
    .spots.spots.slice(0, SPOTS)
    .forEach((spot, index) => {
      const label = index === 0 ? 'the strongest spot' : `spot ${index + 1}`;
      add({ cell: spot.cell, label, chosen: index < CHOSEN_SPOTS });
    });
  for (const edited of editedCells(edits)) {
    add({ cell: edited, label: cellText(edited), chosen: true });
  }
  add({ cell, label: cellText(cell), chosen: found.length === 0 });
  const ordinary = controlCell(
    posteriorMean(posterior),
    found.map((each) => each.cell),
    radius,
    found[0]!.cell,
  );
  const listed = found.slice(0, ordinary ? MAX_CELLS - 1 : MAX_CELLS);
  return ordinary ? [...listed, { cell: ordinary, label: 'an ordinary cell', chosen: true }] : listed;
}

export type EditChoice = 'heal' | 'current';

/** The edit that would be made again on another cell; null where there is none, or it takes two cells. */
export function repeatable(edits: readonly Edit[]): Edit | null {
  const last = edits.filter(isEnabled).at(-1);
  return last && touchedCells(last).length === 1 ? last : null;
}

/** The edit that is recorded at a cell. `current`: an edited cell gets what the edits made of it, any other one the last edit. */
export function editFor(choice: EditChoice, cell: Cell, mean: Latent, edits: readonly Edit[]): Edit {
  const last = repeatable(edits);
  if (choice === 'heal' || !last) return { kind: 'heal', cell };
  const own = edits.filter((edit) => isEnabled(edit) && sameCell(edit.cell, cell));
  if (own.length === 1 && own[0] === last) return last;
  const shift = cellShifts(mean, edits).find((each) => sameCell(each.cell, cell));
  return shift ? { kind: 'add', cell, values: shift.delta } : { ...last, cell };
}

export interface StrengthChoice {
  value: string;
  label: string;
  title: string;
  strengths: readonly number[];
}

export const STRENGTHS: NonEmpty<StrengthChoice> = [
  {
    value: 'short',
    label: '0 to 100 %',
    title: 'From nothing to the whole change, in quarters',
    strengths: [0, 0.25, 0.5, 0.75, 1],
  },
  {
    value: 'beyond',
    label: '0 to 150 %',
    title: 'From nothing to half as much again, in quarters',
    strengths: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
  },
  {
    value: 'both',
    label: '\u2212100 to 100 %',
    title: 'From the opposite change to the whole one',
    strengths: [-1, -0.5, -0.25, 0, 0.25, 0.5, 1],
  },
];
