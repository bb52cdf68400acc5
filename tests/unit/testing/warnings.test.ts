import { expect, test } from 'vitest';
import { warningsIn } from '../../../scripts/testing/warnings.mjs';

test.each([
  '(node:2273) MaxListenersExceededWarning: Possible EventTarget memory leak detected. 11 abort listeners added',
  '(node:3635) [DEP0137] DeprecationWarning: Closing a FileHandle object on garbage collection is deprecated.',
  '(node:3635) Warning: Closing file descriptor 19 on garbage collection',
  '\u001b[90mstderr\u001b[2m | tests/unit/a.test.ts\u001b[2m > \u001b[22m\u001b[2mit computes',
  'An update to Panel inside a test was not wrapped in act(...).',
  'new URL("./",import.meta.url) doesn\'t exist at build time, it will remain unchanged to be resolved at runtime.',
  '[plugin rolldown:vite-resolve] Module "module" has been externalized for browser compatibility',
  '(!) Some chunks are larger than 500 kB after minification.',
  'npm warn install-scripts 1 package has install scripts not yet covered by allowScripts:',
  'Vitest caught 1 unhandled error during the test run. Unhandled Errors',
])('%s', (line) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour a terminal begin with one.
  const plain = line.replace(/\u001b\[[0-9;]*m/g, '');
  expect(warningsIn(`before\n${line}\r\n${line}\nbehind`)).toEqual([plain]);
});

test('what only speaks of warnings is none', () => {
  const lines = [
    ' ✓ |unit| tests/unit/a.test.ts > a warning is shown beside the number',
    'stdout | tests/browser/package.test.ts > the package',
    'Checked 941 files in 9s. No fixes applied.',
    ' Test Files  4 passed (4)',
  ];
  expect(warningsIn(lines.join('\n'))).toEqual([]);
});
