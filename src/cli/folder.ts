/** A folder of results: rows and runs, one JSON a line, added to as they come, and the report that is written from them. */
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InspectorError } from '../errors';
import { toCsv } from '../report/csv';
import type { ReportDocument, ReportRun } from '../report/document';
import { toHtml } from '../report/html';
import { toJson } from '../report/json';
import { type ReportRow, rowKey } from '../report/row';

export const ROWS = 'rows.jsonl';
export const RUNS = 'runs.jsonl';

/** The rows of a folder, each once; none where there is none. */
export async function readRows(folder: string): Promise<ReportRow[]> {
  const rows = new Map<string, ReportRow>();
  for (const row of await readLines<ReportRow>(join(folder, ROWS), isRow)) rows.set(rowKey(row), row);
  const known = new Set([...rows.values()].flatMap(({ picture }) => (picture.sha256 ? [picture.name] : [])));
  // A picture that could not be read once, and could later, is not reported as unread.
  return [...rows.values()].filter(({ picture }) => picture.sha256 !== null || !known.has(picture.name));
}

export function readRuns(folder: string): Promise<ReportRun[]> {
  return readLines<ReportRun>(join(folder, RUNS), isRun);
}

export async function addRows(folder: string, rows: readonly ReportRow[]): Promise<void> {
  await addLines(join(folder, ROWS), rows);
}

export async function addRuns(folder: string, runs: readonly ReportRun[]): Promise<void> {
  await addLines(join(folder, RUNS), runs);
}

/** @returns the paths of what was written */
export async function writeReport(folder: string, document: ReportDocument): Promise<string[]> {
  const files = {
    'report.html': toHtml(document),
    'report.csv': toCsv(document.rows),
    'report.json': toJson(document),
  };
  const paths: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    // Whoever stops the command now still has the report of before.
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
    paths.push(path);
  }
  return paths;
}

/** @throws InspectorError `bad-file` where the folder cannot be made or written into */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of [ROWS, RUNS]) await endLine(join(folder, name));
  } catch (cause) {
    throw new InspectorError(
      'bad-file',
      `Nothing can be written into "${folder}": ${(cause as Error).message}.`,
      'Choose another --out.',
      { cause },
    );
  }
}

/** Whole lines only: one that was cut short when the command was killed is computed again. */
async function readLines<T>(path: string, holds: (value: unknown) => boolean): Promise<T[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const values: T[] = [];
  for (const line of text.split('\n')) {
    const value = parsed(line);
    if (holds(value)) values.push(value as T);
  }
  return values;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function addLines(path: string, values: readonly unknown[]): Promise<void> {
  await appendFile(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

/** What is added begins a line of its own, also after one that was cut short. */
async function endLine(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  await appendFile(path, text === '' || text.endsWith('\n') ? '' : '\n');
}

function isRow(value: unknown): boolean {
  const { picture, model, size, version } = (value ?? {}) as Partial<ReportRow>;
  return Boolean(picture?.name && model?.id && size && version);
}

function isRun(value: unknown): boolean {
  const { date, shard, models } = (value ?? {}) as Partial<ReportRun>;
  return Boolean(date && shard && models);
}
