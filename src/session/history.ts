/** Undo and redo, as values. The states are lists of edits, told apart by identity. */
import type { Edit } from '@/edits';

export type Edits = readonly Edit[];

/** Older states than this are forgotten. */
export const HISTORY_LIMIT = 200;

export interface Timeline {
  edits: Edits;
  /** Oldest first. */
  past: readonly Edits[];
  /** The next one to redo first. */
  future: readonly Edits[];
}

/** Makes `edits` the present; what was undone before is lost. */
export function record(timeline: Timeline, edits: Edits): Timeline {
  return { edits, past: [...timeline.past, timeline.edits].slice(-HISTORY_LIMIT), future: [] };
}

/** Makes `edits` the present in place of the present one, within one step. */
export function amend(timeline: Timeline, edits: Edits): Timeline {
  return { edits, past: timeline.past, future: [] };
}

/** One step back; null at the beginning. */
export function undone({ edits, past, future }: Timeline): Timeline | null {
  const last = past.at(-1);
  return last ? { edits: last, past: past.slice(0, -1), future: [edits, ...future] } : null;
}

/** One step forward; null at the end. */
export function redone({ edits, past, future }: Timeline): Timeline | null {
  const [next, ...rest] = future;
  return next ? { edits: next, past: [...past, edits], future: rest } : null;
}

/** Applies `change` to every state. */
export function mapTimeline(timeline: Timeline, change: (edits: Edits) => Edits): Timeline {
  return {
    edits: change(timeline.edits),
    past: timeline.past.map(change),
    future: timeline.future.map(change),
  };
}
