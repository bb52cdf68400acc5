import { expect, test } from 'vitest';
import { spread, summarise } from '@/report/summarise';
import { heal, measures, row } from './rows';

const [A, B, C] = [
  { row: 1, col: 1 },
  { row: 0, col: 7 },
  { row: 0, col: 2 },
];

test('the place that is first most often comes first, equal ones in row-major order', () => {
  const cells = [C, A, B, A, B];
  const [summary] = summarise(cells.map((cell, at) => row(`${at}.png`, measures(cell, 1))));
  expect(summary.pictures).toBe(5);
  expect(summary.rankings.norm.places).toEqual([
    { cell: B, count: 2 },
    { cell: A, count: 2 },
    { cell: C, count: 1 },
  ]);
});

test('medians, quartiles and bounds are those of the pictures that have the figure', () => {
  const [summary] = summarise([8, 1, 4, 2].map((far, at) => row(`${at}.png`, measures(A, far))));
  expect(summary.rankings.influence.heal.farRms).toEqual({
    count: 4,
    min: 1,
    lowerQuartile: 1.75,
    median: 3,
    upperQuartile: 5,
    max: 8,
    mean: 3.75,
  });
  // The control is 0.5 in each.
  expect(summary.rankings.influence.heal.ratio.median).toBe(6);
});

test('what is no finite number is left out of a spread', () => {
  expect(spread([null, Number.NaN, 3, Number.POSITIVE_INFINITY]).count).toBe(1);
  expect(spread([null]).median).toBeNull();
});

test('each model and size is a group of its own, and pictures that failed are counted apart', () => {
  const rows = [
    row('a.png', measures(A, 1)),
    row('b.png', null),
    row('a.png', measures(A, 1), { size: 64 }),
    row('a.png', measures(A, 1), { model: { id: 'another', sha256: 'x', configSha256: 'y' } }),
  ];
  const found = summarise(rows).map(({ model, size, pictures, failed }) => [model, size, pictures, failed]);
  expect(found).toEqual([
    ['another', 128, 1, 0],
    ['model', 64, 1, 0],
    ['model', 128, 1, 1],
  ]);
});

test('a known spot is healed in every picture, and it is counted where it is first', () => {
  const named = heal(A, 30, 0.5);
  const rows = [A, B, A].map((cell, at) => row(`${at}.png`, measures(cell, 1, { named }), { named: A }));
  const [summary] = summarise(rows);
  expect(summary.named?.ratio.median).toBe(60);
  expect(summary.rankings.norm.namedFirst).toBe(2);
  expect(summarise([row('0.png', measures(A, 1))])[0].rankings.norm.namedFirst).toBeNull();
});

test('clamped log-variances, missing controls and the arms of the mechanism are told', () => {
  const mechanism = (attention: number, beyond: number | null) => ({
    cell: A,
    farRms: { full: 10, frozenNorm: 8, frozenAttention: 2, frozenBoth: 0 },
    normShare: 1 - attention,
    attentionShare: attention,
    judgedRms: 9,
    judgedBeyond: 14,
    beyondReceptiveField: beyond,
  });
  const alone = measures(A, 1, { clampedShare: 0.25, mechanism: mechanism(0.75, null) });
  alone.strongest.norm.heal = heal(A, 1, null);
  const [summary] = summarise([
    row('a.png', alone),
    row('b.png', measures(A, 1, { mechanism: mechanism(0.25, 0) })),
  ]);
  expect(summary.clampedPictures).toBe(1);
  expect(summary.clampedShare.median).toBe(0.125);
  expect(summary.rankings.norm.heal).toMatchObject({ withoutControl: 1, ratio: { count: 1 } });
  expect(summary.mechanism).toMatchObject({ attentionShare: { median: 0.5 }, beyondReceptiveField: 0 });
});
