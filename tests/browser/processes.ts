/** Processes of a browser that tests have started. */
import { execFileSync } from 'node:child_process';

/** The graphics process of the browser whose own process is `browser`. @throws Error where it has none */
export function graphicsProcess(browser: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    // A command of several lines is no process of its own.
    .filter(([pid, parent]) => /^\d+$/.test(pid) && /^\d+$/.test(parent ?? ''));
  const parents = new Map(rows.map(([pid, parent]) => [Number(pid), Number(parent)]));
  const isOurs = (pid: number): boolean => pid === browser || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  const found = rows.find((row) => row.includes('--type=gpu-process') && isOurs(Number(row[0])));
  if (!found) throw new Error('This browser has no graphics process.');
  return Number(found[0]);
}
