import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { ALIAS } from './scripts/alias.mjs';
import { LAUNCH_OPTIONS, UNCHECKED_OPTIONS } from './tests/chromium.ts';
import { type Device, ENDURANCE, EXHAUSTIVE, filesFor, HOSTING } from './tests/groups.ts';
import { ISOLATION_HEADERS } from './vite.config.ts';

/** Kernels, goldens and experiments inside a real Chromium, on the backends of one device. */
function inChromium(
  name: string,
  device: Device,
  include: string[],
  launchOptions: typeof LAUNCH_OPTIONS = LAUNCH_OPTIONS,
): TestProjectInlineConfiguration {
  return {
    resolve: { alias: ALIAS },
    server: { headers: ISOLATION_HEADERS },
    test: {
      name,
      include,
      setupFiles: ['tests/poison-setup.ts'],
      provide: { device },
      testTimeout: 300_000,
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

/** A browser that is driven from Node. */
function driven(name: string, include: string[], exclude: string[] = []): TestProjectInlineConfiguration {
  return {
    resolve: { alias: ALIAS },
    test: {
      name,
      environment: 'node',
      include,
      exclude,
      testTimeout: 240_000,
      hookTimeout: 240_000,
      fileParallelism: false,
      // Other groups compute at the same time.
      expect: { poll: { timeout: 15_000 } },
    },
  };
}

function inNode(name: string, include: string[], exclude: string[] = []): TestProjectInlineConfiguration {
  return {
    resolve: { alias: ALIAS },
    test: {
      name,
      environment: 'node',
      include,
      exclude,
      // Most take milliseconds; on a busy machine the longest pass the usual five seconds.
      testTimeout: 30_000,
    },
  };
}

const processor = filesFor('processor');
const isShort = (file: string) => !ENDURANCE.includes(file);
const graphics = filesFor('graphics');
const isChecked = (file: string) => /^tests\/(kernels|bench)\//.test(file);

/** What each group runs and needs is told in CONTRIBUTING.md. */
export default defineConfig({
  test: {
    // The advice of a library to take another of its packages instead.
    onConsoleLog: (log) => !log.includes('Hi, looks like you are running TensorFlow.js in Node.js.'),
    projects: [
      inNode('unit', ['tests/unit/**/*.test.ts', 'tests/unit/**/*.test.tsx'], EXHAUSTIVE),
      inNode('exhaustive', EXHAUSTIVE),
      inChromium('kernels', 'processor', processor.filter(isShort)),
      inChromium('endurance', 'processor', ENDURANCE),
      inChromium('graphics', 'graphics', graphics.filter(isChecked)),
      inChromium(
        'networks',
        'graphics',
        graphics.filter((file) => !isChecked(file)),
        UNCHECKED_OPTIONS,
      ),
      driven('browser', ['tests/browser/**/*.test.ts'], HOSTING),
      driven('hosting', HOSTING),
      driven('engines', ['tests/engines/**/*.test.ts']),
    ],
  },
});
