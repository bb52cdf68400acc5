import { COUNT } from '../checks';
import { declare, run } from '../declare';
import type { Heal, HealOptions } from './heal';

export const heal = declare({
  rank: 50,
  question: 'What is lost when spots are healed?',
  about:
    'Each of the strongest cells is replaced by the mean of its neighbours, and the decode is held against the original picture. If the cell carried news about the whole, the picture far away from it becomes worse, more than by the same shift at an ordinary cell.',
  runs: { heal: run<HealOptions, Heal>()({ halves: ['decoder'], options: { limit: COUNT } }) },
});
