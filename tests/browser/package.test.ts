/**
 * The package as authors use it: packed, unpacked on a plain static host, and loaded by the examples (plain HTML, a React host,
 * a frame), once also from another origin, as a content delivery network is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import type * as Client from '@/element/frame/connect';
import type { Effect } from '@/latent/types';
import { LAUNCH_OPTIONS } from '../chromium';
import { moduleGraph } from './moduleGraph';
import { describePolicies } from './package/policies';
import { buildReactExample, openPackageSite, type PackageSite } from './package/site';

const HEAL = { kind: 'heal', cell: { row: 1, col: 1 } } as const;
/** Attributes of the element wherever it stands: the frame and the others must say the same as the element in a plain page. */
const VIEW = 'model="mini-planted" image="room" size="256"';

let site: PackageSite;
let browser: Browser;
const complaints: string[] = [];
let made = 0;
/** The effect of HEAL, from the element itself. */
let reference: Effect;

async function newPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The server has no icon of its own.
    if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico')) {
      complaints.push(message.text());
    }
  });
  return page;
}

async function open(address: string): Promise<Page> {
  const page = await newPage();
  await page.goto(address);
  return page;
}

/** A page of the author's whose body is `html`. */
function openWith(html: string): Promise<Page> {
  made += 1;
  writeFileSync(join(site.folder, `made-${made}.html`), `<!doctype html><body>${html}</body>`);
  return open(`${site.author}/made-${made}.html`);
}

/** The paths that `page` asks for, from now on. */
function requestsOf(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  return paths;
}

const effectOf = (page: Page, selector: string) =>
  page.evaluate(
    (which) => (document.querySelector(which) as LatentInspectorElement).effect(),
    selector,
  ) as Promise<Effect>;

const isHeavy = (path: string) => /live|\.wasm|worker|\.safetensors|files\//.test(path);

beforeAll(async () => {
  site = await openPackageSite();
  browser = await chromium.launch(LAUNCH_OPTIONS);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe('the package', () => {
  test('holds a typed module, the worker with its WebAssembly, models and pictures, and asks the host for nothing', () => {
    expect(site.packed).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'files/mini-planted.safetensors',
        'files/room.webp',
        'files/tfjs-backend-wasm-simd.wasm',
        'frame.d.ts',
        'frame.js',
        'index.d.ts',
        'latent-inspector.js',
        'package.json',
        'react.d.ts',
        'third-party-chunks.md',
        'worker.js',
      ]),
    );
    expect(site.packed.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(site.folder, 'package/package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('peerDependencies');
    expect(manifest.exports['.'].types).toBe('./index.d.ts');
  });

  test('begins with a shell of a few kilobytes; with the player of recordings it is still light, and without React', () => {
    const shell = closureOf(['latent-inspector.js']);
    const player = closureOf(['latent-inspector.js', 'chunks/player.js']);
    console.info(
      `the shell: ${shell.files.length} files, ${kilobytes(shell.bytes)}; with the player: ${player.files.length} files, ${kilobytes(player.bytes)}`,
    );
    expect(shell.bytes).toBeLessThan(15_000);
    expect(player.bytes).toBeLessThan(60_000);
    expect(player.text).not.toMatch(/react/i);
    expect(player.text).not.toMatch(/tensorflow/i);
  });

  test('no chunk of its worker imports the entry, of which WebKit would make a second one', () => {
    // From another origin a line of text imports the entry, and nothing imports that.
    const { files, importers } = moduleGraph(join(site.folder, 'package/worker.js'));
    expect(files.length).toBeGreaterThan(4);
    expect(importers).toEqual([]);
  });
});

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB gzipped`;

/** Scripts of the package with all that they import before they run. */
function closureOf(scripts: string[]): { files: string[]; text: string; bytes: number } {
  const files = new Set(scripts);
  const texts: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(site.folder, 'package', file), 'utf8');
    texts.push(text);
    for (const [, from] of text.matchAll(/(?:from|import)\s*["'`](\.\/[\w./-]+\.js)["'`]/g)) {
      files.add(join(dirname(file), from));
    }
  }
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
  return { files: [...files], text: texts.join(), bytes };
}

describe('in plain HTML', () => {
  let page: Page;
  let paths: string[];

  beforeAll(async () => {
    page = await newPage();
    paths = requestsOf(page);
    await page.route('**/plain.html', async (route) => {
      const response = await route.fetch();
      // Nothing is seen at first.
      const body = (await response.text()).replace('<h1>', '<div style="height: 300vh"></div><h1>');
      await route.fulfill({ response, body });
    });
    await page.goto(`${site.author}/plain.html`);
  });

  test('nothing but the shell is asked for until the figure is seen, and its place is kept', async () => {
    await page.waitForFunction(() => customElements.get('latent-inspector'));
    await page.waitForLoadState('networkidle');
    expect(paths.filter(isHeavy)).toEqual([]);
    const reserved = await page
      .locator('#first')
      .evaluate((element) => element.getBoundingClientRect().height);
    expect(reserved).toBeGreaterThan(600);
    await page.locator('#first').scrollIntoViewIfNeeded();
    await expect
      .poll(() => page.locator('#said').textContent(), { timeout: 60_000 })
      .toMatch(/moved by [\d.]+ levels/);
    expect(paths.filter(isHeavy).length).toBeGreaterThan(3);
    // The second one, far below, has not been seen.
    expect(paths.filter((path) => path.includes('mini-clean'))).toEqual([]);
    const taken = await page.locator('#first').evaluate((element) => element.getBoundingClientRect().height);
    console.info(`the placeholder is ${Math.round(reserved)} px high, the figure ${Math.round(taken)} px`);
    expect(Math.abs(taken / reserved - 1)).toBeLessThan(0.15);
  });

  test('two figures on one page have edits, models and keys of their own', async () => {
    await page.locator('#second').scrollIntoViewIfNeeded();
    await page.evaluate(() => (document.querySelector('#second') as LatentInspectorElement).ready);
    const state = () =>
      page.evaluate(() =>
        ['#first', '#second'].map((which) => {
          const element = document.querySelector(which) as LatentInspectorElement;
          const model = element.shadowRoot?.querySelector('select')?.value;
          return { edits: element.edits.length, model };
        }),
      );
    expect(await state()).toEqual([
      { edits: 1, model: 'mini-planted' },
      { edits: 0, model: 'mini-clean' },
    ]);
    const cells = page.locator('#second').getByRole('grid', { name: 'Latent cells' });
    await cells.focus();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await state()).map(({ edits }) => edits)).toEqual([1, 1]);
    await page.keyboard.press('z');
    await expect.poll(async () => (await state()).map(({ edits }) => edits)).toEqual([1, 0]);
    // Outside both, keys are the host page's.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('z');
    expect((await state()).map(({ edits }) => edits)).toEqual([1, 0]);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  });

  test('the numbers of an element are there for a script, and edits that were set early but do not fit are told of', async () => {
    const told = await page.evaluate(
      ([view]) => {
        document.body.innerHTML = `<latent-inspector ${view}></latent-inspector>`;
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        element.edits = [
          { kind: 'heal', cell: { row: 1, col: 1 } },
          { kind: 'heal', cell: { row: 999, col: 1 } },
        ];
        const early = element.edits.length;
        return new Promise<{ early: number; code: string; left: number }>((done) => {
          element.addEventListener('failure', ({ detail }) =>
            done({ early, code: detail.code, left: element.edits.length }),
          );
        });
      },
      [VIEW],
    );
    expect(told).toEqual({ early: 2, code: 'bad-edit', left: 1 });
    reference = await effectOf(page, 'latent-inspector');
    expect(reference.farRms).toBeGreaterThan(0);
    await page.close();
  });
});

describe('what is held back', () => {
  test('by its author waits for a click; a part that does not come says so, and can be asked for again', async () => {
    const page = await newPage();
    const live = '**/chunks/live.js';
    await page.route(live, (route) => route.abort());
    writeFileSync(
      join(site.folder, 'held.html'),
      `<!doctype html><script type="module" src="./latent-inspector/latent-inspector.js"></script>
       <latent-inspector ${VIEW} loading="click"></latent-inspector>`,
    );
    await page.goto(`${site.author}/held.html`);
    const figure = page.locator('latent-inspector');
    await figure.evaluate((element: LatentInspectorElement) => {
      element.addEventListener('failure', ({ detail }) => Object.assign(window, { code: detail.code }));
    });
    await figure.getByRole('button', { name: 'Load it' }).click();
    await figure.getByText('The figure could not be loaded.').waitFor();
    expect(await page.evaluate(() => (window as unknown as { code: string }).code)).toBe('network');
    await page.unroute(live);
    await figure.getByRole('button', { name: 'Try again' }).click();
    await figure.getByRole('grid', { name: 'Latent cells' }).waitFor();
    // It was asked for four times.
    expect(complaints.splice(0)).toEqual(Array(4).fill('Failed to load resource: net::ERR_FAILED'));
    await page.close();
  });
});

describe('a figure', () => {
  test('shows both pictures, the slider and the numbers in one view, in columns of 320 to 800 pixels', async () => {
    const page = await openWith(
      '<script type="module" src="./latent-inspector/latent-inspector.js"></script>' +
        '<latent-inspector view="figure" model="mini-planted" compare="mini-clean" image="still-life" size="512" caption="Two models." loading="eager"></latent-inspector>',
    );
    const slider = page.getByRole('slider', { name: 'Change of cell (1, 1)' });
    await slider.focus();
    await slider.press('End');
    await page
      .getByText(/^50 levels far from the cell \(ordinary cell: 0.16\)$/)
      .waitFor({ timeout: 60_000 });
    await page
      .getByText(/^1.1 levels far from the cell \(ordinary cell: 0.9\)$/)
      .waitFor({ timeout: 60_000 });
    await page.getByText('Two models.').waitFor();
    // Nothing of the instrument.
    expect(await page.getByRole('combobox').count()).toBe(0);
    expect(await page.getByRole('button').count()).toBe(0);
    for (const [width, height] of [
      [336, 568],
      [496, 640],
      [816, 640],
    ]) {
      await page.setViewportSize({ width, height });
      const box = await page.locator('latent-inspector').boundingBox();
      expect(box!.height, `${width}`).toBeLessThan(height);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
    await page.close();
  });

  test('that waits for a click shows its poster, which is not fetched otherwise', async () => {
    const attributes = 'view="figure" poster="poster.png" alt="A dark picture"';
    const script = '<script type="module" src="./latent-inspector/latent-inspector.js"></script>';
    const page = await openWith(`<latent-inspector ${attributes} loading="click"></latent-inspector>`);
    const paths = requestsOf(page);
    await page.route('**/poster.png', (route) =>
      route.fulfill({ status: 200, contentType: 'image/png', body: '' }),
    );
    await page.setContent(`${script}<latent-inspector ${attributes} loading="click"></latent-inspector>`);
    await page.getByRole('img', { name: 'A dark picture' }).waitFor();
    expect(paths.filter((path) => path.endsWith('poster.png'))).toHaveLength(1);
    await page.setContent(`${script}<latent-inspector ${attributes} loading="eager"></latent-inspector>`);
    await page.getByRole('slider').waitFor({ timeout: 60_000 });
    expect(paths.filter((path) => path.endsWith('poster.png'))).toHaveLength(1);
    await page.close();
  });
});

describe('a recording', () => {
  test('is played without model, worker or WebAssembly, and run live from where it was left', async () => {
    const page = await newPage();
    const paths = requestsOf(page);
    await page.goto(`${site.author}/recorded.html`);
    const figure = page.locator('latent-inspector');
    await figure.evaluate((element: LatentInspectorElement) => element.ready);
    await figure.getByRole('radio', { name: 'an ordinary cell' }).check();
    // It opens with nothing changed.
    await figure.getByRole('slider').press('End');
    expect(paths.filter((path) => /live|\.wasm|worker|\.safetensors/.test(path))).toEqual([]);
    await figure.getByText('Run it live').click();
    // The player has a grid of that name, too.
    await figure.locator('.player').waitFor({ state: 'detached' });
    await figure.getByRole('grid', { name: 'Latent cells' }).waitFor();
    const edits = await figure.evaluate(async (element: LatentInspectorElement) => {
      await element.ready;
      return element.edits;
    });
    // The ordinary cell, not the planted spot that it opened with.
    expect(edits).toHaveLength(1);
    expect(edits[0].cell).not.toEqual({ row: 1, col: 1 });
    await page.close();
  });
});

describe('from another origin than the page', () => {
  test('worker, WebAssembly and weights come from there, and the numbers are the same', async () => {
    const page = await openWith(
      `<script type="module" src="${site.network}/latent-inspector/latent-inspector.js"></script>
       <latent-inspector ${VIEW} loading="eager"></latent-inspector>`,
    );
    await page.waitForFunction(() => customElements.get('latent-inspector'));
    const element = page.locator('latent-inspector');
    await element.evaluate((node: LatentInspectorElement, edit) => {
      node.edits = [edit];
    }, HEAL);
    expect(await effectOf(page, 'latent-inspector')).toEqual(reference);
    await page.close();
  });
});

describe('styles', () => {
  const HOSTILE = `
    * { border-radius: 33px; }
    html { font-size: 62.5%; }
    body { font: italic 700 40px/3 fantasy; letter-spacing: 9px; word-spacing: 20px; color: rgb(255, 0, 0);
           text-align: right; direction: rtl; text-transform: uppercase; white-space: pre; cursor: wait;
           --text: rgb(255, 0, 0); --gap: 99px; --page: rgb(255, 0, 0); }
    button { padding: 50px; background: rgb(255, 0, 0); }
    .button, .pane, .square { display: none; }`;

  test('of the host page do not reach into the element, and none of its own reach out', async () => {
    const drawn = async (css: string) => {
      const page = await openWith(
        `<style>${css}</style><p class="pane square">The host's own <button class="button">button</button></p>
         <script type="module" src="./latent-inspector/latent-inspector.js"></script>
         <div style="width: 1100px"><latent-inspector ${VIEW} loading="eager"></latent-inspector></div>`,
      );
      await page.waitForFunction(() => customElements.get('latent-inspector'));
      const host = () =>
        page.locator('body > p').evaluate((node) =>
          [node, ...node.querySelectorAll('*')].map((each) => {
            const { font, color, display, padding, backgroundColor } = getComputedStyle(each);
            return [font, color, display, padding, backgroundColor];
          }),
        );
      const before = await host();
      await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
      expect(await host()).toEqual(before);
      expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(0);
      expect(await page.locator('head style, head link').count()).toBe(0);
      const inside = await page.locator('latent-inspector').evaluate((element) =>
        [...element.shadowRoot!.querySelectorAll('.inspector, h2, button, p, select, .pane, .square')]
          .slice(0, 60)
          .map((node) => {
            const style = getComputedStyle(node);
            const names = [
              'font-family',
              'font-size',
              'font-style',
              'line-height',
              'letter-spacing',
              'word-spacing',
            ];
            const more = [
              'color',
              'text-align',
              'direction',
              'text-transform',
              'white-space',
              'display',
              'padding',
            ];
            return [node.className, ...[...names, ...more].map((name) => style.getPropertyValue(name))].join(
              ' | ',
            );
          }),
      );
      await page.close();
      return inside;
    };
    const [calm, hostile] = [await drawn(''), await drawn(HOSTILE)];
    expect(calm.length).toBeGreaterThan(20);
    expect(hostile).toEqual(calm);
  });

  test('follow the custom properties that are offered, and the theme that the author asks for', async () => {
    const page = await openWith(
      `<style>latent-inspector { --latent-inspector-background: rgb(1, 2, 3); --latent-inspector-font: monospace; }</style>
       <script type="module" src="./latent-inspector/latent-inspector.js"></script>
       <latent-inspector ${VIEW} theme="dark" loading="eager"></latent-inspector>`,
    );
    const inspector = page.locator('latent-inspector .inspector:not(.placeholder)');
    await inspector.waitFor();
    const look = () =>
      inspector.evaluate((node: HTMLElement) => {
        const { backgroundColor, fontFamily, colorScheme } = getComputedStyle(node);
        return { backgroundColor, fontFamily, colorScheme };
      });
    expect(await look()).toEqual({
      backgroundColor: 'rgb(1, 2, 3)',
      fontFamily: 'monospace',
      colorScheme: 'dark',
    });
    await page.locator('latent-inspector').evaluate((node) => node.setAttribute('theme', 'light'));
    await expect.poll(async () => (await look()).colorScheme).toBe('light');
    await page.close();
  });
});

describe('in a React host', () => {
  test('it is built with the types checked, follows the edits that are rendered, and its events are heard', async () => {
    await buildReactExample(site.folder);
    const page = await open(`${site.author}/react/dist/index.html`);
    const said = page.getByRole('status').first();
    await expect
      .poll(() => said.textContent(), { timeout: 60_000 })
      .toContain(`Far change: ${reference.farRms.toFixed(2)} levels`);
    await page.getByRole('button', { name: 'Leave the cell as it is' }).click();
    await expect
      .poll(() =>
        page.locator('latent-inspector').evaluate((node: LatentInspectorElement) => node.edits.length),
      )
      .toBe(0);
    await page.close();
  });
});

describe('in a frame of another page', () => {
  test('the example asks it by its client, and the frame is as high as what it shows', async () => {
    const page = await open(`${site.author}/iframe.html`);
    await page.getByRole('button', { name: 'Heal the cell' }).click();
    const said = `moved by ${reference.farRms.toFixed(2)} levels of 255; the same change at an ordinary cell moves it by ${reference.control.farRms.toFixed(2)}.`;
    await expect.poll(() => page.getByRole('status').textContent(), { timeout: 60_000 }).toContain(said);
    const frame = page.frameLocator('iframe');
    const needed = await frame
      .locator('latent-inspector')
      .evaluate((node) => node.getBoundingClientRect().height);
    await expect
      .poll(() => page.locator('iframe').evaluate((node) => node.getBoundingClientRect().height))
      .toBeCloseTo(needed + 2, -1);
    await expect
      .poll(() =>
        frame.locator('latent-inspector').evaluate(() => document.documentElement.scrollHeight - innerHeight),
      )
      .toBeLessThan(2);
    expect(await frame.getByRole('combobox', { name: 'Model' }).count()).toBe(0);
    const link = await frame.getByRole('link', { name: 'Open in latent-inspector' }).getAttribute('href');
    expect(link).toMatch(/\/inspector\/index\.html#v=1&model=mini-planted.*e=heal@1,1/);
    await page.close();
  });

  test('of an origin that its address names, all of the element can be asked, to the same numbers', async () => {
    const page = await openFramed(site.author);
    await page.waitForFunction(() => 'connect' in window);
    const answers = await page.evaluate(async (edit) => {
      const { connect } = window as unknown as Pick<typeof Client, 'connect'>;
      const inspector = connect(document.querySelector('iframe') as HTMLIFrameElement);
      const heard: string[] = [];
      inspector.on('effect', () => heard.push('effect'));
      inspector.on('ready', () => heard.push('ready'));
      await inspector.setEdits([edit]);
      const effect = await inspector.effect();
      const { rows, cols, mean } = await inspector.posterior();
      const { width } = await inspector.decoded('edited');
      const steps: number[] = [];
      const kl = await inspector.experiment(
        'kl',
        {},
        { onProgress: (done, total) => steps.push(done / total) },
      );
      const controller = new AbortController();
      const stopped = inspector.experiment('influence', {}, { signal: controller.signal });
      controller.abort();
      const code = await stopped.catch((error) => error.code);
      const misfit = await inspector
        .setEdits([{ kind: 'heal', cell: { row: 99, col: 0 } }])
        .catch((error) => error.message);
      const canvas = new OffscreenCanvas(64, 64);
      canvas.getContext('2d')?.fillRect(0, 0, 64, 64);
      await inspector.setImage(await createImageBitmap(canvas));
      const edits = await inspector.edits();
      inspector.disconnect();
      const closed = await inspector.effect().catch((error) => error.code);
      return {
        effect,
        heard,
        grid: [rows, cols, mean.length],
        width,
        kl: typeof kl,
        steps: steps.length,
        code,
        misfit,
        edits,
        closed,
      };
    }, HEAL);
    expect(answers.effect).toEqual(reference);
    expect(answers.heard).toEqual(expect.arrayContaining(['effect', 'ready']));
    expect(answers.grid).toEqual([32, 32, 32 * 32 * 4]);
    expect(answers.width).toBe(256);
    expect(answers.kl).toBe('object');
    expect(answers.steps).toBeGreaterThan(0);
    expect(answers.code).toBe('aborted');
    expect(answers.misfit).toMatch(/names the cell \(99, 0\)/);
    expect(answers.edits).toEqual([HEAL]);
    expect(answers.closed).toBe('aborted');
    await page.close();
  });

  test('a page of an earlier version, which asks by messages of the window, is answered in the same way', async () => {
    const page = await openFramed(site.author);
    const answers = await page.evaluate(async (edit) => {
      const { contentWindow } = document.querySelector('iframe') as HTMLIFrameElement;
      const origin = new URL((document.querySelector('iframe') as HTMLIFrameElement).src).origin;
      const heard: { type: string; id?: number; name?: string; result?: unknown; height?: number }[] = [];
      addEventListener('message', ({ data }) => heard.push(data));
      const post = (message: object) =>
        contentWindow?.postMessage({ source: 'latent-inspector', version: 1, ...message }, origin);
      const until = async (type: string, id?: number) => {
        for (;;) {
          const found = heard.find((message) => message.type === type && message.id === id);
          if (found) return found;
          post({ type: 'hello' });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await until('listening');
      post({ type: 'request', id: 1, method: 'setEdits', args: [[edit]] });
      await until('reply', 1);
      post({ type: 'request', id: 2, method: 'effect', args: [] });
      const { result } = await until('reply', 2);
      post({ type: 'request', id: 3, method: 'experiment', args: ['influence', {}] });
      post({ type: 'abort', id: 3 });
      await until('refusal', 3);
      const events = heard.filter(({ type }) => type === 'event').map(({ name }) => name);
      return { result, events, heights: heard.some(({ height }) => (height ?? 0) > 0) };
    }, HEAL);
    expect(answers.result).toEqual(reference);
    expect(answers.events).toEqual(expect.arrayContaining(['posterior', 'effect', 'ready']));
    expect(answers.heights).toBe(true);
    await page.close();
  });

  test('of any other origin, nothing is answered and nothing done', async () => {
    const page = await openFramed('https://blog.example');
    const frame = page.frames()[1];
    await frame.waitForFunction(() => document.querySelector('latent-inspector')?.shadowRoot);
    await frame.evaluate(() => {
      const got: unknown[] = [];
      Object.assign(window, { got });
      addEventListener('message', ({ data }) => got.push(data));
    });
    await page.evaluate((edit) => {
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      addEventListener('message', ({ data }) => heard.push(data));
      const envelope = { source: 'latent-inspector', version: 1 };
      const target = document.querySelector('iframe')?.contentWindow;
      target?.postMessage({ ...envelope, type: 'hello' }, '*');
      target?.postMessage({ ...envelope, type: 'request', id: 1, method: 'setEdits', args: [[edit]] }, '*');
      target?.postMessage({ ...envelope, type: 'request', id: 2, method: 'edits', args: [] }, '*');
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => heard.push(data);
      port1.postMessage({ kind: 'call', id: 3, call: 'setEdits', args: [[edit]] });
      target?.postMessage({ ...envelope, type: 'connect' }, '*', [port2]);
    }, HEAL);
    await frame.waitForFunction(() => (window as unknown as { got: unknown[] }).got.length === 4);
    // Whatever it had to say, it would have said before this.
    await frame.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
    expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
    expect(
      await frame.evaluate(
        () => (document.querySelector('latent-inspector') as LatentInspectorElement).edits,
      ),
    ).toEqual([]);
    await page.close();
  });

  /** A page of the author's with the inspector of another origin in a frame, which answers `origin`. */
  async function openFramed(origin: string): Promise<Page> {
    const source = `${site.network}/inspector/index.html?embed=1&origin=${origin}#v=1&model=mini-planted&picture=room&size=256`;
    return openWith(
      `<iframe src="${source.replaceAll('&', '&amp;')}" style="width: 1100px; height: 900px"></iframe>
       <script type="module">
         import { connect } from './latent-inspector/frame.js';
         Object.assign(window, { connect });
       </script>`,
    );
  }
});

describePolicies(() => ({ folder: site.folder, network: site.network, browser }));

describe('the built page', () => {
  test('works from a folder of a host that sends no isolation headers, on one thread', async () => {
    const page = await open(
      `${site.author}/inspector/index.html#v=1&model=mini-planted&picture=room&size=256&e=heal@1,1`,
    );
    expect(await effectOf(page, 'latent-inspector')).toEqual(reference);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.close();
  });
});

test('nothing was complained of along the way', () => {
  // The frame that answers nobody here addresses what it tells of to an origin that is not there.
  const expected = /does not match the recipient window's origin/;
  expect(complaints.filter((text) => !expected.test(text))).toEqual([]);
});
