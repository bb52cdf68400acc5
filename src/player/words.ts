/** Words for a recorded figure. Every number is one that was computed when it was recorded. */

import { bytes, levels, number } from '@/app/parts/format';
import { NUMERICS, numericsOf } from '@/common/numerics';
import {
  type Deviation,
  type Recording,
  recordedCell,
  recordedFrame,
  strengthAt,
} from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import type { Cell } from '@/latent/types';
import { type Outcome, sentence } from '@/measures/effect';
import { nearestRecorded, type PlayerState } from './state';

type Place = Pick<PlayerState, 'cellIndex' | 'position'>;

export function percentText(strength: number): string {
  return `${number(100 * strength, 0)} %`;
}

/** Number of rings of cells around one, itself the first; a profile of the change has one number for each. */
function rings({ row, col }: Cell, { rows, cols }: Recording): number {
  return 1 + Math.max(row, rows - 1 - row, col, cols - 1 - col);
}

/** The one sentence of the figure. */
export function sentenceOf(recording: Recording, { cellIndex, position }: Place): string {
  const recorded = recordedCell(recording, cellIndex);
  const { cell, control } = recorded;
  const at = nearestRecorded(position);
  if (recording.strengths[at] === 0) return 'Nothing is changed. Move the slider to change this cell.';
  const frame = recordedFrame(recorded, at);
  // Only the length of a profile matters to the sentence: whether any pixel is far.
  const profile = new Array<number>(rings(cell, recording)).fill(0);
  const outcome: Outcome = {
    ...frame.change,
    profile,
    radius: recording.radius,
    control: frame.control && control && { ...frame.control, profile, cell: control },
  };
  return sentence(outcome);
}

/** Note beside the numbers where they are not those of the very picture; null where they are. */
export function betweenWords(recording: Recording, { position }: Place): string | null {
  if (Number.isInteger(position)) return null;
  const near = percentText(strengthAt(recording, nearestRecorded(position)));
  return `Drawn between two recorded strengths; the numbers are those of ${near}.`;
}

/** "60 % of heal at row 1, col 1". */
export function frameWords(recording: Recording, { cellIndex, position }: Place): string {
  const { cell, edit } = recordedCell(recording, cellIndex);
  const strength = strengthAt(recording, position);
  return `${percentText(strength)} of \u201c${edit.kind}\u201d at ${cellText(cell)}`;
}

/** The largest deviations among all frames. */
function worst(recording: Recording, of: 'error' | 'changeError'): Deviation {
  const all = recording.cells.flatMap(({ frames }) => frames.map((frame) => frame[of]));
  return {
    rms: Math.max(...all.map(({ rms }) => rms)),
    largest: Math.max(...all.map(({ largest }) => largest)),
  };
}

const deviation = ({ rms, largest }: Deviation) => `${levels(rms)} levels RMS, ${levels(largest)} at most`;

/** Words for how far what is played is from what was computed. */
export function exactnessWords(recording: Recording): string {
  return `Decoded pictures are within ${deviation(worst(recording, 'error'))}, and changes within ${deviation(worst(recording, 'changeError'))}, of what was computed.`;
}

export interface Fact {
  term: string;
  text: string;
}

function numericsWords(numerics: number): string {
  const own = `version ${numerics}`;
  return numerics === NUMERICS
    ? own
    : `${own}; this page computes version ${NUMERICS}, so figures may be others when it is run live`;
}

/** Facts about the figure: where it comes from and how exact it is. */
export function factsOf(recording: Recording): Fact[] {
  const { model, picture, errors } = recording;
  const facts: (Fact | null)[] = [
    {
      term: 'Recorded',
      text: `${recording.date.slice(0, 10)} with ${recording.tool} on ${recording.backend}`,
    },
    { term: 'Numerics', text: numericsWords(numericsOf(recording)) },
    { term: 'Model', text: `${model.name} (${model.id})` },
    model.repository === null ? null : { term: 'From', text: model.repository },
    model.revision === null ? null : { term: 'Revision', text: model.revision },
    model.sha256 === null ? null : { term: 'SHA-256', text: model.sha256 },
    {
      term: 'Picture',
      text: `${picture.title}${picture.licence === null ? '' : `, ${picture.licence}`}, ${recording.size} \u00d7 ${recording.size} pixels`,
    },
    { term: 'Near', text: `within ${recording.radius} cells of the changed cell; far is the rest` },
    {
      term: 'Exactness',
      text: `${exactnessWords(recording)} The picture on the left is within ${deviation(errors.picture)}. The latent is kept in half precision (largest error ${number(errors.mean, 4)} raw). The numbers in the table were computed before anything was compressed.`,
    },
  ];
  return facts.filter((fact) => fact !== null);
}

/** Words for the check of the file's own parts. */
export function checkWords({ bytes: count, checked }: { bytes: number; checked: boolean }): string {
  return checked
    ? `This file, ${bytes(count)}, is what was recorded: the SHA-256 of each of its parts was checked.`
    : `This file has ${bytes(count)}. It could not be checked: the page is not served securely (https).`;
}

/** Words for what a click on "Run it live" loads; null where it cannot be done. */
export function liveWords({ model }: Recording): string | null {
  if (model.kind === 'file') return null;
  const size = model.bytes === null ? '' : `, ${bytes(model.bytes)}`;
  return `Loads the engine and the model${size}.`;
}
