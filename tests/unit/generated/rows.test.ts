/** Rows and runs of reports, from folders of results and from the browser's store, with all that is made of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { readResults } from '@/cli/folder';
import { badLineWords } from '@/cli/lines';
import { InspectorError } from '@/common/errors';
import { toCsv } from '@/report/csv';
import { withEmptyFar } from '@/report/emptyFar';
import { toHtml } from '@/report/html';
import { toJson } from '@/report/json';
import { readRow, UnreadableField } from '@/report/readRow';
import { readRun } from '@/report/readRun';
import type { ReportRow } from '@/report/row';
import { keptKey } from '@/session/report/plan';
import { readKept } from '@/session/report/readKept';
import { type OddJson, oddJson } from './json';
import { checkSentence, generated } from './runs';
import { oddValues } from './values';

const FROZEN = fileURLToPath(new URL('../../cases/report-0.1.0', import.meta.url));
const linesOf = (name: string) =>
  readFileSync(join(FROZEN, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const [FIRST, BROKEN] = linesOf('rows.jsonl');
const FULL = {
  ...linesOf('rows.jsonl').find(({ size, named, measures }) => size === 128 && named && measures),
  numerics: 2,
  kernels: { name: 'wasm-simd', threads: 2, adapter: null },
};
const [RUN] = linesOf('runs.jsonl');
const ASKED = {
  ...RUN,
  numerics: 2,
  copies: [{ name: 'b.png', sameAs: 'a.png' }],
  unread: [{ name: 'more/', why: 'This folder cannot be read.' }],
  asked: {
    pictures: [{ name: 'a.png', sha256: FIRST.picture.sha256 }],
    sizes: [64, 128],
    models: [{ ...FIRST.model, spot: null }],
  },
};

const document = (rows: unknown[], runs: unknown[]) =>
  ({ date: '2030-01-01T00:00:00.000Z', command: 'made', rows, runs }) as Parameters<typeof toHtml>[0];

/** All that a report makes of what was let through: no word that is none, no number that is none, and no throw. */
function expectWhole(all: ReturnType<typeof document>): void {
  expect(toHtml(all).replace(/<style>.*?<\/style>/s, '')).not.toMatch(/>undefined<|\[object/);
  expect(toCsv(all.rows).split('\r\n').length).toBeGreaterThan(all.rows.length);
  expect(JSON.parse(toJson(all)).rows).toHaveLength(all.rows.length);
}

/** Makes a sentence of a refusal, which is the end of one that names where it stands. */
function inWords<T>(read: (value: unknown) => T): (value: unknown) => T {
  return (value) => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof UnreadableField)) throw error;
      const [words] = badLineWords([{ path: 'rows.jsonl', line: 1, problem: error.message, text: '' }]);
      throw new InspectorError('bad-file', words, 'Measure it again.');
    }
  };
}

const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-odd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(folder, { recursive: true });

const rowTexts = oddJson([FULL, FIRST, BROKEN]);
const runTexts = oddJson([RUN]);
generated('folders of results', {
  recipes: rowTexts.recipes.chain((row) => runTexts.recipes.map((run) => ({ row, run }))),
  make: ({ row, run }: { row: OddJson; run: OddJson }) => ({
    rows: `${JSON.stringify(FIRST)}\n${rowTexts.make(row)}\n${JSON.stringify(BROKEN)}\n`,
    runs: `${JSON.stringify(RUN)}\n${runTexts.make(run)}`,
  }),
  goods: rowTexts.goods.map((rows) => ({ rows, runs: runTexts.goods[0] })),
  bytes: ({ rows, runs }) => rows.length + runs.length,
  async read({ rows, runs }) {
    writeFileSync(join(folder, 'rows.jsonl'), rows);
    writeFileSync(join(folder, 'runs.jsonl'), runs);
    return readResults(folder);
  },
  holds({ rows, runs, bad }) {
    expect(rows.length + runs.length).toBeGreaterThan(0);
    for (const words of badLineWords([...bad.rows, ...bad.runs])) checkSentence(words, 1000);
  },
  // A folder is read, whatever is in its lines.
  never: true,
  memory: { largest: 40, total: 200, constant: 1e6, constants: 1e6 },
});

generated('rows', {
  ...oddValues([FULL, FIRST, BROKEN]),
  bytes: () => 10_000,
  read: inWords<ReportRow>(readRow),
  holds: (row) => expectWhole(document([withEmptyFar(row)], [RUN])),
});

generated('runs', {
  ...oddValues([ASKED, RUN]),
  bytes: () => 20_000,
  read: inWords((value) => readRun(value)),
  holds: (run) => expectWhole(document([FIRST], [run])),
});

const KEPT = [FULL, FIRST, BROKEN].map((row) => ({ row, run: 'run 2030-01-01T00:00:00.000Z' }));
const keptKeys = new Set(KEPT.map(({ row }) => keptKey(row)));
generated('rows that the browser kept', {
  ...oddValues(KEPT),
  bytes: () => 10_000,
  read: inWords((value) => {
    const { picture, size } = (value as typeof FIRST)?.row ?? {};
    const isOwn = ({ row }: (typeof KEPT)[number]) => row.size === size && row.picture.name === picture?.name;
    return readKept(value, keptKey((KEPT.find(isOwn) ?? KEPT[0]).row));
  }),
  holds({ row, run }) {
    expect(keptKeys.has(keptKey(row))).toBe(true);
    expect(typeof run).toBe('string');
    expectWhole(document([withEmptyFar(row)], [RUN]));
  },
});
