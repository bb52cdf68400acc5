import type { Layer } from '@/session/types';
import { levels, number } from '../parts/format';

const tenths = (value: number) => number(value, 1);

/** Name and meaning of a layer, for people. */
export interface LayerText {
  label: string;
  unit: string;
  explanation: string;
  /** A value of it, as it is printed wherever the page shows it. */
  text(value: number): string;
}

export function layerText(layer: Layer): LayerText {
  switch (layer) {
    case 'norm':
      return {
        label: '|mean|',
        unit: 'raw',
        explanation: 'Brighter means larger numbers in that cell (the length of its mean).',
        text: (value) => number(value),
      };
    case 'rawLogvar':
      return {
        label: 'raw logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is of each cell, before the clamp at \u221230.',
        text: tenths,
      };
    case 'logvar':
      return {
        label: 'logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is, clamped to \u221230 \u2026 20. Low is sure.',
        text: tenths,
      };
    case 'kl':
      return {
        label: 'KL',
        unit: 'nats',
        explanation: 'What each cell costs to store, against a standard normal.',
        text: tenths,
      };
    case 'influence':
      return {
        label: 'influence',
        unit: 'levels / \u03c3',
        explanation: 'How far one sigma here shifts the whole picture\u2019s colour.',
        text: levels,
      };
    default:
      return {
        label: `channel ${layer.slice('channel:'.length)}`,
        unit: 'raw',
        explanation: 'The mean of one channel. The colours are centred at zero.',
        text: (value) => number(value),
      };
  }
}
