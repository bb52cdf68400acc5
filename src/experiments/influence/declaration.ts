import { COUNT } from '../checks';
import { declare, type Nothing, run } from '../declare';
import type { Influence } from './influence';
import type { Scan, ScanOptions } from './scan';

export const influence = declare({
  rank: 10,
  question: 'Which cells speak for the whole picture?',
  about:
    'Exact derivatives of the decoder say, for every cell at once, how far the whole picture\u2019s mean colour moves when that cell moves by one sigma. If one cell stands out by far, it carries news about the whole picture; healing every cell by brute force tests it without any derivative.',
  runs: {
    influence: run<Nothing, Influence>()({ halves: ['decoder'], isPictureless: true }),
    scan: run<ScanOptions, Scan>()({ halves: ['decoder'], isPictureless: true, options: { finest: COUNT } }),
  },
});
