import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { LAUNCH_OPTIONS } from './tests/chromium.ts';
import { ISOLATION_HEADERS } from './vite.config.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts', 'tests/unit/**/*.test.tsx'],
          // Most take milliseconds; on a busy machine the longest pass the usual five seconds.
          testTimeout: 30_000,
        },
      },
      {
        // Kernels and goldens run inside a real Chromium, on every backend that it offers.
        server: { headers: ISOLATION_HEADERS },
        test: {
          name: 'kernels',
          include: [
            'tests/kernels/**/*.test.ts',
            'tests/golden/**/*.test.ts',
            'tests/experiments/**/*.test.ts',
            'tests/inpage/**/*.test.ts',
            'tests/bench/**/*.test.ts',
          ],
          setupFiles: ['tests/poison-setup.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: LAUNCH_OPTIONS }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // The page itself, driven from Node.
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        // The page in Firefox and WebKitGTK, where they are installed.
        test: {
          name: 'engines',
          environment: 'node',
          include: ['tests/engines/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
