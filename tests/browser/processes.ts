/** Processes of a browser that tests have started. */
import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright';
import { LAUNCH_OPTIONS } from '../chromium';

/** The graphics process of the browser whose own process is `browser`. @throws Error where it has none */
function graphicsProcess(browser: number): number {
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

/** A browser of its own, whose graphics process can be killed: other tests' must not lose anything. */
export interface KillableBrowser {
  browser: Browser;
  killGraphics(): void;
  close(): Promise<void>;
}

export async function launchKillable(options = LAUNCH_OPTIONS): Promise<KillableBrowser> {
  const server = await chromium.launchServer(options);
  return {
    browser: await chromium.connect(server.wsEndpoint()),
    killGraphics: () => void process.kill(graphicsProcess(server.process().pid!), 'SIGKILL'),
    close: () => server.close(),
  };
}
