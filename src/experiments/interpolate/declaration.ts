import { CELLS, FEW, WORD } from '../checks';
import type { OpenPage } from '../declare';
import { declare, run } from '../declare';
import type { InterpolateOptions, Interpolation } from './interpolate';

export type ElementInterpolateOptions = Omit<InterpolateOptions, 'other' | 'steps'> & {
  /** The picture at the other end. */
  other: string | Blob | ImageBitmapSource;
  steps?: number;
};

export const interpolate = declare({
  rank: 100,
  question: 'What lies between two pictures?',
  about:
    'Latents on the way from this picture\u2019s to another one\u2019s are decoded, in a straight line or along an arc. With the spots held at one end, or healed, you see whether they alone decide what the whole picture looks like.',
  runs: {
    interpolate: run<InterpolateOptions, Interpolation>()({
      halves: ['decoder'],
      isScaled: true,
      defaults: { steps: 9 },
      options: { steps: FEW, path: WORD, spots: WORD, cells: CELLS },
      prepare: async ({ other, ...given }: ElementInterpolateOptions, page: OpenPage) => ({
        ...given,
        // Without one the experiment says so itself.
        ...(other !== undefined && { other: await page.encodeOther(other) }),
      }),
    }),
  },
});
