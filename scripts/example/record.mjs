/**
 * `npm run record-example`: computes the example that the page shows before any model is loaded, and writes it to
 * public/recordings/example.lirec, its header also to src/example.json. To be run again whenever the model or the picture it
 * shows has changed; a test compares them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installChromium, ROOT } from '../install.mjs';

const OPTIONS = {
  model: 'mini-planted',
  second: 'mini-clean',
  picture: 'still-life',
  size: 512,
  radius: 4,
  strengths: [0, 0.25, 0.5, 0.75, 1],
};

const executablePath = await installChromium();
const { createServer } = await import('vite');
const { chromium } = await import('playwright');

// Gone before anything is loaded: an old recording must not be able to keep its successor from being made.
const folder = join(ROOT, 'public', 'recordings');
const file = join(folder, 'example.lirec');
const header = join(ROOT, 'src', 'example.json');
rmSync(file, { force: true });
rmSync(header, { force: true });

const server = await createServer({
  root: ROOT,
  // A cache of its own: a development server that runs beside it would otherwise reload this page half-way.
  cacheDir: join(ROOT, 'node_modules', '.vite-record'),
  logLevel: 'warn',
  server: { host: 'localhost', port: 0, hmr: false },
});
await server.listen();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(new URL('scripts/example/index.html', server.resolvedUrls.local[0]).href);
  await page.waitForFunction(() => 'record' in window);
  const recorded = await page.evaluate((options) => window.record(options), OPTIONS);
  const bytes = Buffer.from(recorded.base64, 'base64');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
  writeFileSync(header, `${recorded.header}\n`);
  console.log(`public/recordings/example.lirec: ${Math.round(bytes.length / 1000)} kB.`);
} finally {
  await browser.close();
  await server.close();
}
