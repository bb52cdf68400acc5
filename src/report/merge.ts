/** Rows of several runs put together: the result is that of one run, whatever the shards and their order. */
import { InspectorError } from '@/common/errors';
import { numericsChanges, numericsName, numericsOf } from '@/common/numerics';
import { compareRows, type ReportRow, type RowHead, type RowSettings, rowKey } from './row';
import { settleRows } from './settle';

/**
 * @param shards the rows of each run; what failed in one and succeeded in another counts as it succeeded
 * @param present rows that are there already: a shard may hold them again, to the same digits
 * @returns all rows, in the order of `compareRows`
 * @throws InspectorError `bad-file` where they do not belong together, or hold a row twice
 */
export function mergeRows(
  shards: readonly (readonly ReportRow[])[],
  present: readonly ReportRow[] = [],
): ReportRow[] {
  const rows = settleRows([...present, ...shards.flat()]);
  checkAgreement(rows);
  const known = new Map(present.filter(isMeasured).map((row) => [rowKey(row), row]));
  const seen = new Set<string>();
  for (const row of shards.flat().filter(isMeasured)) {
    const key = rowKey(row);
    const before = known.get(key);
    if (seen.has(key) || (before && JSON.stringify(before) !== JSON.stringify(row))) {
      throw refused(
        `"${row.picture.name}" with ${row.model.id} at ${row.size} pixels is there twice.`,
        before
          ? 'The folder of results holds it with other numbers already. Merge into another --out, or put aside what is there with --replace.'
          : 'Merge each shard once, and give no picture twice under two names.',
      );
    }
    seen.add(key);
  }
  return rows.sort(compareRows);
}

const isMeasured = ({ failure }: ReportRow) => failure === null;

/** A row, or what will be one. */
type Planned = RowHead & Partial<Pick<ReportRow, 'failure'>>;

/**
 * Checks that rows may stand in one report: one numerics version, one backend and the same settings; one file under each model's
 * id; one picture under each name. What failed holds no numbers, and may have failed in an earlier version.
 * @throws InspectorError `bad-file`, naming what differs
 */
export function checkAgreement(rows: readonly Planned[]): void {
  const [first] = rows;
  checkNumerics(rows.filter(({ failure = null }) => failure === null));
  const models = new Map<string, RowHead>();
  const names = new Map<string, string | null>();
  for (const row of rows) {
    checkSettings(first, row);
    checkModel(models.get(row.model.id) ?? row, row);
    models.set(row.model.id, row);
    const { name, sha256 } = row.picture;
    if (names.has(name) && names.get(name) !== sha256) {
      throw refused(
        `Two different pictures are called "${name}".`,
        'Rename one of them, or keep them in two reports.',
      );
    }
    names.set(name, sha256);
  }
}

const SETTINGS = {
  backend: 'backends',
  radius: 'radii',
  mechanism: 'choices of --mechanism',
} as const satisfies Partial<Record<keyof RowSettings, string>>;

function checkNumerics(rows: readonly RowSettings[]): void {
  const versions = [...new Set(rows.map(numericsOf))].sort((a, b) => a - b);
  if (versions.length < 2) return;
  const [older, newer] = [versions[0], versions[versions.length - 1]];
  throw refused(
    `These results are of different numerics versions: ${versions.map(numericsName).join(' and ')}. ${numericsChanges(older, newer)}`.trimEnd(),
    'Measure the older ones again, into another --out, or keep them in two reports. Nothing was changed.',
  );
}

/** @throws InspectorError `bad-file` where the two were not computed in the same way */
export function checkSettings(a: RowSettings, b: RowSettings): void {
  for (const [name, title] of Object.entries(SETTINGS) as [keyof typeof SETTINGS, string][]) {
    if (a[name] === b[name]) continue;
    throw refused(
      `These results are of two ${title}: ${a[name]} and ${b[name]}.`,
      'Compute all of them in the same way, or keep them in two folders.',
    );
  }
}

function checkModel(a: RowHead, b: RowHead): void {
  const { id } = b.model;
  if (a.model.sha256 !== b.model.sha256) {
    throw refused(
      `Two different files are called ${id}: their SHA-256 begin with ${a.model.sha256.slice(0, 12)} and ${b.model.sha256.slice(0, 12)}.`,
      'Give each its own name: --model NAME=FILE.',
    );
  }
  if (a.model.configSha256 !== b.model.configSha256) {
    throw refused(
      `${id} was opened with two different configurations.`,
      'Use the same config.json everywhere, or give each its own name: --model NAME=FILE.',
    );
  }
  if (JSON.stringify(a.named) !== JSON.stringify(b.named)) {
    throw refused(
      `With ${id}, two different cells were named as its known spot.`,
      'Use the same --spot everywhere.',
    );
  }
}

function refused(message: string, advice: string): InspectorError {
  return new InspectorError('bad-file', message, advice);
}
