/** The origin of a recorded figure, how exact it is, and the way to the living instrument. */
import type { Recording } from '@/formats/recording/recording';
import { element } from './element';
import { checkWords, factsOf, liveWords } from './words';

export interface About {
  root: HTMLElement;
  /** All of the file is here. */
  complete(check: { bytes: number; checked: boolean }): void;
}

export function about(recording: Recording, onLive: () => void): About {
  const check = element('p', { class: 'muted' }, 'The rest of the file is still on its way.');
  const words = liveWords(recording);
  const live = element(
    'button',
    { type: 'button', class: 'button strong', disabled: words === null },
    'Run it live',
  );
  live.addEventListener('click', onLive);
  return {
    root: element(
      'div',
      { class: 'player-about small' },
      element(
        'details',
        { class: 'player-facts' },
        element('summary', {}, 'How this was made'),
        element(
          'dl',
          {},
          ...factsOf(recording).flatMap(({ term, text }) => [
            element('dt', { class: 'muted' }, term),
            element('dd', {}, text),
          ]),
        ),
        check,
        element(
          'ul',
          { class: 'sentences muted' },
          ...recording.definitions.map((text) => element('li', {}, text)),
        ),
      ),
      element(
        'div',
        { class: 'player-live' },
        live,
        element(
          'span',
          { class: 'muted' },
          words ?? 'It was recorded with a model from a file, which is not part of it.',
        ),
      ),
    ),
    complete(result) {
      check.textContent = checkWords(result);
    },
  };
}
