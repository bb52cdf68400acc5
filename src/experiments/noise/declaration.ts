import { CELLS, COUNTS, NUMBERS, WORDS } from '../checks';
import { declare, run } from '../declare';
import type { Clamp, ClampOptions } from './clamp';
import type { Noise, NoiseOptions } from './noise';
import type { Sampling, SamplingOptions } from './sampling';

export const noise = declare({
  rank: 60,
  question: 'How much noise does it bear?',
  about:
    'Noise of growing strength is added to all cells, to the spot alone, to everything but the spot, and to an ordinary cell; then the numbers are kept within bounds, and the latent is drawn anew from its posterior. Where the curve of one cell falls, the decoder leans on that cell.',
  runs: {
    noise: run<NoiseOptions, Noise>()({
      halves: ['decoder'],
      defaults: { sigmas: [0.25, 0.5, 1, 2] },
      options: { sigmas: NUMBERS, cells: CELLS, seeds: COUNTS },
    }),
    clamp: run<ClampOptions, Clamp>()({
      halves: ['decoder'],
      isScaled: true,
      defaults: { bounds: [1, 2, 3, 4] },
      options: { bounds: NUMBERS, kinds: WORDS, cells: CELLS },
    }),
    sampling: run<SamplingOptions, Sampling>()({
      halves: ['decoder'],
      defaults: { seeds: [1, 2, 3] },
      options: { seeds: COUNTS, cells: CELLS },
    }),
  },
});
