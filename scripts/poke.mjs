/**
 * `npm run render-poke`: the moving picture of README, `docs/poke.gif`: the built page's three panes while the spot of `mini-planted`
 * is healed step by step.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import gifenc from 'gifenc';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { installChromium, ROOT } from './install.mjs';

const { GIFEncoder, quantize, applyPalette } = gifenc;
const SPOT = { row: 1, col: 1 };
const STEPS = 5;
const [STILL, MOVING] = [1400, 160];

const executablePath = await installChromium();
await build({ root: ROOT, logLevel: 'warn' });
const server = await preview({ root: ROOT, logLevel: 'warn', preview: { host: 'localhost', port: 0 } });
const browser = await chromium.launch({ executablePath });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 0.75 });
await page.goto(
  `${server.resolvedUrls.local[0]}?sw=off#v=1&model=mini-planted&picture=still-life&size=256&cell=${SPOT.row},${SPOT.col}`,
);

const inspector = () => document.querySelector('latent-inspector');
await page.evaluate(`(${inspector})().ready`);
await page
  .getByRole('button', { name: 'Dismiss' })
  .click()
  .catch(() => {});
const healed = await page.evaluate(async (cell) => {
  const element = document.querySelector('latent-inspector');
  const { mean, cols, channels } = await element.posterior();
  const at = (row, col) => [...mean.slice((row * cols + col) * channels, (row * cols + col + 1) * channels)];
  const around = [-1, 0, 1].flatMap((y) =>
    [-1, 0, 1].flatMap((x) => (x || y ? [at(cell.row + y, cell.col + x)] : [])),
  );
  return at(cell.row, cell.col).map(
    (value, c) => around.reduce((sum, values) => sum + values[c], 0) / around.length - value,
  );
}, SPOT);

const frames = [];
for (let step = 0; step <= STEPS; step++) {
  await page.evaluate(
    async ({ cell, values }) => {
      const element = document.querySelector('latent-inspector');
      element.edits = [{ kind: 'add', cell, values }];
      await element.effect();
    },
    { cell: SPOT, values: healed.map((value) => (value * step) / STEPS) },
  );
  await page.waitForTimeout(400);
  frames.push(decode(await page.screenshot({ clip: { x: 0, y: 95, width: 1280, height: 480 } })));
}
await browser.close();
await server.close();

const gif = GIFEncoder();
const there = [...frames.keys()];
const order = [...there, ...there.slice(1, -1).reverse()];
for (const at of order) {
  const { width, height, data, channels } = frames[at];
  const rgba = channels === 4 ? data : withAlpha(data, width * height);
  const palette = quantize(rgba, 256);
  const delay = at === 0 || at === STEPS ? STILL : MOVING;
  gif.writeFrame(applyPalette(rgba, palette), width, height, { palette, delay });
}
gif.finish();
const file = join(ROOT, 'docs', 'poke.gif');
writeFileSync(file, gif.bytes());
console.log(`${file}: ${Math.round(gif.bytes().length / 1000)} kB`);

function withAlpha(rgb, pixels) {
  const rgba = new Uint8Array(4 * pixels);
  for (let at = 0; at < pixels; at++) rgba.set([rgb[3 * at], rgb[3 * at + 1], rgb[3 * at + 2], 255], 4 * at);
  return rgba;
}
