import { type CsvValue, writeCsv } from '@/common/csv';

/** A column of a table: what the page says and what the file holds come from one definition. */
export interface Column<R> {
  /** Its name in the file, with the unit: `far_rms_levels`. */
  key: string;
  label: string;
  unit?: string | undefined;
  /** Words, which stand at the left; numbers stand at the right. */
  words?: boolean | undefined;
  /** Value with all its digits. */
  value(row: R): CsvValue;
  /** Text for people. */
  text(row: R): string;
}

/** @param same columns that hold the same in every row, after all others */
export function toCsv<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  same: Readonly<Record<string, CsvValue>> = {},
): string {
  const end = Object.values(same);
  return writeCsv(
    [...columns.map(({ key }) => key), ...Object.keys(same)],
    rows.map((row) => [...columns.map(({ value }) => value(row)), ...end]),
  );
}
