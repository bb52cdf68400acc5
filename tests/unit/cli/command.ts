/** The command in a process of its own, and what it said. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportRow } from '@/report/row';

const PROGRAM = fileURLToPath(new URL('../../../scripts/cli/run.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

export interface Start {
  cwd: string;
  env?: Record<string, string>;
  /** A module that is loaded before the command, to stand in for what a test machine's disk does not do. */
  before?: string;
  /** Told after each piece that the command says on stderr, with all of it. */
  onErrors?(errors: string, child: ChildProcess): void;
  onStart?(child: ChildProcess): void;
}

export function command(
  args: readonly string[],
  { cwd, env, before, onErrors, onStart }: Start,
): Promise<Ended> {
  const imports =
    before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  const child = spawn(process.execPath, [...imports, PROGRAM, ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  const ended: Ended = { code: null, signal: null, output: '', errors: '' };
  child.stdout.on('data', (text) => {
    ended.output += text;
  });
  child.stderr.on('data', (text) => {
    ended.errors += text;
    onErrors?.(ended.errors, child);
  });
  onStart?.(child);
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ ...ended, code, signal })));
}

export function rowsIn(folder: string): ReportRow[] {
  return readFileSync(join(folder, 'rows.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ReportRow);
}

/** Rows of one folder as the rows of another, under other pictures' names and contents: results without computing. */
export function pretendRows(
  folder: string,
  rows: readonly ReportRow[],
  rename: (name: string) => string,
): void {
  const renamed = rows.map((row) => {
    const name = rename(row.picture.name);
    return { ...row, picture: { name, sha256: createHash('sha256').update(name).digest('hex') } };
  });
  writeFileSync(join(folder, 'rows.jsonl'), renamed.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
