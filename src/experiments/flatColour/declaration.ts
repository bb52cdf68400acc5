import { hasAll, isNumber, listOf, type OptionCheck } from '../checks';
import { declare, run } from '../declare';
import type { FlatColour, FlatColourOptions } from './flatColour';

const COLOURS: OptionCheck = {
  holds: listOf(
    (value) => Array.isArray(value) && value.length === 3 && hasAll(value, ['0', '1', '2'], isNumber),
  ),
  wanted: 'a list of colours, as [[128, 128, 128]]',
};

const DEFAULTS: FlatColourOptions = {
  colours: [
    [0, 0, 0],
    [128, 128, 128],
    [255, 255, 255],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ],
};

export const flatColour = declare({
  rank: 95,
  question: 'What does it make of one flat colour?',
  about:
    'Pictures of a single colour, of the size that is open, go through the encoder and the decoder. They have no detail, so whatever is found in the latent, along the edges, from cell to cell or in one strong cell is the network\u2019s own.',
  runs: {
    flatColour: run<FlatColourOptions, FlatColour>()({
      isPictureless: true,
      defaults: DEFAULTS,
      options: { colours: COLOURS },
    }),
  },
});
