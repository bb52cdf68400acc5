/** The two sides change places: nothing is loaded, encoded or decoded anew, and the visitor sees the same change. */

import type { Context } from '../context';
import type { DecodeQueue } from '../decodeQueue';
import type { Example } from '../example/example';
import type { Experiments } from '../experiments';
import { type Edits, mapTimeline } from '../history';
import { fittingLayer } from '../view';
import type { OpenSide } from './openSide';
import { resultsOf } from './side';
import type { SideSync } from './sideSync';
import type { Sides } from './sides';

export interface ExchangeParts {
  context: Context;
  sides: Sides;
  /** The open studies of the two sides. */
  open: { a: OpenSide; b: OpenSide };
  decodeQueue: DecodeQueue;
  sideSync: SideSync;
  example: Example | null;
  experiments: Experiments;
}

/**
 * Exchanges the two sides. The edits become what they were on the second; those that could not be carried there are lost.
 * @returns false where one side is not open, or something is being opened: then nothing has happened
 */
export function exchangeSides(parts: ExchangeParts): boolean {
  const { context, sides, open, decodeQueue, sideSync, example, experiments } = parts;
  const [nowB, nowA] = [sides.a.current, sides.b.current];
  const state = context.get();
  const { view, past, future } = state;
  const { a, b } = state.sides;
  if (!nowA || !nowB || !b || sides.a.busy || sides.b.busy) return false;

  const lists: Edits[] = [view.edits, ...past, ...future];
  const carried = new Map(lists.map((edits) => [edits, sideSync.carry(edits, state).edits]));
  const timeline = mapTimeline({ edits: view.edits, past, future }, (edits) => carried.get(edits) ?? edits);
  sideSync.turn(lists, state);
  open.a.exchange(open.b);
  sides.a.exchanged();
  sides.b.exchanged(nowA);
  const isExample =
    example?.matches({ model: nowA.model.id, picture: nowA.source.id, size: view.size }) ?? false;
  context.set({
    sides: {
      a: { ...a, ...resultsOf(b), model: b.model },
      b: { ...b, ...resultsOf(a), id: nowB.model.id, model: a.model },
    },
    past: timeline.past,
    future: timeline.future,
    view: {
      ...view,
      model: nowA.model.id,
      compare: nowB.model.id,
      edits: timeline.edits,
      cell: b.cell,
      layer: fittingLayer(view.layer, nowA.posterior.channels),
    },
    example: isExample ? (example?.state(timeline.edits) ?? null) : null,
  });
  experiments.exchange();
  if (b.leftOut !== null) context.notify(b.leftOut);
  const device = state.device.report;
  if (device) context.timings.use(device.label, nowA.model.id);
  decodeQueue.update();
  return true;
}
