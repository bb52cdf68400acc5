import type { Measures } from '@/report/row';
import { FLAG, MODELS, PICTURES, SIZES } from '../checks';
import { declare, run } from '../declare';
import type { MeasureOptions } from './report';

export const report = declare({
  rank: 110,
  question: 'Does it hold over many pictures?',
  about:
    'Each picture of a set is measured in each model at each size: where the strongest cell is, how far healing it moves the far picture, and the same shift at an ordinary cell. If it is one cell in every picture and reaches far in all of them, it belongs to the network; the report can be kept and cited.',
  isApart: true,
  runs: {
    report: run<MeasureOptions, Measures>()({
      options: { pictures: PICTURES, models: MODELS, sizes: SIZES, mechanism: FLAG },
    }),
  },
});
