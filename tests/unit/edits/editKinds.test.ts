/** Tests of what follows from the fields of a kind, for every kind that is registered. */
import { describe, expect, test } from 'vitest';
import {
  applyEdits,
  atCell,
  EDIT_KINDS,
  type Edit,
  editDefinition,
  editedCells,
  editProblem,
  editText,
  moveEdits,
  plainEdit,
  readEdit,
  touchedCells,
  translateEdits,
  unknownKind,
  writeEdit,
} from '@/edits';
import { generator, randomEditOf, randomLatent } from '../measures/cases';

describe.each([...EDIT_KINDS])('%s', (kind) => {
  const random = generator(11);
  const latent = randomLatent(random, 6, 5, 3);
  const edits = Array.from({ length: 50 }, () => randomEditOf(kind, random, latent));

  test('fits the latent that it was made for, and comes back from a link and from JSON', () => {
    for (const edit of edits) {
      expect(editProblem(edit, latent)).toBeNull();
      const { enabled, ...rest } = edit;
      expect(readEdit(writeEdit(edit))).toEqual(enabled === false ? edit : rest);
      expect(JSON.parse(JSON.stringify(plainEdit(edit)))).toEqual(edit);
      expect(plainEdit({ ...edit, more: 1 } as unknown as Edit)).toEqual(edit);
    }
  });

  test('is refused without any one of its fields, and with a wrong one', () => {
    for (const name of Object.keys(editDefinition(kind).fields)) {
      const { [name]: _, ...lacking } = { ...edits[0] } as Record<string, unknown>;
      expect(editProblem(lacking as unknown as Edit, latent)).toMatch(`("${kind}") `);
      expect(editProblem({ ...edits[0], [name]: 'much' } as Edit, latent)).toMatch(`("${kind}") `);
    }
    expect(readEdit(`${kind}@1,1:1,2,3,4,x`)).toBeNull();
  });

  test('changes no cell but those that it touches', () => {
    for (const edit of edits) {
      const { data } = applyEdits(latent, [{ ...edit, enabled: true }]);
      const touched = touchedCells(edit).map(({ row, col }) => row * latent.cols + col);
      for (let at = 0; at < data.length; at++) {
        if (!touched.includes(Math.floor(at / latent.channels))) expect(data[at]).toBe(latent.data[at]);
      }
      expect(editedCells([{ ...edit, enabled: false }])).toEqual([]);
    }
  });

  test('does nothing more a second time where it says so', () => {
    for (const edit of edits.map((each) => ({ ...each, enabled: true }))) {
      const once = applyEdits(latent, [edit]).data;
      const twice = applyEdits(latent, [edit, edit]).data;
      if (editDefinition(kind).idempotent) expect(twice).toEqual(once);
    }
  });

  test('goes to other cells, grids and latents as an edit that fits there', () => {
    const wide = randomLatent(random, 12, 10, 3);
    for (const edit of edits) {
      const again = atCell(edit, { row: 5, col: 4 });
      expect(editProblem(again, latent)).toBeNull();
      expect(touchedCells(again)).toContainEqual({ row: 5, col: 4 });
      for (const moved of moveEdits([edit], latent, wide)) expect(editProblem(moved, wide)).toBeNull();
      for (const units of ['sigma', 'raw'] as const) {
        const { edits: there } = translateEdits([edit], latent, wide, units);
        expect(there).toHaveLength(1);
        expect(editProblem(there[0], wide)).toBeNull();
      }
    }
  });

  test('has a text and, where it has a button, what the button asks for', () => {
    for (const edit of edits) expect(editText(edit)).toMatch(/^[A-Z]/);
    const { button, fields } = editDefinition(kind);
    const asked = Object.values(fields).map(({ asked: { by } }) => by);
    if (button) expect(asked.filter((by) => by === 'cell').length).toBeLessThan(2);
  });
});

test('a text that names a kind that is none is told from one that cannot be read', () => {
  expect(unknownKind('!melt@3,4:1')).toBe('melt');
  expect(unknownKind('melt')).toBeNull();
  expect(unknownKind('heal@3')).toBeNull();
});
