import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import type { Edit } from '@/edits';
import {
  type EditsDocument,
  isEditsDocument,
  readEditsDocument,
  writeEditsDocument,
} from '@/formats/editsFile';
import { generator, integer, randomEdit, randomLatent } from '../measures/cases';

const document = (edits: readonly Edit[]): EditsDocument => ({
  model: { id: 'sd1', name: 'SD 1.x', sha256: null },
  picture: 'Still life',
  size: 512,
  grid: { rows: 8, cols: 6, channels: 4 },
  edits,
});

test('any edits come back exactly, with all their digits and the sign of a zero', () => {
  const random = generator(31);
  const shape = randomLatent(random, 8, 6, 4);
  const awkward: Edit = { kind: 'set', cell: { row: 7, col: 5 }, values: [-0, 1 / 3, 5e-324, -999999.125] };
  for (let round = 0; round < 200; round++) {
    const edits = [
      awkward,
      ...Array.from({ length: integer(random, 0, 6) }, () => randomEdit(random, shape)),
    ];
    const text = writeEditsDocument(document(edits));
    expect(isEditsDocument(text)).toBe(true);
    expect(readEditsDocument(text, 'a.json')).toStrictEqual(document(edits));
  }
});

test('no edits are a document, too', () => {
  expect(readEditsDocument(writeEditsDocument(document([])), 'a.json').edits).toEqual([]);
});

test('only the fields of an edit are taken over', () => {
  const text = writeEditsDocument(document([{ kind: 'heal', cell: { row: 1, col: 2 } }])).replace(
    '"kind":"heal"',
    '"kind":"heal","__proto__":{"polluted":true},"values":[1],"more":1',
  );
  const [edit] = readEditsDocument(text, 'a.json').edits;
  expect(edit).toStrictEqual({ kind: 'heal', cell: { row: 1, col: 2 } });
  expect('polluted' in edit).toBe(false);
});

test('what is broken, foreign or newer is refused with its reason', () => {
  const sound = writeEditsDocument(document([{ kind: 'heal', cell: { row: 1, col: 2 } }]));
  const reason = (text: string) => {
    try {
      readEditsDocument(text, 'a.json');
      return 'read';
    } catch (error) {
      return error instanceof InspectorError ? error.message : 'crashed';
    }
  };
  expect(reason(sound)).toBe('read');
  for (let length = 0; length < sound.length - 2; length++)
    expect(reason(sound.slice(0, length))).toContain('JSON');
  expect(reason('[]')).toContain('is not a list of edits');
  expect(reason('{"_class_name": "AutoencoderKL"}')).toContain('is not a list of edits');
  expect(isEditsDocument('{"_class_name": "AutoencoderKL"}')).toBe(false);
  expect(reason(sound.replace('"version": 1', '"version": 2'))).toContain(
    'the version 2; this page reads up to version 1',
  );
  expect(reason(sound.replace('"rows":8', '"rows":-8'))).toContain('which rows, columns and channels');
  expect(reason(sound.replace('"row":1', '"row":8'))).toContain('Edit 1 names the cell (8, 2)');
  expect(reason(sound.replace('"heal"', '"melt"'))).toContain('Edit 1 has the kind "melt"');
  expect(reason(sound.replace('"cell":{"row":1,"col":2}', '"cell":null'))).toContain('Edit 1 names no cell');
  expect(reason(sound.replace(/"edits": \[[\s\S]*\]/, '"edits": {}'))).toContain('no list of edits');
});
