/** The choice of the recorded cell that is played and of the strength, and the numbers of that. */

import { levels, levelsRatio } from '@/app/parts/format';
import { type Recording, recordedCell, recordedFrame, strengthAt } from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import { SMALLEST_NAMED } from '@/measures/effect';
import { element, segmented } from './element';
import { nearestRecorded, nextPosition, type PlayerState, snapped } from './state';
import { betweenWords, percentText, sentenceOf } from './words';

export interface Controls {
  root: HTMLElement;
  show(state: PlayerState): void;
}

interface Actions {
  onCell(cellIndex: number): void;
  onPosition(position: number): void;
}

/** Keys that lead to the next recorded strength, instead of by so much of the slider's width. */
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export function controls(recording: Recording, { onCell, onPosition }: Actions): Controls {
  const { cells, strengths } = recording;
  const last = strengths.length - 1;
  let position = 0;

  const chosen = segmented<number>(
    'Cell to change',
    'cell',
    cells.map(({ label, cell }, index) => ({ value: index, label, title: cellText(cell) })),
    onCell,
  );
  const slider = element('input', {
    type: 'range',
    class: 'slider',
    min: 0,
    max: last,
    step: 'any',
    'aria-label': 'Strength of the change',
  });
  slider.style.setProperty('--zero', `${(100 * strengths.indexOf(0)) / last}%`);
  slider.addEventListener('input', () => onPosition(snapped(Number(slider.value), strengths)));
  slider.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onPosition(nextPosition(position, step, strengths));
  });
  const value = element('span', { class: 'numeric player-strength' });
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
        element('label', { class: 'player-drag' }, element('span', {}, 'Strength'), slider, value),
      ),
      element('div', { class: 'player-said' }, sentence, between),
      table.root,
    ),
    show(state) {
      position = state.position;
      const strength = percentText(strengthAt(recording, position));
      chosen.show(state.cellIndex);
      if (Number(slider.value) !== position) slider.value = String(position);
      slider.ariaValueText = `${strength} of the change`;
      value.textContent = strength;
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
      const { change, control: other } = recordedFrame(cell, nearestRecorded(position));
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
