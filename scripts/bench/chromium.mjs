/** Runs the bench in a real Chromium, on a page of its own that is built as the product is. */

import { join } from 'node:path';
import { ALIAS } from '../alias.mjs';
import { installChromium, ROOT } from '../install.mjs';

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  // Without a graphics processor: WebGPU in software, which the page itself would never choose.
  '--enable-unsafe-webgpu',
  // A page that nobody looks at must not be slowed down.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

/** @returns the report, and the same as text */
export async function benchInChromium(options, log) {
  const executablePath = await installChromium();
  const { build, preview } = await import('vite');
  const { chromium } = await import('playwright');
  const outDir = join(ROOT, '.vite', 'bench');
  log('building the page');
  await build({
    configFile: false,
    root: join(ROOT, 'tests', 'bench'),
    resolve: { alias: ALIAS },
    base: './',
    logLevel: 'error',
    publicDir: false,
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 4000 },
  });
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const server = await preview({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: { outDir },
    preview: { host: 'localhost', port: 0, headers },
  });
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => log(`error on the page: ${error.message}`));
    await page.exposeFunction('logBench', log);
    await page.goto(server.resolvedUrls.local[0]);
    await page.waitForFunction(() => 'runBench' in window);
    return await page.evaluate((given) => window.runBench(given), options);
  } finally {
    await browser.close();
    await server.close();
  }
}
