/** docs/exports.md names every column of every export. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { provenanceColumns, provenanceOf } from '@/app/experiments/provenance';
import { CHANNEL_COLUMNS } from '@/experiments/channels/page/words';
import { healFileColumns } from '@/experiments/heal/page/words';
import { SCAN_FILE_COLUMNS } from '@/experiments/influence/page/ScanPart';
import { INFLUENCE_COLUMNS } from '@/experiments/influence/page/words';
import { STEP_COLUMNS } from '@/experiments/interpolate/page/words';
import { KL_COLUMNS } from '@/experiments/kl/page/words';
import { armColumns } from '@/experiments/mechanism/page/words';
import { CLAMP_COLUMNS, NOISE_COLUMNS, SAMPLING_COLUMNS } from '@/experiments/noise/page/words';
import { READ_COLUMNS } from '@/experiments/reads/page/words';
import { resolutionFileColumns } from '@/experiments/resolution/page/words';
import { moveFileColumns } from '@/experiments/roll/page/words';
import { COLUMNS } from '@/report/csv';

const page = readFileSync(join(process.cwd(), 'docs', 'exports.md'), 'utf8');
const PROVENANCE = Object.keys(
  provenanceColumns(
    provenanceOf(
      'heal',
      {
        subject: { model: '', modelName: '', picture: '', size: 256, edits: [], radius: 4 } as never,
        backend: null,
        sha256: null,
        complete: true,
        milliseconds: 0,
      },
      new Date(0),
    ),
  ),
);

const namesOf = (columns: readonly { key: string }[]) => columns.map(({ key }) => key);

const EXPERIMENTS = {
  influence: namesOf(INFLUENCE_COLUMNS),
  scan: namesOf(SCAN_FILE_COLUMNS),
  mechanism: namesOf(armColumns({ judgedBeyond: 14 })),
  resolution: namesOf(resolutionFileColumns()),
  'roll and crop': namesOf(moveFileColumns('shift')),
  heal: namesOf(healFileColumns()),
  noise: namesOf(NOISE_COLUMNS),
  clamp: namesOf(CLAMP_COLUMNS),
  sampling: namesOf(SAMPLING_COLUMNS),
  reads: namesOf(READ_COLUMNS),
  channels: namesOf(CHANNEL_COLUMNS),
  kl: namesOf(KL_COLUMNS),
  interpolate: namesOf(STEP_COLUMNS),
};

/** The names in backticks of a part of the page. */
const told = (text: string) => new Set([...text.matchAll(/`([a-z0-9_N]+)`/g)].map(([, name]) => name));

test.each(Object.entries(EXPERIMENTS))(
  'the table of %s is on the page, and holds nothing else',
  (name, columns) => {
    const line = page.split('\n').find((each) => each.startsWith(`| ${name} |`));
    const expected = columns.map((column) => column.replace('beyond_14_cells', 'beyond_N_cells'));
    expect([...told(line?.split(' | ')[1] ?? '')].sort()).toEqual([...expected].sort());
  },
);

test('the columns that say where a result comes from are on the page, and no table has one of these itself', () => {
  const part = page.slice(page.indexOf('## Experiments'), page.indexOf('| export |'));
  expect([...told(part)].filter((name) => name !== 'false').sort()).toEqual([...PROVENANCE].sort());
  for (const columns of Object.values(EXPERIMENTS)) {
    expect(columns.filter((name) => PROVENANCE.includes(name))).toEqual([]);
  }
});

test('each column of a report is on the page, those of the three rankings and of a named cell once', () => {
  const part = told(page.slice(page.indexOf('## `report.csv`'), page.indexOf('## Experiments')));
  const common = (name: string) => name.replace(/^(by_raw_logvar|by_influence|named)_(?!value)/, 'by_norm_');
  const lacking = COLUMNS.map(([name]) => name).filter((name) => !part.has(name) && !part.has(common(name)));
  expect(lacking).toEqual([]);
});
