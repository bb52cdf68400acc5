/** Rows that the browser kept, looked at before they are taken for those of this report. */

import { fieldsOf, readRow } from '@/report/readRow';
import { readRun } from '@/report/readRun';
import type { ReportRun } from '@/report/run';
import { keptKey } from './plan';
import type { StoredRow } from './storedRows';

/**
 * @param key under which it was found
 * @throws UnreadableField naming what is wrong with it
 */
export function readKept(value: unknown, key: string): StoredRow {
  const kept = fieldsOf(value, 'the entry');
  const run = kept.get('run').text();
  const row = readRow(kept.get('row').object());
  if (keptKey(row) !== key) kept.get('row').refuse('is of something else than it is kept for');
  return { row, run };
}

/** Null for what is no run: its rows then come from an unknown one. */
export function readKeptRun(value: unknown): ReportRun | null {
  try {
    return readRun(value);
  } catch {
    return null;
  }
}
