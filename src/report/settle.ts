/** Rows that were measured more than once, and which of them counts. */
import { numericsOf } from '@/common/numerics';
import { type ReportRow, rowKey } from './row';

/**
 * Picks of each measurement the newest row that succeeded, else the newest that failed: what failed is tried again, and then says
 * nothing any more. Rows of files that have been replaced since, and that only failed, are left out.
 * @param rows the older first
 */
export function settleRows(rows: readonly ReportRow[]): ReportRow[] {
  const measured = new Map<string, ReportRow>();
  const failed = new Map<string, ReportRow>();
  for (const row of rows) {
    if (row.failure === null) measured.set(measuredKey(row), row);
    // By name: the file may have been replaced by another one that fails.
    else failed.set(placeOf(row), row);
  }
  const done = new Set([...measured.values()].map(placeOf));
  const contents = new Set([...measured.values()].map(rowKey));
  const models = new Map([...failed.values(), ...measured.values()].map(({ model }) => [model.id, model]));
  const isOpen = (row: ReportRow) => {
    const { sha256, configSha256 } = models.get(row.model.id)!;
    if (row.model.sha256 !== sha256 || row.model.configSha256 !== configSha256) return false;
    return !done.has(placeOf(row)) && !contents.has(rowKey(row));
  };
  return [...measured.values(), ...[...failed.values()].filter(isOpen)];
}

/** Other numerics give another measurement: neither takes the other's place. */
function measuredKey(row: ReportRow): string {
  return `${numericsOf(row)} ${rowKey(row)}`;
}

type Placed = Pick<ReportRow, 'picture' | 'model' | 'size'>;

/** Key of what was asked for, in words of whoever asked: this picture, in this model, at this size, whatever is in the files. */
export function placeOf({ picture, model, size }: Placed): string {
  return JSON.stringify([model.id, size, picture.name]);
}
