/** A recorded figure of two models on one picture: both decoded pictures, one slider, the numbers of each. */

import type { OpenRecording } from '@/formats/recording/file';
import type { RecordingSource } from '@/formats/recording/pictures';
import { PARTS } from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import { decodePicture } from '@/session/recording/decode';
import { about } from './about';
import { amplificationChoice, changeScale } from './changeImage';
import { element, segmented } from './element';
import type { FigureOptions } from './figure';
import { colourLegend } from './legend';
import { liveView } from './liveView';
import { idle, newestOnly } from './newest';
import { pairSide } from './pairSide';
import { LETTERS, pairSentence } from './pairWords';
import { openingState, type PlayerState, type Show } from './state';
import { strengthSlider } from './strengthSlider';
import { betweenWords } from './words';

/** @param second the second model, as a recording of its own */
export function figureOfTwo(
  opened: OpenRecording,
  second: RecordingSource,
  { onLive, onError, signal }: FigureOptions,
): HTMLElement {
  const { recording } = opened;
  const recordings = [recording, second.recording] as const;
  const a = pairSide({ ...opened, decode: decodePicture }, LETTERS[0]);
  const b = pairSide(second, LETTERS[1]);
  const sides = [a, b];
  let state = openingState(recording);
  const set = (part: Partial<PlayerState>) => {
    state = { ...state, ...part };
    show();
  };
  /** What is changed is to be seen. */
  const seen = (): Show => (state.show === 'before' ? 'edited' : state.show);

  const cell = segmented<number>(
    'Cell to change, in both models',
    'cell',
    recording.cells.map((each, index) => ({ value: index, label: each.label, title: cellText(each.cell) })),
    (cellIndex) => set({ cellIndex, show: seen() }),
  );
  const slider = strengthSlider(recording, (position) => set({ position, show: seen() }));
  const choice = segmented<Show>(
    'Decoded pictures',
    'show',
    [
      { value: 'before', label: 'Before', title: 'Decoded from the latents as they are' },
      { value: 'edited', label: 'Edited', title: 'Decoded from the edited latents' },
      { value: 'change', label: 'Change', title: 'Edited minus before, per pixel' },
    ],
    (next) => set({ show: next }),
  );
  const amplify = amplificationChoice((amplification) => set({ amplification }));
  const legend = colourLegend();
  const sentence = element('p', { class: 'sentence', 'aria-live': 'polite' });
  const between = element('p', { class: 'muted small player-between' });
  const origin = about(recording, () => {
    const view = liveView(recording, state);
    if (view.picture !== undefined) return onLive(view, null);
    opened.part(PARTS.picture).then((bytes) => onLive(view, new Blob([bytes])), onError);
  });

  const draw = newestOnly(
    async () => {
      const now = state;
      if (now.show === 'before') {
        await Promise.all(sides.map((side) => side.drawBase()));
        return;
      }
      const frames = await Promise.all(
        sides.map(({ pictures }) => pictures.frame(now.cellIndex, now.position)),
      );
      // Both at once: what stands side by side is of one strength.
      for (const [index, frame] of frames.entries()) sides[index]?.draw(frame, now);
    },
    { onError, signal },
  );

  function show(): void {
    for (const side of sides) side.show(state);
    cell.show(state.cellIndex);
    slider.show(state.position);
    choice.show(state.show);
    amplify.show(state.amplification);
    amplify.root.hidden = state.show !== 'change';
    legend.root.hidden = state.show !== 'change';
    legend.show(changeScale(state.amplification), null);
    const text = pairSentence(recordings, state);
    // A live region speaks when it is written to.
    if (sentence.textContent !== text) sentence.textContent = text;
    between.textContent = betweenWords(recording, state);
    draw();
  }

  async function load(): Promise<void> {
    // Something to look at while the changes are on their way.
    await Promise.all(sides.map((side) => side.drawBase()));
    draw();
    origin.complete(await opened.complete);
    for (let index = 0; index < recording.cells.length && !signal.aborted; index++) {
      await idle();
      await Promise.all(sides.map(({ pictures }) => pictures.images(index)));
    }
  }

  show();
  load().catch((error) => {
    if (!signal.aborted) onError(error);
  });
  return element(
    'div',
    { class: 'player-pair', role: 'group', 'aria-label': recording.title },
    element(
      'div',
      { class: 'player-head' },
      element('strong', { class: 'player-title' }, recording.title),
      element('span', { class: 'muted small' }, `${recording.size} px, recorded`),
    ),
    element('div', { class: 'pair-sides' }, a.root, b.root),
    element('div', { class: 'pair-play' }, slider.root),
    element('div', { class: 'pair-choices' }, cell.root, choice.root, amplify.root, legend.root),
    element('div', { class: 'player-said' }, sentence, between),
    ...(recording.caption === '' ? [] : [element('p', { class: 'player-caption' }, recording.caption)]),
    origin.root,
  );
}
