import { csvText } from '../../report/csvText';

/** A column of a table: what the page says and what the file holds come from one definition. */
export interface Column<R> {
  /** Its name in the file, with the unit: `far_rms_levels`. */
  key: string;
  label: string;
  unit?: string;
  /** Words, which stand at the left; numbers stand at the right. */
  words?: boolean;
  /** With all its digits. */
  value(row: R): CsvValue;
  /** For people. */
  text(row: R): string;
}

export type CsvValue = string | number | boolean | null;

/**
 * RFC 4180; a number that is none, and nothing, are empty; infinities are `inf` and `-inf`, as readers of numbers know them.
 * @param same columns that hold the same in every row, after all others
 */
export function toCsv<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  same: Readonly<Record<string, CsvValue>> = {},
): string {
  const end = Object.values(same).map(field);
  const lines = [
    [...columns.map(({ key }) => field(key)), ...Object.keys(same)],
    ...rows.map((row) => [...columns.map(({ value }) => field(value(row))), ...end]),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return typeof value === 'string' ? csvText(value) : String(value);
}
