/** The report as data: the rows, what they say together, and what the measures are. */
import { numericsOf } from '@/common/numerics';
import { DEFINITIONS } from './definitions';
import { modelsOf, omissions } from './document';
import { missing } from './missing';
import { remarks } from './remarks';
import { compareRows } from './row';
import type { ReportDocument } from './run';
import { summarise } from './summarise';

/** Version of the columns and fields, see docs/exports.md: names stay, new ones are added. */
export const FORMAT = 2;

/** Numbers that are not finite become null: JSON has no word for them. */
export function toJson(document: ReportDocument): string {
  const { date, command, runs, rows } = document;
  const report = {
    instrument: 'latent-inspector',
    format: FORMAT,
    date,
    command,
    omissions: omissions(document),
    missing: missing(document),
    remarks: remarks(document),
    models: modelsOf(runs),
    // Which pictures each run was given is told by the rows and by what is missing.
    runs: runs.map(({ asked: _, ...run }) => ({ ...run, numerics: numericsOf(run) })),
    definitions: DEFINITIONS,
    summary: summarise(rows),
    rows: [...rows].sort(compareRows).map((row) => ({ ...row, numerics: numericsOf(row) })),
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}
