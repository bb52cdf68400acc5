import { type BenchOptions, DEFAULTS } from './options';
import type { BenchReport } from './report';
import { bench } from './run';
import { spawnContender } from './spawn';

/** A bench of one run at 32 pixels. */
export function small(options: Partial<BenchOptions>): Promise<BenchReport> {
  return bench(
    { ...DEFAULTS, model: 'tiny', sizes: [32], runs: 1, limit: 120, ...options },
    { spawn: spawnContender, runsIn: 'a test', cores: 2, log: () => {} },
  );
}
