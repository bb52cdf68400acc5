/**
 * `npm run figures`: times the built page in Chromium on this machine and prints the table of docs/performance.md.
 * Nothing else should run meanwhile.
 */
import { cpus } from 'node:os';
import { installChromium, ROOT, run } from './install.mjs';

const MODEL = 'mini-planted';
/** Backends, sizes and how often a poke is timed; software WebGPU and plain JavaScript are too slow for more than one. */
const RUNS = [
  { title: 'wasm, threads', query: 'backend=wasm', isolated: true, sizes: [256, 384, 512, 768], pokes: 7 },
  {
    title: 'wasm, not isolated (one thread)',
    query: 'backend=wasm',
    isolated: false,
    sizes: [256, 512],
    pokes: 5,
  },
  {
    title: 'webgl in software (SwiftShader)',
    query: 'backend=webgl',
    isolated: true,
    sizes: [256],
    pokes: 2,
  },
  {
    title: 'webgpu in software (SwiftShader)',
    query: 'backend=webgpu',
    isolated: true,
    sizes: [256],
    pokes: 1,
  },
  { title: 'plain JavaScript', query: 'backend=cpu', isolated: true, sizes: [256], pokes: 1 },
];

const only = process.argv[2];
const executablePath = await installChromium();
run('npx', ['vite', 'build', '--logLevel', 'error']);
const { preview } = await import('vite');
const { chromium } = await import('playwright');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-unsafe-webgpu'] });
console.log(
  `${cpus()[0].model.trim()}, ${cpus().length} cores; Chromium ${browser.version()}; model ${MODEL}\n`,
);

const paint = await firstPaint();
console.log(
  `first contentful paint ${ms(paint.contentful)}, the example's pictures on screen ${ms(paint.example)}`,
);
console.log('(median of 5 loads, from a server on the same machine)\n');

console.log(
  "| backend | size | encode | decode | poke to exact picture | to effect with control | frames while a slider is dragged | one of the influence's three gradients |",
);
console.log('|---|---|---|---|---|---|---|---|');
for (const each of RUNS.filter(({ title }) => !only || title.includes(only))) {
  const server = await serve(each.isolated);
  for (const size of each.sizes) {
    const figures = await time(
      `${server.url}?model=${MODEL}&picture=still-life&size=${size}&${each.query}`,
      each.pokes,
    );
    const { encode, decode, poke, effect, frames, gradient } = figures;
    console.log(
      `| ${each.title} | ${size} | ${ms(encode)} | ${ms(decode)} | ${ms(poke)} | ${ms(effect)} | ${Math.round(1000 / frames)} a second | ${ms(gradient)}, ${(gradient / decode).toFixed(1)} decodes |`,
    );
  }
  await server.close();
}
await browser.close();

async function serve(isolated) {
  const headers = isolated ? undefined : {};
  const server = await preview({
    root: ROOT,
    logLevel: 'error',
    ...(isolated ? {} : { configFile: false }),
    preview: { host: 'localhost', port: 0, headers },
  });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

/** Opens the page, pokes cells in turn, drags a slider, runs the influence, and reads the engine's own encode and decode times that the page keeps. */
async function time(url, pokes) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(900_000);
  await page.goto(`${url}?screen=bench`);
  const figures = await page.evaluate(async (count) => {
    const element = document.querySelector('latent-inspector');
    await element.ready;
    const poke = [];
    const effect = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      element.edits = [{ kind: 'heal', cell: { row: 1 + index, col: 1 } }];
      await element.decoded('edited');
      poke.push(performance.now() - start);
      await element.effect();
      effect.push(performance.now() - start);
    }
    // A value a frame for two seconds, as a hand does; the pictures between exact decodes are interpolated.
    element.edits = [];
    const slider = [...element.shadowRoot.querySelectorAll('input[type=range]')].find((input) =>
      (input.getAttribute('aria-label') ?? '').startsWith('Change of c0'),
    );
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const frames = [];
    let last = await new Promise(requestAnimationFrame);
    const begin = last;
    while (last - begin < 2000) {
      setValue.call(slider, String(2 * Math.sin((last - begin) / 300)));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
    }
    slider.dispatchEvent(new Event('change', { bubbles: true }));
    await element.decoded('edited');
    const started = performance.now();
    await element.experiment('influence');
    const gradient = [(performance.now() - started) / 3];
    const [[, timings]] = JSON.parse(localStorage.getItem('latent-inspector:timings:1'));
    return {
      poke,
      effect,
      frames,
      gradient,
      encode: Object.values(timings.encode),
      decode: Object.values(timings.decode),
    };
  }, pokes);
  await context.close();
  return Object.fromEntries(Object.entries(figures).map(([key, values]) => [key, median(values)]));
}

/** From navigation to the first paint with content, and to the first frame in which the example's decode is drawn. */
async function firstPaint() {
  const server = await serve(true);
  const contentful = [];
  const example = [];
  for (let load = 0; load < 5; load++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(server.url, { waitUntil: 'commit' });
    const times = await page.evaluate(async () => {
      const drawn = () => {
        const canvas = document
          .querySelector('latent-inspector')
          ?.shadowRoot?.querySelector('[data-part="a"] canvas');
        if (!canvas?.width) return false;
        const middle = canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
        return middle[3] === 255;
      };
      while (!drawn()) await new Promise(requestAnimationFrame);
      const shown = performance.now();
      await new Promise((done) => setTimeout(done, 200));
      return { shown, contentful: performance.getEntriesByName('first-contentful-paint')[0].startTime };
    });
    contentful.push(times.contentful);
    example.push(times.shown);
    await context.close();
  }
  await server.close();
  return { contentful: median(contentful), example: median(example) };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function ms(value) {
  return value >= 995 ? `${(value / 1000).toPrecision(3)} s` : `${Math.round(value)} ms`;
}
