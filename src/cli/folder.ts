/** A folder of results: rows and runs, one JSON a line, added to as they come, and the report that is written from them. */
import { appendFile, copyFile, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InspectorError } from '@/common/errors';
import type { Field } from '@/common/jsonFields';
import { toCsv } from '@/report/csv';
import { withEmptyFar } from '@/report/emptyFar';
import { toHtml } from '@/report/html';
import { toJson } from '@/report/json';
import type { NamedPicture } from '@/report/pictures';
import { fieldsOf, readHash, readRow } from '@/report/readRow';
import { readPictures, readRun, readSizes } from '@/report/readRun';
import type { ReportRow } from '@/report/row';
import type { ReportDocument, ReportRun } from '@/report/run';
import { settleRows } from '@/report/settle';
import { hashText } from './files';
import { type BadLine, readLines } from './lines';
import { cannotWrite, reasonOf } from './trouble';

export const ROWS = 'rows.jsonl';
export const RUNS = 'runs.jsonl';

export interface Results {
  /** The row of each measurement that counts. */
  rows: ReportRow[];
  runs: ReportRun[];
  /** Lines of the two files that cannot be used. */
  bad: { rows: BadLine[]; runs: BadLine[] };
}

/**
 * Reads the results that a folder holds; none where it holds nothing. A picture has the name under which it was asked for last.
 * @throws InspectorError `bad-file` where it cannot be read
 */
export async function readResults(folder: string): Promise<Results> {
  const { values: runs, bad: badRuns } = await readRuns(folder);
  const names = new Map<string, string>();
  for (const { asked } of runs) {
    for (const { name, sha256 } of asked?.pictures ?? []) if (sha256 !== null) names.set(sha256, name);
  }
  const rows = await readLines(join(folder, ROWS), readRow);
  const named = rows.values.map((row): ReportRow => {
    const { name, sha256 } = row.picture;
    const now = (sha256 === null ? undefined : names.get(sha256)) ?? name;
    return withEmptyFar(now === name ? row : { ...row, picture: { name: now, sha256 } });
  });
  return { rows: settleRows(named), runs, bad: { rows: rows.bad, runs: badRuns } };
}

/** Tells whether results have been written into a folder, if only none yet. */
export async function holdsResults(folder: string): Promise<boolean> {
  return (await stat(join(folder, ROWS)).catch(() => null))?.isFile() ?? false;
}

export async function addRow(folder: string, row: ReportRow): Promise<void> {
  await addLines(join(folder, ROWS), [row]);
}

export async function addRun(folder: string, run: ReportRun): Promise<void> {
  const path = join(folder, RUNS);
  const { values } = await readLines(path, readRunLine);
  const known = new Set(values.flatMap((line) => ('list' in line ? [line.pictures] : [])));
  await addLines(path, linesOfRuns([run], known));
}

/**
 * Puts other rows and runs into a folder. They are written beside those that are there and then take their place, so that
 * whenever the computer stops the folder holds the one or the other. Lines that cannot be used are written as they are.
 * @param aside a word for the names under which what was there is kept; null where the new holds all of it
 * @returns the paths of what is kept
 */
export async function replaceResults(
  folder: string,
  { rows, runs, bad }: Results,
  aside: string | null,
): Promise<string[]> {
  const kept: string[] = [];
  if (aside !== null) {
    for (const name of [ROWS, RUNS]) {
      const path = join(folder, name);
      const copy = join(folder, name.replace('.', `.${aside}.`));
      if (!(await stat(path).catch(() => null))) continue;
      await copyFile(path, copy).catch((cause) => {
        throw cannotWrite(copy, cause);
      });
      kept.push(copy);
    }
  }
  // Runs first: rows without the run that they come from would say less than a run without its rows.
  await replaceFile(join(folder, RUNS), textOf(linesOfRuns(runs, new Set())) + linesAsTheyAre(bad.runs));
  await replaceFile(join(folder, ROWS), textOf(rows) + linesAsTheyAre(bad.rows));
  return kept;
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
    await replaceFile(path, text);
    paths.push(path);
  }
  return paths;
}

/** @throws InspectorError `bad-file` or `storage-full` where the folder cannot be made */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeParents(resolve(folder));
    if ((await stat(folder)).isFile()) throw Object.assign(new Error(), { code: 'EEXIST' });
  } catch (cause) {
    throw new InspectorError(
      'bad-file',
      `Nothing can be written into "${folder}"${reasonOf(cause)}.`,
      'Choose another --out.',
      { cause },
    );
  }
}

/** Node's own way, `recursive`, never ends where the system has no such folder (`/proc/x`). */
async function makeParents(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => null))?.isDirectory()) return;
  if (dirname(folder) !== folder) await makeParents(dirname(folder));
  await mkdir(folder).catch((error) => {
    // Another process may have made it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

/**
 * Makes a folder ready to be added to: what is added begins a line of its own, also after one that was cut short.
 * @throws InspectorError `bad-file` or `storage-full` where nothing can be written
 */
export async function openFolder(folder: string): Promise<void> {
  for (const name of [ROWS, RUNS]) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => '');
    await append(path, text === '' || text.endsWith('\n') ? '' : '\n');
  }
}

/** Whoever stops the command meanwhile, or runs out of space, still has the file of before. */
async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await open(fresh, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    throw cannotWrite(path, cause);
  }
}

/** Thousands of pictures, which many runs were given: they stand once in a file, and runs name them. */
interface PictureList {
  /** SHA-256 of the list. */
  pictures: string;
  list: NamedPicture[];
}

type KeptRun = Omit<ReportRun, 'asked'> & { asked?: { pictures: string; sizes: number[] } };

/** @param known the lists that are there already; those that are added are added to it */
function linesOfRuns(runs: readonly ReportRun[], known: Set<string>): unknown[] {
  return runs.flatMap(({ asked, ...run }): (PictureList | KeptRun)[] => {
    if (!asked) return [run];
    const list = asked.pictures.map(({ name, sha256 }) => ({ name, sha256 }));
    const pictures = hashText(JSON.stringify(list));
    const kept: KeptRun = { ...run, asked: { pictures, sizes: asked.sizes } };
    if (known.has(pictures)) return [kept];
    known.add(pictures);
    return [{ pictures, list }, kept];
  });
}

async function readRuns(folder: string): Promise<{ values: ReportRun[]; bad: BadLine[] }> {
  const { values: lines, bad } = await readLines(join(folder, RUNS), readRunLine);
  const lists = new Map(lines.flatMap((line) => ('list' in line ? [[line.pictures, line.list]] : [])));
  const values = lines.flatMap((line): ReportRun[] => {
    if ('list' in line) return [];
    const { asked, ...run } = line;
    const pictures = asked && lists.get(asked.pictures);
    return [pictures ? { ...run, asked: { pictures, sizes: asked.sizes } } : run];
  });
  return { values, bad };
}

function readRunLine(value: unknown): PictureList | KeptRun {
  const line = fieldsOf(value, 'the run');
  if (line.get('list').value === undefined) return readRun(value, readKeptAsked) as unknown as KeptRun;
  const pictures = readHash(line.get('pictures'));
  const list = readPictures(line.get('list'));
  if (hashText(JSON.stringify(list)) !== pictures) line.get('list').refuse('is not the one that was written');
  return { pictures, list };
}

function readKeptAsked(asked: Field): void {
  readHash(asked.get('pictures'));
  readSizes(asked.get('sizes'));
}

async function addLines(path: string, values: readonly unknown[]): Promise<void> {
  await append(path, textOf(values));
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text, { flush: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function textOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** Each once. */
function linesAsTheyAre(bad: readonly BadLine[]): string {
  return [...new Set(bad.map(({ text }) => `${text}\n`))].join('');
}
