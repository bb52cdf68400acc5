/** The decoded picture of a recorded figure: before, edited, or the change between the two. */

import type { RecordedPixels } from '@/formats/recording/pictures';
import type { Recording } from '@/formats/recording/recording';
import type { Factor } from '@/session/types';
import { amplificationChoice, changeImage, changeScale } from './changeImage';
import { element, segmented } from './element';
import { colourLegend } from './legend';
import { marks } from './marks';
import { pane } from './pane';
import type { PlayerState, Show } from './state';
import { frameWords } from './words';

export interface DecodedPane {
  root: HTMLElement;
  /** Shows what is chosen. */
  show(state: PlayerState): void;
  drawPicture(pixels: RecordedPixels): void;
  /** Levels, one a pixel. */
  drawChange(difference: Float32Array, amplification: Factor): void;
}

interface Actions {
  onShow(show: Show): void;
  onAmplification(amplification: Factor): void;
}

export function decodedPane(recording: Recording, { onShow, onAmplification }: Actions): DecodedPane {
  const { size } = recording;
  const choice = segmented<Show>(
    'Decoded picture',
    'show',
    [
      { value: 'before', label: 'Before', title: 'Decoded from the latent as it is' },
      { value: 'edited', label: 'Edited', title: 'Decoded from the edited latent' },
      { value: 'change', label: 'Change', title: 'Edited minus before, per pixel' },
    ],
    onShow,
  );
  const amplify = amplificationChoice(onAmplification);
  const own = pane({ name: 'decoded', title: 'Decoded', alt: '', controls: choice.root });
  const cellMarks = marks(recording);
  own.square.append(cellMarks.root);
  const bar = colourLegend();
  const words = element('span', { class: 'muted' });
  own.legend.append(bar.root, amplify.root, words);

  return {
    root: own.root,
    show(state) {
      const { show, amplification, cellIndex } = state;
      choice.show(show);
      amplify.show(amplification);
      cellMarks.show(cellIndex);
      const isChange = show === 'change';
      bar.root.hidden = !isChange;
      amplify.root.hidden = !isChange;
      words.textContent = show === 'before' ? 'Nothing is changed here.' : `${frameWords(recording, state)}.`;
      own.canvas.ariaLabel =
        show === 'before'
          ? 'The picture as the decoder gives it back, unchanged'
          : isChange
            ? 'Map of the change in the decoded picture, in levels'
            : 'The decoded picture with the cell changed';
      bar.show(changeScale(amplification), null);
    },
    drawPicture: ({ data, width, height }) => own.draw(new ImageData(data, width, height)),
    drawChange: (difference, amplification) => own.draw(changeImage(difference, size, amplification)),
  };
}
