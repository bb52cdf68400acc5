/** The page that a bench runs in: `scripts/bench.mjs` opens it and calls `runBench`. */
import type { BenchOptions } from './options';
import type { BenchReport } from './report';
import { bench } from './run';
import { spawnContender } from './spawn';
import { reportText } from './text';

declare global {
  interface Window {
    runBench(options: BenchOptions): Promise<{ report: BenchReport; text: string }>;
    /** Given by who opened the page. */
    logBench(line: string): void;
  }
}

window.runBench = async (options) => {
  const report = await bench(options, {
    spawn: spawnContender,
    runsIn: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    log: (line) => window.logBench(line),
  });
  return { report, text: reportText(report) };
};
