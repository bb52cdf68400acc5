import { SIZES } from '../checks';
import type { Picture } from '../context';
import type { OpenPage } from '../declare';
import { declare, run } from '../declare';
import type { Resolution, ResolutionOptions } from './resolution';

const DEFAULT_SIZES = [256, 384, 512];

export type ElementResolutionOptions = Partial<Omit<ResolutionOptions, 'pictures'>> & {
  /** Sides of the square, pixels. */
  sizes?: readonly number[];
};

export const resolution = declare({
  rank: 40,
  question: 'Does it appear only in large pictures?',
  about:
    'The same picture is encoded at several sizes, and at each the strongest cell is scored and healed, beside the same shift at an ordinary cell. The models were trained on small crops, so a spot may be something that only large pictures grow.',
  runs: {
    resolution: run<ResolutionOptions, Resolution>()({
      options: { sizes: SIZES },
      prepare: async ({ sizes = DEFAULT_SIZES, ...given }: ElementResolutionOptions, page: OpenPage) => {
        const pictures: Picture[] = [];
        for (const size of sizes) pictures.push(await page.fitPicture(size));
        return { pictures, ...given };
      },
    }),
  },
});
