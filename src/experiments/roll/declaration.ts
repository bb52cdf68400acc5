import { RECTANGLES, SHIFTS } from '../checks';
import { declare, run } from '../declare';
import type { Crop, CropOptions } from './crop';
import type { Roll, RollOptions } from './roll';

/** Shifts by whole cells of 8 pixels and by parts of one, along both axes. */
const DEFAULT_SHIFTS = [
  { dy: 0, dx: 64 },
  { dy: 64, dx: 0 },
  { dy: 64, dx: 64 },
  { dy: 128, dx: 128 },
  { dy: 4, dx: 4 },
  { dy: 68, dx: 68 },
];

export const roll = declare({
  rank: 30,
  question: 'Does the spot stay or travel?',
  about:
    'The picture is rolled, or cropped, before it is encoded, and the strongest cells are looked for again. A spot that stays at its cell belongs to the network; one that travels belongs to what the picture shows there.',
  runs: {
    roll: run<RollOptions, Roll>()({
      halves: ['encoder'],
      defaults: { shifts: DEFAULT_SHIFTS },
      options: { shifts: SHIFTS },
    }),
    crop: run<CropOptions, Crop>()({
      halves: ['encoder'],
      defaults: { crops: [] },
      options: { crops: RECTANGLES },
    }),
  },
});
