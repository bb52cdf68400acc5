/** The map of a change, as it is painted and explained. */
import { CHANGE, paintScalars } from '@/app/parts/colourMaps';
import { number } from '@/app/parts/format';
import type { Factor } from '@/session/types';
import { FACTORS } from '@/session/view';
import { segmented } from './element';
import type { LegendScale } from './legend';

/** Levels, one a pixel, on a scale from 0 that is the same for every picture. */
export function changeImage(difference: Float32Array, size: number, amplification: Factor): ImageData {
  const image = new ImageData(size, size);
  paintScalars(image, difference, 0, 255 / amplification, CHANGE);
  return image;
}

export function changeScale(amplification: Factor): LegendScale {
  const high = 255 / amplification;
  const unit = amplification === 1 ? 'levels of 255' : `levels of 255, \u00d7 ${amplification}`;
  const highText = number(high, amplification === 1 ? 0 : 1);
  return { map: CHANGE, low: 0, high, lowText: '0', highText, unit };
}

export function amplificationChoice(onAmplification: (amplification: Factor) => void) {
  return segmented<Factor>(
    'Amplification of the change',
    'amplification',
    FACTORS.map((value) => ({
      value,
      label: `\u00d7 ${value}`,
      title: `The colours end at ${number(255 / value, value === 1 ? 0 : 1)} levels`,
    })),
    onAmplification,
  );
}
