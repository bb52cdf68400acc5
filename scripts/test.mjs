/**
 * `npm test`: installs what is missing, then lint, types and the groups of tests that are to fit into six minutes; `npm run test:all` runs
 * all groups, `npm test -- unit` one alone. CONTRIBUTING.md says what each runs and needs.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import {
  installChromium,
  installDependencies,
  installOtherBrowsers,
  ROOT,
  requireNode,
  runQuietly,
} from './install.mjs';
import { memoryFolder } from './testing/folder.mjs';
import { warningsIn } from './testing/warnings.mjs';

/** Those that take longest come first, so that the last to end are short; of the two that keep a software adapter busy one at a time. */
const GROUPS = [
  'unit',
  'graphics',
  'hosting',
  'exhaustive',
  'networks',
  'kernels',
  'endurance',
  'browser',
  'engines',
];
/** Groups that `npm test` leaves to `npm run test:all`. */
const MORE = ['graphics', 'networks', 'hosting', 'exhaustive', 'endurance', 'engines'];
/** Groups that run in Node, and write thousands of small files. */
const IN_NODE = ['unit', 'exhaustive'];
/** Groups that drive the built page. */
const ON_BUILD = ['browser', 'hosting', 'engines'];

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
const scratch = memoryFolder();
process.once('exit', scratch.remove);
process.once('SIGINT', () => process.exit(130));

const start = Date.now();
const built = groups.some((name) => ON_BUILD.includes(name))
  ? step('build', 'npx', ['vite', 'build', '--logLevel', 'warn'])
  : null;
const steps = [
  ...groups.map((name) => () => tests(name)),
  () => step('types', 'npx', ['tsc', '-b']),
  () => step('lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']),
];
// One more than there are cores, as each waits now and then: for a browser, a timer, a file.
const lanes = Math.min(availableParallelism(), 4) + 1;
await Promise.all(Array.from({ length: lanes }, lane));
await built;

for (const test of failedTests) console.log(`Failed: ${test}`);
console.log(failures.length === 0 ? '\nEverything passed.' : `\nFailed: ${failures.join(', ')}.`);
console.log(`${Math.round((Date.now() - start) / 1000)} s in all`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failures.length === 0 ? 0 : 1);

async function lane() {
  for (let run = steps.shift(); run; run = steps.shift()) await run();
}

async function tests(group) {
  if (ON_BUILD.includes(group)) await built;
  const file = join(output, `${group}.json`);
  const args = ['--project', group, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await step(`${group} tests`, 'npx', ['vitest', 'run', ...args], {
    CHROMIUM_PATH: chromium,
    // Browsers judge by the disk of their profile how much a page may keep.
    ...(IN_NODE.includes(group) ? scratch.env : {}),
  });
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
  const warnings = warningsIn(text);
  for (const warning of warnings) console.log(`A warning of ${name}: ${warning}`);
  if (warnings.length > 0) failures.push(`warnings of ${name}`);
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
  if (wanted.length === 0) return GROUPS.filter((name) => !MORE.includes(name));
  if (wanted.includes('all')) return GROUPS;
  const unknown = wanted.filter((name) => !GROUPS.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no group of tests "${unknown[0]}"; there are ${GROUPS.join(', ')}, and all.`);
    process.exit(1);
  }
  return GROUPS.filter((name) => wanted.includes(name));
}
