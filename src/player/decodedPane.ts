/** The decoded picture of a recorded figure: before, edited, or the change between the two. */

import { CHANGE, paintScalars } from '@/app/parts/colourMaps';
import { number } from '@/app/parts/format';
import type { RecordedPixels } from '@/formats/recording/pictures';
import type { Recording } from '@/formats/recording/recording';
import type { Factor } from '@/session/types';
import { FACTORS } from '@/session/view';
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
  const amplify = segmented<Factor>(
    'Amplification of the change',
    'amplification',
    FACTORS.map((value) => ({
      value,
      label: `\u00d7 ${value}`,
      title: `The colours end at ${number(255 / value, value === 1 ? 0 : 1)} levels`,
    })),
    onAmplification,
  );
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
      const end = 255 / amplification;
      const unit = amplification === 1 ? 'levels of 255' : `levels of 255, \u00d7 ${amplification}`;
      const highText = number(end, amplification === 1 ? 0 : 1);
      bar.show({ map: CHANGE, low: 0, high: end, lowText: '0', highText, unit }, null);
    },
    drawPicture: ({ data, width, height }) => own.draw(new ImageData(data, width, height)),
    drawChange(difference, amplification) {
      const image = new ImageData(size, size);
      paintScalars(image, difference, 0, 255 / amplification, CHANGE);
      own.draw(image);
    },
  };
}
