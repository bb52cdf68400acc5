/** `latent-inspector merge`: several folders of results become one. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InspectorError } from '../errors';
import { mergeRows } from '../report/merge';
import type { MergeArguments } from './arguments';
import { addRows, addRuns, makeFolder, ROWS, RUNS, readRows, readRuns, writeReport } from './folder';
import { UsageError } from './usage';

/**
 * @param command as it was called, for the report
 * @returns how many rows there are, and the paths of what was written
 * @throws UsageError, InspectorError
 */
export async function merge(
  { folders, out }: MergeArguments,
  command: string,
): Promise<{ rows: number; written: string[] }> {
  if (folders.some((folder) => resolve(folder) === resolve(out))) {
    throw new UsageError('--out must be another folder than those that are merged.');
  }
  const shards = [];
  const runs = [];
  for (const folder of folders) {
    const rows = await readRows(folder);
    if (rows.length === 0) {
      throw new InspectorError(
        'not-found',
        `There are no results in "${folder}".`,
        'Give folders that "latent-inspector report" wrote.',
      );
    }
    shards.push(rows);
    runs.push(...(await readRuns(folder)));
  }
  const rows = mergeRows(shards);
  await makeFolder(out);
  // A merge is of these folders only, whatever was merged here before.
  for (const name of [ROWS, RUNS]) await rm(join(out, name), { force: true });
  await addRows(out, rows);
  await addRuns(out, runs);
  const written = await writeReport(out, { date: new Date().toISOString(), command, runs, rows });
  return { rows: rows.length, written };
}
