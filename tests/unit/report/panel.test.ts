/** Tests of what the page says of a report, before and after it: costs, verdicts, tables and figures that follow from the rows. */
import { describe, expect, test } from 'vitest';
import { reportCostWords } from '@/experiments/report/page/cost';
import { farFigure, placeFigures } from '@/experiments/report/page/figures';
import { addPictures, picturesOfFolder } from '@/experiments/report/page/files';
import { runningWords } from '@/experiments/report/page/Runner';
import {
  groupSentence,
  pathSentence,
  reportColumns,
  reportGroups,
  reportVerdict,
} from '@/experiments/report/page/words';
import type { ModelManifest } from '@/models/manifest';
import { document, heal, measures, row, run } from './rows';

const SPOT = { row: 1, col: 2 };
const MODELS = ['spot', 'plain'].map((id) => ({
  ...run().models[0],
  id,
  name: `The ${id} one`,
  sha256: `hash of ${id}`,
}));
const of = (id: string) => ({ model: { id, sha256: `hash of ${id}`, configSha256: 'c' } });

/** Far RMS of three pictures in two models; the controls are 0.5 levels. */
const rows = [
  row('a.png', measures(SPOT, 30), of('spot')),
  row('b.png', measures(SPOT, 40), of('spot')),
  row('c.png', measures({ row: 5, col: 5 }, 0.9), of('spot')),
  row('a.png', measures({ row: 7, col: 7 }, 0.2), of('plain')),
  row('b.png', measures({ row: 8, col: 8 }, 0.3), of('plain')),
  row('broken.png', null, of('plain')),
];
const report = document(rows, [run({ models: MODELS, units: rows.length })]);
const groups = reportGroups(report);

describe('the verdict', () => {
  test('counts the pictures in which healing reaches far, by levels and beside the control', () => {
    expect(reportVerdict(groups, 'norm')).toBe(
      'Healing the cell that is strongest by |mean| reaches far in 0 of 2 pictures in The plain one, 128 px and 2 of 3 pictures in The spot one, 128 px. Reaching far means that the far picture moves by at least 1 level, and 3 times as much as with the same shift at an ordinary cell.',
    );
  });

  test('does not take a large change for far where the control does the same', () => {
    const bright = measures(SPOT, 30);
    bright.strongest.norm.heal = heal(SPOT, 30, 20);
    expect(reportVerdict(reportGroups(document([row('a.png', bright)])), 'norm')).toContain(
      '0 of 1 picture in',
    );
    expect(reportVerdict(reportGroups(document([row('a.png', bright)])), 'influence')).toContain('1 of 1');
  });

  test('says nothing of a far picture that is not there', () => {
    const near = measures(SPOT, 1);
    near.strongest.norm.heal = heal(SPOT, null, null);
    const alone = reportGroups(document([row('a.png', near)]));
    expect(reportVerdict(alone, 'norm')).toContain('how far it reaches cannot be said');
    expect(groupSentence(alone[0], 'norm')).toContain('No pixel lies far enough from it');
    expect(
      reportVerdict(reportGroups(document([row('a.png', near), row('b.png', measures(SPOT, 30))])), 'norm'),
    ).toContain('in 1 of 1 picture in');
  });

  test('tells many groups by their model', () => {
    const many = [64, 128, 192, 256, 320].map((size) => row('a.png', measures(SPOT, 30), { size }));
    expect(reportVerdict(reportGroups(document(many)), 'norm')).toContain(
      'in 5 of 5 measurements in A model.',
    );
  });

  test('says so where nothing could be measured', () => {
    const none = reportGroups(document([row('a.png', null)]));
    expect(reportVerdict(none, 'norm')).toBe('No picture could be measured.');
    expect(groupSentence(none[0], 'norm')).toBe('A model, 128 px: no picture could be measured.');
  });
});

test('each group says where its strongest cell is, with the levels of it and of its control', () => {
  expect(groups.map((group) => groupSentence(group, 'norm'))).toEqual([
    'The plain one, 128 px: the strongest cell is another in each of the 2 pictures. Healed, it moves the far picture by 0.25 levels (0.2 to 0.3); its control moves it by 0.5.',
    'The spot one, 128 px: the strongest cell is at 2 places, most often row 1, col 2, in 2 of 3 pictures. Healed, it moves the far picture by 30 levels (0.9 to 40); its control moves it by 0.5.',
  ]);
});

test('the table shows no ratio without the levels on both sides of it, and the paths only where they were measured', () => {
  const keys = reportColumns('norm', groups).map(({ key }) => key);
  expect(keys.indexOf('far_rms_levels')).toBeLessThan(keys.indexOf('far_ratio'));
  expect(keys.indexOf('control_far_rms_levels')).toBeLessThan(keys.indexOf('far_ratio'));
  expect(keys).not.toContain('norm_share');
  const mechanism = {
    cell: SPOT,
    farRms: { full: 3, frozenNorm: 1, frozenAttention: 2, frozenBoth: 0 },
    normShare: 0.75,
    attentionShare: 0.25,
    judgedRms: 3,
    judgedBeyond: 4,
    beyondReceptiveField: 0,
  };
  const withPaths = reportGroups(document([row('a.png', measures(SPOT, 3, { mechanism }))]));
  expect(pathSentence(withPaths[0])).toBe(
    'Of the far change where the first cell by influence is healed, 3 levels, GroupNorm carries 75 % of the square and attention 25 %.',
  );
  expect(pathSentence(groups[0])).toBeNull();
  const texts = Object.fromEntries(
    reportColumns('norm', withPaths).map(({ key, text }) => [key, text(withPaths[0])]),
  );
  expect(texts).toMatchObject({
    norm_share: '75 %',
    attention_share: '25 %',
    beyond_reach_max: '0',
    most_often_at: 'row 1, col 2: 1 of 1',
    far_rms_levels: '3',
  });
});

test('the figures are of the chosen ranking: one map a group, the count in the cell', () => {
  const [plain, spot] = placeFigures(groups, 'norm');
  expect([plain.title, spot.title]).toEqual([
    'First by |mean|: The plain one, 128 px',
    'First by |mean|: The spot one, 128 px',
  ]);
  expect(spot.scale).toMatchObject({ low: 0, high: 3, unit: 'pictures' });
  const image = { data: new Uint8ClampedArray(4 * 256) } as ImageData;
  spot.painting.paint(image);
  const colour = (cell: number) => image.data.slice(4 * cell, 4 * cell + 3).join();
  const distinct = new Set(Array.from({ length: 256 }, (_, cell) => colour(cell)));
  // Nothing, one picture, two pictures.
  expect(distinct.size).toBe(3);
  expect(colour(16 * 1 + 2)).not.toBe(colour(16 * 5 + 5));
  expect(farFigure(groups, 'norm').alt).toContain('The spot one, 128 px: the strongest cell is at 2 places');
});

describe('the cost', () => {
  const manifest = (id: string, bytes: number) =>
    ({
      id,
      name: id,
      kind: 'embedded',
      files: [{ path: '', bytes, sha256: null }],
    }) as unknown as ModelManifest;
  const open = manifest('open', 100);
  const timings = { encode: { 256: 1000 }, decode: { 256: 1000 } };
  const known = {
    open,
    timingsOf: (id: string) => (id === 'open' ? timings : { encode: {}, decode: {} }),
  };
  const choice = { pictures: 5, models: [open], sizes: [256], mechanism: false };

  test('is pictures times models times sizes, with the time of measured passes', () => {
    // An encode, and 14 decodes: the base, 7 for the influence, and 3 heals with their controls.
    expect(reportCostWords(choice, known)).toBe('5 pictures × 1 model × 1 size = 5 measurements, about 75 s');
    expect(reportCostWords({ ...choice, pictures: 1, sizes: [256, 512], mechanism: true }, known)).toBe(
      '1 picture × 1 model × 2 sizes = 2 measurements, about 2 min',
    );
  });

  test('takes a model that was never open for as slow as its file is long, and does not guess without any', () => {
    const twice = { ...choice, pictures: 1, models: [manifest('other', 200)] };
    expect(reportCostWords(twice, known)).toContain('about 30 s');
    expect(reportCostWords(twice, { ...known, open: null })).toContain('how long is told after the first');
  });
});

test('how far it is, in words', () => {
  const doing = 'A model, 256 px, a.png: influence';
  expect(runningWords({ rows: null, fraction: 0, secondsLeft: null, doing: 'reading picture 2 of 9' })).toBe(
    'reading picture 2 of 9',
  );
  expect(runningWords({ rows: { done: 0, total: 8 }, fraction: 0, secondsLeft: null, doing })).toBe(
    `0 of 8 measured. ${doing}`,
  );
  expect(runningWords({ rows: { done: 3, total: 8 }, fraction: 0.4, secondsLeft: 20, doing })).toBe(
    `3 of 8 measured, about 20 s left. ${doing}`,
  );
});

test('a folder’s pictures are named by their path within it, and what is no picture is left out', () => {
  const file = (path: string) =>
    Object.defineProperty(
      new File(['x'], path.split('/').at(-1) ?? '', { lastModified: 1 }),
      'webkitRelativePath',
      { value: path },
    );
  const found = picturesOfFolder(['set/a.png', 'set/more/b.JPG', 'set/notes.txt'].map(file));
  expect(found.map(({ name }) => name)).toEqual(['a.png', 'more/b.JPG']);
  // The same again takes its own place; one of another folder does not take it.
  expect(addPictures(found, picturesOfFolder([file('set/a.png')]))).toHaveLength(2);
  const both = addPictures(found, picturesOfFolder([file('other/a.png')]));
  expect(both.map(({ name }) => name)).toEqual(['a.png', 'more/b.JPG', 'other/a.png']);
  const loose = (content: string) => ({
    name: 'a.png',
    file: new File([content], 'a.png', { lastModified: 2 }),
  });
  expect(addPictures([loose('1')], [loose('22'), loose('333')]).map(({ name }) => name)).toEqual([
    'a.png',
    'a.png (2)',
    'a.png (3)',
  ]);
});
