import { CELL } from '../checks';
import type { OpenPage } from '../declare';
import { declare, run } from '../declare';
import type { Reads, ReadsOptions } from './reads';

export const reads = declare({
  rank: 70,
  question: 'What does this cell read?',
  about:
    'The gradient of the selected cell\u2019s numbers with respect to every pixel shows which pixels the encoder wrote them from. An ordinary cell reads its neighbourhood; a cell that carries news about the whole picture reads all of it.',
  runs: {
    reads: run<ReadsOptions, Reads>()({
      halves: ['encoder'],
      options: { cell: CELL },
      prepare: (given: Partial<ReadsOptions>, page: OpenPage) => ({ cell: page.cell, ...given }),
    }),
  },
});
