import { type Edit, editText, isEnabled } from '@/edits';
import type { Cell } from '@/latent/types';
import type { Edits, Timeline } from '@/session/history';
import { plural } from '../parts/format';

/** "heal at cell (1, 1)", to stand within a sentence. */
const nameOf = (edit: Edit): string => {
  const text = editText(edit);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)} at ${cellName(edit.cell)}`;
};

const cellName = ({ row, col }: Cell): string => `cell (${row}, ${col})`;

const isSame = (a: Edit | undefined, b: Edit | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

/** The one edit that `more` has beside those of `fewer`, in their order; null where it is not one. */
function oneMore(fewer: Edits, more: Edits): Edit | null {
  if (more.length !== fewer.length + 1) return null;
  const found = fewer.findIndex((edit, at) => !isSame(edit, more[at]));
  const at = found < 0 ? fewer.length : found;
  return fewer.slice(at).every((edit, behind) => isSame(edit, more[at + behind + 1])) ? more[at]! : null;
}

/** What leads from one list of edits to the next, as a thing that can be undone; null where nothing does. */
function changeBetween(before: Edits, after: Edits): { thing: string; news: string | null } | null {
  if (before.length === after.length && before.every((edit, at) => isSame(edit, after[at]))) return null;
  const added = oneMore(before, after);
  if (added) return { thing: nameOf(added), news: null };
  const removed = oneMore(after, before);
  if (removed) {
    return { thing: `removal of ${nameOf(removed)}`, news: `Removed: ${nameOf(removed)}.` };
  }
  if (after.length === 0) {
    const all = plural(before.length, 'edit');
    return { thing: `removal of ${all}`, news: `Removed: ${all}. Undo brings them back.` };
  }
  if (before.length !== after.length) return { thing: 'change of the edits', news: null };
  const changed = after.flatMap((edit, at) => (isSame(edit, before[at]) ? [] : [{ edit, old: before[at]! }]));
  const [first] = changed;
  if (!first || changed.length > 1) return first ? { thing: 'change of the edits', news: null } : null;
  const { edit, old } = first;
  if (isEnabled(edit) !== isEnabled(old)) {
    const done = isEnabled(edit) ? 'on' : 'off';
    return {
      thing: `switching ${done} ${nameOf(edit)}`,
      news: `Switched ${done}: ${nameOf(edit)}.`,
    };
  }
  return { thing: nameOf(edit), news: null };
}

/**
 * Words for what was undone, redone, removed or switched between two states of the edits, to be read aloud; null where nothing
 * was. What is made anew is told by its effect.
 */
export function editNews(before: Timeline, after: Timeline): string | null {
  if (before.edits === after.edits) return null;
  // A step back lays what it leaves on top of the future; a step forward takes the first of it.
  if (after.future[0] === before.edits && after.future.length === before.future.length + 1) {
    return told('Undone', changeBetween(after.edits, before.edits));
  }
  if (before.future[0] === after.edits && after.future.length === before.future.length - 1) {
    return told('Redone', changeBetween(before.edits, after.edits));
  }
  return changeBetween(before.edits, after.edits)?.news ?? null;
}

const told = (done: string, change: ReturnType<typeof changeBetween>): string | null =>
  change && `${done}: ${change.thing}.`;
