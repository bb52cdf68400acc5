/** Runs the bench in Node, for machines with a graphics processor and no browser. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../cli/build.mjs';
import { ROOT } from '../install.mjs';

/** @returns the report, and the same as text */
export async function benchInNode(options, log) {
  // Inside the project, from where its packages are found.
  const outDir = join(ROOT, '.vite', 'bench-node');
  log('bundling for Node');
  await bundleForNode({ main: 'tests/bench/node/main.ts', worker: 'tests/bench/node/worker.ts' }, outDir);
  const program = await import(pathToFileURL(join(outDir, 'main.js')).href);
  return program.benchInNode(options, join(outDir, 'worker.js'), log);
}
