/** Words that are read aloud when edits are undone, redone, removed or switched. */
import { expect, test } from 'vitest';
import { editNews } from '@/app/edits/editNews';
import type { Edit } from '@/edits';
import { amend, record, redone, type Timeline, undone } from '@/session/history';

const heal: Edit = { kind: 'heal', cell: { row: 1, col: 1 } };
const zero: Edit = { kind: 'zero', cell: { row: 9, col: 2 } };
const scale: Edit = { kind: 'scale', cell: { row: 3, col: 4 }, factor: 2 };
const at = (...edits: Edit[]): Timeline => ({ edits, past: [], future: [] });

/** The words for a step, for its undoing, and for its redoing. */
function words(before: Timeline, edits: readonly Edit[]) {
  const after = record(before, edits);
  const back = undone(after)!;
  return [editNews(before, after), editNews(after, back), editNews(back, redone(back)!)];
}

test('an edit that is made is told by its effect alone; undone and redone it is named', () => {
  expect(words(at(), [heal])).toEqual([null, 'Undone: heal at cell (1, 1).', 'Redone: heal at cell (1, 1).']);
  expect(words(at(heal), [heal, zero])[1]).toBe('Undone: zero at cell (9, 2).');
});

test('a removal is told, wherever the edit stood', () => {
  for (const left of [
    [heal, zero],
    [zero, scale],
    [heal, scale],
  ]) {
    const gone = [heal, zero, scale].find((edit) => !left.some((kept) => kept === edit))!;
    const name = {
      heal: 'heal at cell (1, 1)',
      zero: 'zero at cell (9, 2)',
      scale: 'scale \u00d7 2.00 at cell (3, 4)',
    };
    const thing = name[gone.kind as keyof typeof name];
    expect(words(at(heal, zero, scale), left)).toEqual([
      `Removed: ${thing}.`,
      `Undone: removal of ${thing}.`,
      `Redone: removal of ${thing}.`,
    ]);
  }
});

test('a reset counts what it took', () => {
  expect(words(at(heal, zero), [])).toEqual([
    'Removed: 2 edits. Undo brings them back.',
    'Undone: removal of 2 edits.',
    'Redone: removal of 2 edits.',
  ]);
});

test('a switch says which way', () => {
  expect(words(at(heal, zero), [heal, { ...zero, enabled: false }])).toEqual([
    'Switched off: zero at cell (9, 2).',
    'Undone: switching off zero at cell (9, 2).',
    'Redone: switching off zero at cell (9, 2).',
  ]);
  expect(words(at({ ...heal, enabled: false }), [{ ...heal, enabled: true }])[0]).toBe(
    'Switched on: heal at cell (1, 1).',
  );
});

test('a changed amount is told as its edit when it is undone, several at once as a change', () => {
  expect(words(at(scale), [{ ...scale, factor: 3 }])[0]).toBeNull();
  expect(words(at(scale), [{ ...scale, factor: 3 }])[1]).toMatch(/^Undone: scale .* at cell \(3, 4\)\.$/);
  expect(words(at(heal, zero), [scale, heal])[1]).toBe('Undone: change of the edits.');
});

test('the same edits in a new list, and a drag that goes on, are no news', () => {
  expect(editNews(at(heal), record(at(heal), [heal]))).toBeNull();
  expect(editNews(at(), record(at(), []))).toBeNull();
  expect(editNews(at(scale), amend(at(scale), [{ ...scale, factor: 5 }]))).toBeNull();
});
