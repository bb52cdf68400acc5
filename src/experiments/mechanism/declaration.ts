import type { Change, Levels } from '@/latent/types';
import { declare, type Nothing, run } from '../declare';
import type { ArmResult, Carriers, Mechanism } from './mechanism';

type Found = Mechanism & { carriers: Carriers };

function flattened({ change, picture, difference }: ArmResult): Arm {
  return { ...change, picture, difference };
}

/** A path's change, with its picture and the map of the change. */
type Arm = Change & { picture: Levels; difference: Float32Array };

export const mechanism = declare({
  rank: 20,
  question: 'By which path does the change travel?',
  about:
    'The decoder has two ways to carry news across the whole picture, GroupNorm\u2019s statistics and one attention; your edits are decoded four times, with either, both or neither held as they were before the edits. What disappears when a path is held travelled along that path.',
  runs: {
    mechanism: run<Nothing, Found>()({
      halves: ['decoder'],
      isPictureless: true,
      /** Each path's change, with its picture and the map of the change. */
      present: ({ receptiveRadius, beyondReceptiveField, judgedBeyond, carriers, ...arms }: Found) => ({
        receptiveRadius,
        beyondReceptiveField,
        judgedBeyond,
        carriers,
        full: flattened(arms.full),
        frozenNorm: flattened(arms.frozenNorm),
        frozenAttention: flattened(arms.frozenAttention),
        frozenBoth: flattened(arms.frozenBoth),
      }),
    }),
  },
});
