/** Words for a recorded figure of two models, which it calls A and B. */
import { type Recording, recordedCell, recordedFrame, strengthAt } from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import { type ComparedSide, comparison } from '@/measures/comparison';
import { formatLevels } from '@/measures/effect';
import { nearestRecorded, type PlayerState } from './state';
import { outcomeOf, percentText } from './words';

type Place = Pick<PlayerState, 'cellIndex' | 'position'>;

export const LETTERS = ['A', 'B'] as const;

function isUnchanged({ strengths }: Recording, { position }: Place): boolean {
  return strengths[position] === 0;
}

/** The one sentence of the figure. */
export function pairSentence(recordings: readonly [Recording, Recording], place: Place): string {
  if (isUnchanged(recordings[0], place)) {
    return 'Nothing is changed. Move the slider: the same change is made in both models.';
  }
  const side = (index: 0 | 1): ComparedSide => ({
    name: LETTERS[index],
    cells: 1,
    outcome: outcomeOf(
      recordings[index],
      place.cellIndex,
      nearestRecorded(place.position, recordings[index].strengths),
    ),
  });
  return comparison(side(0), side(1));
}

/** What stands below the picture of one model: its far change, in levels of 255, and that of its control. */
export interface FarWords {
  /** Null where there is no number to give. */
  far: string | null;
  about: string;
  control: string;
}

export function farWords(recording: Recording, place: Place): FarWords {
  if (isUnchanged(recording, place)) return { far: null, about: 'No change yet.', control: '' };
  const { change, control } = recordedFrame(
    recordedCell(recording, place.cellIndex),
    nearestRecorded(place.position, recording.strengths),
  );
  if (Number.isNaN(change.farRms)) return { far: null, about: 'No pixel is far from the cell.', control: '' };
  return {
    far: formatLevels(change.farRms),
    about: 'levels of 255, far from the cell',
    control: control
      ? Number.isNaN(control.farRms)
        ? 'Around its control no pixel is far.'
        : `ordinary cell: ${formatLevels(control.farRms)}`
      : 'No ordinary cell is far enough away.',
  };
}

/** Alternative text of the picture of one model. */
export function pictureWords(
  recording: Recording,
  letter: string,
  { cellIndex, position, show }: Pick<PlayerState, 'cellIndex' | 'position' | 'show'>,
): string {
  const { picture, model } = recording;
  const shown = (picture.alt || picture.title).replace(/\.$/, '');
  const decoded = `${shown}. Decoded by ${letter}, ${model.name}`;
  if (show === 'before') return `${decoded}, unchanged.`;
  const strength = percentText(strengthAt(recording, position));
  const changed = `with ${strength} of the change at ${cellText(recordedCell(recording, cellIndex).cell)}`;
  return show === 'edited'
    ? `${decoded}, ${changed}.`
    : `Map of the change in the picture decoded by ${letter}, ${model.name}, in levels, ${changed}.`;
}
