/** One of the two models of a recorded figure: its letter and name, its picture, its numbers. */
import { keepDrawn } from '@/app/parts/keepDrawn';
import { type PlayedFrame, RecordedPictures, type RecordingSource } from '@/formats/recording/pictures';
import { changeImage } from './changeImage';
import { element } from './element';
import { marks } from './marks';
import { farWords, type LETTERS, pictureWords } from './pairWords';
import type { PlayerState } from './state';

export interface PairSide {
  root: HTMLElement;
  pictures: RecordedPictures;
  /** Words and marks of what is chosen. */
  show(state: PlayerState): void;
  /** The decode of the latent as it is. */
  drawBase(): Promise<void>;
  draw(frame: PlayedFrame, state: PlayerState): void;
}

export function pairSide(source: RecordingSource, letter: (typeof LETTERS)[number]): PairSide {
  const { recording } = source;
  const { name } = recording.model;
  const pictures = new RecordedPictures(source);
  const canvas = element('canvas', { class: 'pixels', role: 'img', hidden: true });
  const cellMarks = marks(recording);
  const far = element('strong', { class: 'numeric' });
  const about = element('span');
  const control = element('p', { class: 'muted numeric' });
  const root = element(
    'div',
    { class: 'pair-side', role: 'group', 'aria-label': `${letter}, ${name}`, 'data-side': letter },
    element(
      'p',
      { class: 'pair-label' },
      element('span', { class: `badge badge-${letter.toLowerCase()}` }, letter),
      element('span', { class: 'pair-name' }, name),
    ),
    element('div', { class: 'square' }, canvas, cellMarks.root),
    element('div', { class: 'pair-numbers' }, element('p', { class: 'pair-far' }, far, ' ', about), control),
  );
  const paint = (image: ImageData) => {
    keepDrawn(canvas, () => image);
    canvas.hidden = false;
  };
  return {
    root,
    pictures,
    show(state) {
      cellMarks.show(state.cellIndex);
      canvas.ariaLabel = pictureWords(recording, letter, state);
      const words = farWords(recording, state);
      far.textContent = words.far ?? '';
      about.textContent = words.about;
      about.className = words.far === null ? 'muted' : '';
      control.textContent = words.control;
    },
    async drawBase() {
      const { data, width, height } = await pictures.basePicture();
      paint(new ImageData(data, width, height));
    },
    draw({ pixels, difference }, { show, amplification }) {
      if (show === 'change') paint(changeImage(difference, recording.size, amplification));
      else paint(new ImageData(pixels.data, pixels.width, pixels.height));
    },
  };
}
