/**
 * `npm test`: installs what is missing, then lint, types and every test.
 * `npm test -- unit` (or kernels, browser, engines) runs one group only.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  installChromium,
  installDependencies,
  installOtherBrowsers,
  ROOT,
  requireNode,
  runQuietly,
} from './install.mjs';

const GROUPS = ['unit', 'kernels', 'browser', 'engines'];

requireNode();
const groups = readGroups();
installDependencies();
const chromium = await installChromium();
if (groups.includes('engines')) installOtherBrowsers();

const failures = [];
const failedTests = [];
const counts = { passed: 0, failed: 0, skipped: 0 };
const output = join(ROOT, 'tests', 'output');
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const lint = () => step('lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']);
const types = () => step('types', 'npx', ['tsc', '--noEmit']);
const build = () => step('build', 'npx', ['vite', 'build', '--logLevel', 'warn']);
const has = (name) => groups.includes(name);

// Side by side, as each waits now and then: for a browser, a timer, a file.
const group = (name) => (has(name) ? [() => tests(name)] : []);
const page = has('browser') || has('engines') ? [build] : [];
await Promise.all([
  inTurn(group('kernels')),
  inTurn([lint, types, ...group('unit')]),
  inTurn([...page, ...group('browser'), ...group('engines')]),
]);

for (const test of failedTests) console.log(`Failed: ${test}`);
console.log(failures.length === 0 ? '\nEverything passed.' : `\nFailed: ${failures.join(', ')}.`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failures.length === 0 ? 0 : 1);

async function inTurn(steps) {
  for (const run of steps) await run();
}

async function tests(group) {
  const file = join(output, `${group}.json`);
  const args = ['--project', group, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await step(`${group} tests`, 'npx', ['vitest', 'run', ...args], { CHROMIUM_PATH: chromium });
  count(file);
}

/** Runs one step; what it prints comes when it ends, with the time it took, so that steps side by side do not mix. */
async function step(name, command, args, env = {}) {
  const start = Date.now();
  console.log(`… ${name}`);
  const { status, text } = await runQuietly(command, args, { env });
  console.log(`\n— ${name}, ${Math.round((Date.now() - start) / 1000)} s`);
  process.stdout.write(text);
  if (status !== 0) failures.push(name);
}

function count(file) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    counts.passed += result.numPassedTests;
    counts.failed += result.numFailedTests;
    counts.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
    for (const { name, assertionResults, message } of result.testResults) {
      const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
      // A file that could not be read has no tests, but a message.
      if (failed.length === 0 && message) failed.push(message);
      for (const test of failed) failedTests.push(`${relative(ROOT, name)}: ${test}`);
    }
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
