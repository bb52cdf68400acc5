/** `latent-inspector merge`: several folders of results become one. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InspectorError } from '@/common/errors';
import { mergeRows } from '@/report/merge';
import { type Missing, missing } from '@/report/missing';
import { remarks } from '@/report/remarks';
import type { MergeArguments } from './arguments';
import { holdsResults, makeFolder, type Results, readResults, replaceResults, writeReport } from './folder';
import { badLineWords } from './lines';
import { lockFolder } from './lock';
import { UsageError } from './usage';

export interface Merged {
  rows: number;
  /** Number of those rows that were there before this merge. */
  before: number;
  /** Measurements that were asked for and are not there, without those that failed. */
  missing: Missing[];
  failed: Missing[];
  remarks: string[];
  /** True where rows that cannot be read may have been of what is missing. */
  lacking: boolean;
  /** Paths of what was there before and is kept under other names. */
  aside: string[];
  /** Paths of what was written. */
  written: string[];
}

/**
 * Merges folders of results. What the target holds already stays part of it; with `replace` it is put aside under another name.
 * @param command as it was called, for the report
 * @throws UsageError, InspectorError
 */
export async function merge({ folders, out, replace }: MergeArguments, command: string): Promise<Merged> {
  const target = await real(out);
  for (const folder of folders) {
    if ((await real(folder)) !== target) continue;
    throw new UsageError('--out must be another folder than those that are merged.');
  }
  const shards = [];
  for (const folder of folders) {
    if (!(await holdsResults(folder))) {
      throw new InspectorError(
        'not-found',
        `There are no results in "${folder}".`,
        'Give folders that "latent-inspector report" wrote.',
      );
    }
    shards.push(await readResults(folder));
  }
  await makeFolder(out);
  const lock = await lockFolder(out);
  try {
    const present = await readResults(out);
    const kept: Results = replace ? { rows: [], runs: [], bad: { rows: [], runs: [] } } : present;
    const bad = {
      rows: [kept, ...shards].flatMap((each) => each.bad.rows),
      runs: [kept, ...shards].flatMap((each) => each.bad.runs),
    };
    const rows = mergeRows(
      shards.map((shard) => shard.rows),
      kept.rows,
    );
    const runs = distinct([...kept.runs, ...shards.flatMap((shard) => shard.runs)]);
    const date = new Date().toISOString();
    const isAside = replace && present.rows.length + present.bad.rows.length > 0;
    const aside = await replaceResults(
      out,
      { rows, runs, bad },
      isAside ? `before-${date.replace(/[:.]/g, '-')}` : null,
    );
    const document = { date, command, runs, rows, notes: badLineWords([...bad.rows, ...bad.runs]) };
    const written = await writeReport(out, document);
    const absent = missing({ runs, rows: rows.map((row) => ({ ...row, failure: null })) });
    return {
      rows: rows.length,
      before: kept.rows.length,
      missing: absent,
      // Runs that do not say what they were asked for say nothing of what is missing either.
      lacking: bad.rows.length > 0 && (absent.length > 0 || runs.some(({ asked }) => !asked)),
      failed: missing({ runs: [], rows }),
      remarks: remarks(document),
      aside,
      written,
    };
  } finally {
    await lock.release();
  }
}

/** Runs that a folder holds from an earlier merge are not there twice. */
function distinct<T>(runs: readonly T[]): T[] {
  return [...new Map(runs.map((run) => [JSON.stringify(run), run])).values()];
}

/** Also by another name, such as a link, a folder is the same. */
function real(folder: string): Promise<string> {
  return realpath(folder).catch(() => resolve(folder));
}
