/** The bench in Node: `scripts/bench.mjs --node` bundles this and calls it. */
import { cpus } from 'node:os';
import type { BenchOptions } from '../options';
import type { BenchReport } from '../report';
import { bench } from '../run';
import { reportText } from '../text';
import { spawnProcess } from './port';

/** @param program the bundle of `worker.ts` */
export async function benchInNode(
  options: BenchOptions,
  program: string,
  log: (line: string) => void,
): Promise<{ report: BenchReport; text: string }> {
  const report = await bench(options, {
    spawn: () => spawnProcess(program),
    runsIn: `Node ${process.version}`,
    cores: cpus().length,
    log,
  });
  return { report, text: reportText(report) };
}
