/**
 * `npm run record-example`: computes the example that the page shows before any model is loaded, and writes it to
 * public/example, its manifest to src/example.json. To be run again whenever the model or the picture it shows has changed; a test compares them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installChromium, ROOT } from '../install.mjs';

const OPTIONS = {
  model: 'mini-planted',
  picture: 'still-life',
  size: 512,
  radius: 4,
  strengths: [-1, -0.5, 0, 0.5, 1],
  quality: 0.9,
};

const executablePath = await installChromium();
const { createServer } = await import('vite');
const { chromium } = await import('playwright');

// Gone before anything is loaded: an old recording must not be able to keep its successor from being made.
const folder = join(ROOT, 'public', 'example');
const manifest = join(ROOT, 'src', 'example.json');
rmSync(folder, { recursive: true, force: true });
rmSync(manifest, { force: true });

const server = await createServer({
  root: ROOT,
  // A cache of its own: a development server that runs beside it would otherwise reload this page half-way.
  cacheDir: join(ROOT, 'node_modules', '.vite-record'),
  logLevel: 'warn',
  server: { host: 'localhost', port: 0 },
});
await server.listen();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(new URL('scripts/example/index.html', server.resolvedUrls.local[0]).href);
  await page.waitForFunction(() => 'record' in window);
  const files = await page.evaluate((options) => window.record(options), OPTIONS);
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const { name, base64 } of files) {
    const data = Buffer.from(base64, 'base64');
    bytes += data.length;
    writeFileSync(name === 'example.json' ? manifest : join(folder, name), data);
  }
  console.log(`public/example: ${files.length} files, ${Math.round(bytes / 1024)} kB.`);
} finally {
  await browser.close();
  await server.close();
}
