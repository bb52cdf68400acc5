import { expect } from 'vitest';
import { applyEdits, EDIT_KINDS, type Edit, editProblem, fittingEdits, validateEdits } from '@/edits';
import { isEditsDocument, readEditsDocument, writeEditsDocument } from '@/formats/editsFile';
import { generator, randomEditOf } from '../measures/cases';
import { oddJson } from './json';
import { checkSentence, generated } from './runs';
import { oddValues } from './values';

const cell = { row: 1, col: 2 };
const SHAPE = { rows: 4, cols: 4, channels: 4 };
const random = generator(5);
const EDITS: readonly Edit[] = [
  ...EDIT_KINDS.map((kind) => randomEditOf(kind, random, SHAPE)),
  { kind: 'heal', cell },
  { kind: 'set', cell, values: [1, -2, 0.1, 1e-9] },
  { kind: 'add', cell, enabled: false, values: [0, -0, 3, 4] },
  { kind: 'paste', cell, values: [1, 2, 3, 4] },
  { kind: 'scale', cell, factor: -0.5 },
  { kind: 'zero', cell, enabled: true },
  { kind: 'noise', cell, sigma: 1, seed: 4294967295 },
  { kind: 'swap', cell, with: { row: 0, col: 0 } },
];
const DOCUMENT = {
  model: { id: 'mini-spot', name: 'Mini', sha256: 'ab'.repeat(32) },
  picture: 'Harbour',
  size: 32,
  grid: SHAPE,
  edits: EDITS,
};

const LATENT = { ...SHAPE, data: new Float32Array(64).fill(1) };

generated('files of edits', {
  ...oddJson([
    JSON.parse(writeEditsDocument(DOCUMENT)),
    JSON.parse(writeEditsDocument({ ...DOCUMENT, edits: [] })),
  ]),
  bytes: ({ length }) => length,
  read: (text) => {
    isEditsDocument(text);
    return readEditsDocument(text, 'edits.json');
  },
  holds: (found) => {
    const again = readEditsDocument(writeEditsDocument(found), 'edits.json');
    expect(again).toStrictEqual(found);
  },
});

/** Other people's code may give one, and is told. */
const NAN = /\bNaN\b(?!.*undefined|.*\[object)/;

const { goods, ...odd } = oddValues([EDITS]);
generated('edits of scripts and of pages around a frame', {
  ...odd,
  goods: goods as Edit[][],
  make: (recipe: Parameters<typeof odd.make>[0]) => odd.make(recipe) as Edit[],
  bytes: () => 10_000,
  says: NAN,
  read: (edits) => {
    validateEdits(edits, SHAPE);
    return applyEdits(LATENT, edits);
  },
  holds: ({ data }) => {
    expect(data).toHaveLength(64);
  },
});

const listOf = (edits: unknown) =>
  (Array.isArray(edits) && edits.length < 1000 ? [...edits] : [edits]) as Edit[];

generated('what is wrong with an edit', {
  recipes: odd.recipes,
  make: (recipe: Parameters<typeof odd.make>[0]) => listOf(odd.make(recipe)),
  goods: [[...EDITS]],
  bytes: () => 10_000,
  read: (edits) => edits.map((edit) => editProblem(edit, SHAPE)),
  holds: (problems, edits) => {
    for (const problem of problems) if (problem !== null) checkSentence(`Edit 1 ${problem}`, 500, NAN);
    expect(fittingEdits(edits, SHAPE)).toHaveLength(problems.filter((each) => each === null).length);
  },
  never: true,
});
