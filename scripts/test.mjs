/**
 * `npm test`: installs what is missing, then lint, types and every test.
 * `npm test -- unit` (or kernels, browser, engines) runs one group only.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  installChromium,
  installDependencies,
  installOtherBrowsers,
  ROOT,
  requireNode,
  run,
} from './install.mjs';

const GROUPS = ['unit', 'kernels', 'browser', 'engines'];

requireNode();
const groups = readGroups();
installDependencies();
const chromium = await installChromium();
if (groups.includes('engines')) installOtherBrowsers();

const failures = [];
const check = (name, status) => status !== 0 && failures.push(name);

console.log('\n— lint');
check('lint', run('npx', ['biome', 'check', '--error-on-warnings', '.'], { mayFail: true }));
console.log('\n— types');
check('types', run('npx', ['tsc', '--noEmit'], { mayFail: true }));
if (groups.includes('browser') || groups.includes('engines')) {
  console.log('\n— build');
  check('build', run('npx', ['vite', 'build', '--logLevel', 'warn'], { mayFail: true }));
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const output = join(ROOT, 'tests', 'output');
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
// One group after the other: on two cores the browser tests' timings would not bear company.
for (const group of groups) {
  console.log(`\n— ${group} tests`);
  const file = join(output, `${group}.json`);
  const status = run(
    'npx',
    [
      'vitest',
      'run',
      '--project',
      group,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    // Inputs for each reader in the generated tests (tests/unit/generated).
    { env: { CHROMIUM_PATH: chromium, FUZZ_RUNS: process.env.FUZZ_RUNS ?? '10000' }, mayFail: true },
  );
  check(`${group} tests`, status);
  count(file);
}

console.log(failures.length === 0 ? '\nEverything passed.' : `\nFailed: ${failures.join(', ')}.`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failures.length === 0 ? 0 : 1);

function count(file) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    counts.passed += result.numPassedTests;
    counts.failed += result.numFailedTests;
    counts.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
  } catch {
    failures.push(`no result file of the ${file.split('/').pop()} run`);
  }
}

function readGroups() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !GROUPS.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no group of tests "${unknown[0]}"; there are ${GROUPS.join(', ')}.`);
    process.exit(1);
  }
  return wanted.length > 0 ? GROUPS.filter((name) => wanted.includes(name)) : GROUPS;
}
