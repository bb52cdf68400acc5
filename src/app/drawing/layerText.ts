import type { Layer } from '@/session/types';

/** Name and meaning of a layer, for people. */
export interface LayerText {
  label: string;
  unit: string;
  explanation: string;
}

export function layerText(layer: Layer): LayerText {
  switch (layer) {
    case 'norm':
      return {
        label: '|mean|',
        unit: 'raw',
        explanation: 'How strongly each cell is written: the length of its mean.',
      };
    case 'rawLogvar':
      return {
        label: 'raw logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is of each cell, before the clamp at \u221230.',
      };
    case 'logvar':
      return {
        label: 'logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is, clamped to \u221230 \u2026 20. Low is sure.',
      };
    case 'kl':
      return {
        label: 'KL',
        unit: 'nats',
        explanation: 'What each cell costs to store, against a standard normal.',
      };
    case 'influence':
      return {
        label: 'influence',
        unit: 'levels / \u03c3',
        explanation: 'How far one sigma here shifts the whole picture\u2019s colour.',
      };
    default:
      return {
        label: `channel ${layer.slice('channel:'.length)}`,
        unit: 'raw',
        explanation: 'The mean of one channel. The colours are centred at zero.',
      };
  }
}
