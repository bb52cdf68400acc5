/** The two sides change places: nothing is loaded, encoded or decoded anew, and the visitor sees the same change. */

import type { Context } from '../context';
import type { Experiments } from '../experiments';
import { type Edits, mapTimeline } from '../history';
import type { ExamplePlayer } from '../player';
import type { Turns } from '../turns';
import { fittingLayer } from '../view';
import type { Beside } from './beside';
import type { Carrier } from './carrier';
import type { Opener } from './open';
import { resultsOf } from './side';

export interface ExchangeParts {
  context: Context;
  opener: Opener;
  beside: Beside;
  turns: Turns;
  carrier: Carrier;
  player: ExamplePlayer | null;
  experiments: Experiments;
}

/**
 * Exchanges the two sides. The edits become what they were on the right; those that could not be carried there are lost.
 * @returns false where one side is not open, or something is being opened: then nothing has happened
 */
export function exchangeSides(parts: ExchangeParts): boolean {
  const { context, opener, beside, turns, carrier, player, experiments } = parts;
  const left = opener.current;
  const right = beside.current;
  const state = context.get();
  const {
    view,
    past,
    future,
    sides: { a, b },
  } = state;
  if (!left || !right || !b || opener.busy || beside.busy) return false;

  const lists: Edits[] = [view.edits, ...past, ...future];
  const carried = new Map(lists.map((edits) => [edits, carrier.carry(edits, state).edits]));
  const timeline = mapTimeline({ edits: view.edits, past, future }, (edits) => carried.get(edits) ?? edits);
  carrier.turn(lists, state);
  turns.exchange();
  beside.adopt(left, right);
  opener.adopt(right);
  const { source } = left;
  const isExample = player?.matches({ model: right.model.id, picture: source.id, size: view.size }) ?? false;
  context.set({
    sides: {
      a: { ...a, ...resultsOf(b), model: b.model },
      b: { ...b, ...resultsOf(a), id: left.model.id, model: a.model },
    },
    past: timeline.past,
    future: timeline.future,
    view: {
      ...view,
      model: right.model.id,
      compare: left.model.id,
      edits: timeline.edits,
      cell: b.cell,
      layer: fittingLayer(view.layer, right.posterior.channels),
    },
    example: isExample ? (player?.state(timeline.edits) ?? null) : null,
  });
  experiments.exchange();
  if (b.leftOut !== null) context.notify(b.leftOut);
  const device = state.device.report;
  if (device) context.timings.use(device.label, right.model.id);
  turns.update();
  return true;
}
