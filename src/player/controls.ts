/** The choice of the recorded cell that is played and of the strength, and the numbers of that. */

import { levels, levelsRatio } from '@/app/parts/format';
import { type Recording, recordedCell, recordedFrame } from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import { SMALLEST_NAMED } from '@/measures/effect';
import { element, segmented } from './element';
import { nearestRecorded, type PlayerState } from './state';
import { strengthSlider } from './strengthSlider';
import { betweenWords, sentenceOf } from './words';

export interface Controls {
  root: HTMLElement;
  show(state: PlayerState): void;
}

interface Actions {
  onCell(cellIndex: number): void;
  onPosition(position: number): void;
}

export function controls(recording: Recording, { onCell, onPosition }: Actions): Controls {
  const { cells } = recording;
  const chosen = segmented<number>(
    'Cell to change',
    'cell',
    cells.map(({ label, cell }, index) => ({ value: index, label, title: cellText(cell) })),
    onCell,
  );
  const slider = strengthSlider(recording, onPosition);
  const sentence = element('p', { class: 'sentence', 'aria-live': 'polite' });
  const between = element('p', { class: 'muted small player-between' });
  const table = numbersTable(recording);

  return {
    root: element(
      'div',
      { class: 'player-controls' },
      element(
        'div',
        { class: 'player-play' },
        element('span', { class: 'muted' }, 'Change'),
        chosen.root,
        slider.root,
      ),
      element('div', { class: 'player-said' }, sentence, between),
      table.root,
    ),
    show(state) {
      chosen.show(state.cellIndex);
      slider.show(state.position);
      const text = sentenceOf(recording, state);
      // A live region speaks when it is written to.
      if (sentence.textContent !== text) sentence.textContent = text;
      between.textContent = betweenWords(recording, state);
      table.show(state);
    },
  };
}

/** Near and far beside the control: the numbers as they were computed. */
function numbersTable(recording: Recording): { root: HTMLElement; show(state: PlayerState): void } {
  const body = element('tbody');
  const controlHead = element('th', { scope: 'col' });
  const root = element(
    'table',
    { class: 'effect numeric' },
    element('caption', { class: 'visually-hidden' }, 'The change beside the control'),
    element(
      'thead',
      { class: 'small' },
      element(
        'tr',
        {},
        element('th', { scope: 'col', class: 'muted' }, 'measure'),
        element('th', { scope: 'col' }, element('span', { class: 'swatch' }), 'this cell'),
        controlHead,
        element('th', { scope: 'col', class: 'muted' }, 'ratio'),
        element('th', { scope: 'col', class: 'unit' }, 'unit'),
      ),
    ),
    body,
  );
  const measures = [
    { name: 'Near, RMS', of: 'nearRms' },
    { name: 'Far, RMS', of: 'farRms' },
  ] as const;
  return {
    root,
    show({ cellIndex, position }) {
      const cell = recordedCell(recording, cellIndex);
      const { change, control: other } = recordedFrame(cell, nearestRecorded(position, recording.strengths));
      controlHead.replaceChildren(element('span', { class: 'swatch swatch-control' }), 'control cell');
      controlHead.title = cell.control
        ? `The very same change at an ordinary cell, ${cellText(cell.control)}: what happens there is what any cell does.`
        : 'No cell was far enough away to be a control.';
      body.replaceChildren(
        ...measures.map(({ name, of }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, name),
            element('td', {}, levels(change[of])),
            element('td', {}, other ? levels(other[of]) : '\u2013'),
            element(
              'td',
              { class: 'ratio' },
              other ? levelsRatio(change[of], other[of], SMALLEST_NAMED) : '',
            ),
            element('td', { class: 'unit small' }, 'levels'),
          ),
        ),
      );
    },
  };
}
