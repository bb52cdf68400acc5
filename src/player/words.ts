/** Words for a recorded figure. Every number is one that was computed when it was recorded. */

import { bytes, levels, number } from '@/app/parts/format';
import { NUMERICS, numericsOf } from '@/common/numerics';
import {
  type Deviation,
  type RecordedModel,
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
  const at = nearestRecorded(position, recording.strengths);
  if (recording.strengths[at] === 0) return 'Nothing is changed. Move the slider to change this cell.';
  return sentence(outcomeOf(recording, cellIndex, at));
}

/** A recorded frame as what sentences are made of. */
export function outcomeOf(recording: Recording, cellIndex: number, strength: number): Outcome {
  const recorded = recordedCell(recording, cellIndex);
  const { cell, control } = recorded;
  const frame = recordedFrame(recorded, strength);
  // Only the length of a profile matters to the sentence: whether any pixel is far.
  const profile = new Array<number>(rings(cell, recording)).fill(0);
  return {
    ...frame.change,
    profile,
    radius: recording.radius,
    control: frame.control && control && { ...frame.control, profile, cell: control },
  };
}

/** Note beside the numbers where they are not those of the very picture; null where they are. */
export function betweenWords(recording: Recording, { position }: Place): string | null {
  if (Number.isInteger(position)) return null;
  const near = percentText(strengthAt(recording, nearestRecorded(position, recording.strengths)));
  return `Drawn between two recorded strengths; the numbers are those of ${near}.`;
}

/** "60 % of heal at row 1, col 1". */
export function frameWords(recording: Recording, { cellIndex, position }: Place): string {
  const { cell, edit } = recordedCell(recording, cellIndex);
  const strength = strengthAt(recording, position);
  return `${percentText(strength)} of \u201c${edit.kind}\u201d at ${cellText(cell)}`;
}

/** The largest deviations among all frames, of both models where there are two. */
function worst(recording: Recording, of: 'error' | 'changeError'): Deviation {
  const cells = [...recording.cells, ...(recording.second?.cells ?? [])];
  const all = cells.flatMap(({ frames }) => frames.map((frame) => frame[of]));
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

function modelFacts({ name, id, repository, revision, sha256 }: RecordedModel, letter: string): Fact[] {
  const facts: (Fact | null)[] = [
    { term: letter === '' ? 'Model' : `Model ${letter}`, text: `${name} (${id})` },
    repository === null ? null : { term: 'From', text: repository },
    revision === null ? null : { term: 'Revision', text: revision },
    sha256 === null ? null : { term: 'SHA-256', text: sha256 },
  ];
  return facts.filter((fact) => fact !== null);
}

/** Facts about the figure: where it comes from and how exact it is. */
export function factsOf(recording: Recording): Fact[] {
  const { model, second, picture, errors } = recording;
  const licence = picture.licence === null ? '' : `, ${picture.licence}`;
  const still = second ? 'The photo that was encoded' : 'The picture on the left';
  const mean = number(Math.max(errors.mean, second?.errors.mean ?? 0), 4);
  const numbers = second ? 'The numbers' : 'The numbers in the table';
  return [
    {
      term: 'Recorded',
      text: `${recording.date.slice(0, 10)} with ${recording.tool} on ${recording.backend}`,
    },
    { term: 'Numerics', text: numericsWords(numericsOf(recording)) },
    ...modelFacts(model, second ? 'A' : ''),
    ...(second ? modelFacts(second.model, 'B') : []),
    {
      term: 'Picture',
      text: `${picture.title}${licence}, ${recording.size} \u00d7 ${recording.size} pixels`,
    },
    { term: 'Near', text: `within ${recording.radius} cells of the changed cell; far is the rest` },
    {
      term: 'Exactness',
      text: `${exactnessWords(recording)} ${still} is within ${deviation(errors.picture)}. The latent is kept in half precision (largest error ${mean} raw). ${numbers} were computed before anything was compressed.`,
    },
  ];
}

/** Words for the check of the file's own parts. */
export function checkWords({ bytes: count, checked }: { bytes: number; checked: boolean }): string {
  return checked
    ? `This file, ${bytes(count)}, is what was recorded: the SHA-256 of each of its parts was checked.`
    : `This file has ${bytes(count)}. It could not be checked: the page is not served securely (https).`;
}

/** Words for what a click on "Run it live" loads; null where it cannot be done. */
export function liveWords({ model, second }: Pick<Recording, 'model' | 'second'>): string | null {
  const models = second ? [model, second.model] : [model];
  if (models.some(({ kind }) => kind === 'file')) return null;
  const sizes = models.map((each) => each.bytes);
  const size = sizes.includes(null)
    ? ''
    : `, ${bytes(sizes.reduce<number>((sum, own) => sum + (own ?? 0), 0))}`;
  return `Loads the engine and ${second ? 'both models' : 'the model'}${size}.`;
}
