/**
 * The packaged element on pages with policies (Content-Security-Policy), in frames without an origin, and behind isolation headers:
 * one row each, with what has to come of it. docs/embedding.md has the same table for authors.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

interface Row {
  /** `CDN` stands for the origin of the package, where that is another one. */
  policy?: string;
  headers?: Record<string, string>;
  /** The package lies on another origin than the page. */
  foreign?: boolean;
  /** The host sends the same headers with every file. */
  everywhere?: boolean;
  /** In a frame: its `sandbox`, or a `data:` address. */
  frame?: 'sandbox' | 'srcdoc' | 'data';
  /** The label of what computes, or the words of a refusal. */
  comes: RegExp;
  /** Said besides by the device's reason. */
  reason?: RegExp;
}

const ONE = /^this computer's CPU, 1 thread$/;
const PLAIN = /^this computer's CPU, in plain JavaScript$/;
const refused = (why: string) => new RegExp(`does not let the computation start: ${why}`);

const ROWS: Record<string, Row> = {
  'no policy, another origin': { foreign: true, comes: ONE },
  'isolated, but the host sends no headers with scripts': {
    headers: ISOLATED,
    comes: /^this computer's CPU/,
  },
  "script-src 'self' with every file": {
    policy: "script-src 'self'",
    everywhere: true,
    comes: PLAIN,
    reason: /WebAssembly: its script-src has no 'wasm-unsafe-eval'/,
  },
  'script-src CDN; worker-src blob:': {
    policy: 'script-src CDN; worker-src blob:',
    foreign: true,
    comes: PLAIN,
    reason: /'wasm-unsafe-eval'/,
  },
  "script-src CDN 'wasm-unsafe-eval'; worker-src blob:": {
    policy: "script-src CDN 'wasm-unsafe-eval'; worker-src blob:",
    foreign: true,
    comes: ONE,
  },
  "isolated, worker-src 'self'": {
    policy: "worker-src 'self'",
    headers: ISOLATED,
    everywhere: true,
    comes: ONE,
    reason: /one thread because a policy of this page \(worker-src\)|worker-src has no blob:|1 core/,
  },
  "worker-src 'self', another origin": {
    policy: "worker-src 'self'",
    foreign: true,
    comes: refused('worker-src forbids its worker.*blob: in worker-src'),
  },
  "worker-src 'none'": { policy: "worker-src 'none'", comes: refused('worker-src forbids its worker') },
  "require-trusted-types-for 'script'": { policy: "require-trusted-types-for 'script'", comes: ONE },
  'trusted-types latent-inspector': {
    policy: "require-trusted-types-for 'script'; trusted-types latent-inspector",
    foreign: true,
    comes: ONE,
  },
  'trusted-types other': {
    policy: "require-trusted-types-for 'script'; trusted-types other",
    comes: refused('its list of trusted-types does not name latent-inspector'),
  },
  "connect-src 'self', another origin": {
    policy: "connect-src 'self'",
    foreign: true,
    comes: /The picture could not be downloaded: a policy of this page .* by connect-src/,
  },
  'a frame with sandbox="allow-scripts"': { frame: 'sandbox', foreign: true, comes: ONE },
  'a frame with srcdoc': { frame: 'srcdoc', comes: ONE },
  'a frame of a data: address': { frame: 'data', foreign: true, comes: ONE },
};

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

/** @param where of the built package, once there is one */
export function describePolicies(where: () => { folder: string; network: string; browser: Browser }): void {
  describe('under the policies of a page', () => {
    let author: { origin: string; close(): void };
    beforeAll(async () => {
      author = await openAuthor(where().folder, where().network);
    });
    afterAll(() => author?.close());

    test('it computes as well as these allow, or says in their words why it cannot', async () => {
      const came: Record<string, string> = {};
      const waiting = Object.entries(ROWS);
      const work = async () => {
        for (let row = waiting.shift(); row; row = waiting.shift()) {
          const page = await where().browser.newPage({ viewport: { width: 1100, height: 900 } });
          const begin = performance.now();
          await page.goto(`${author.origin}/page?row=${encodeURIComponent(row[0])}`);
          const said = await outcome(page, row[1]);
          came[row[0]] = said;
          console.info(`${row[0]}: ${said} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
          await page.close();
        }
      };
      await Promise.all([work(), work()]);
      for (const [name, { comes, reason }] of Object.entries(ROWS)) {
        const [label, why = ''] = came[name].split(' | ');
        expect(label, name).toMatch(comes);
        if (reason && !/2 threads/.test(label)) expect(why, name).toMatch(reason);
      }
    });

    test('without an origin its numbers are the same, and nothing is thrown on the way', async () => {
      const numbers = async (row: string) => {
        const page = await where().browser.newPage();
        const thrown: string[] = [];
        page.on('pageerror', ({ message }) => thrown.push(message));
        await page.goto(`${author.origin}/page?row=${encodeURIComponent(row)}`);
        const frame = page.frames().at(-1)!;
        await frame.waitForFunction(() => customElements.get('latent-inspector'));
        const effect = await frame.evaluate(() => {
          const element = document.querySelector('latent-inspector') as LatentInspectorElement;
          element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
          return element.effect();
        });
        await page.close();
        expect(thrown).toEqual([]);
        return effect;
      };
      expect(await numbers('a frame with sandbox="allow-scripts"')).toEqual(
        await numbers('no policy, another origin'),
      );
    });
  });
}

/** The label of what computes with its reason, or the words of the failure. */
async function outcome(page: Page, row: Row): Promise<string> {
  const frame = page.frames().at(-1)!;
  const wanted = String(row.comes.source);
  const found = await frame.waitForFunction(
    (pattern) => {
      const root = document.querySelector('latent-inspector')?.shadowRoot;
      const failure = [...(root?.querySelectorAll('.toast') ?? [])].map(({ textContent }) => textContent);
      const said = failure.find((text) => text !== null && /could not|does not let/.test(text));
      if (said) return said;
      const label = root?.querySelector('.chip')?.textContent ?? '';
      // What forbids a picture may be said after the engine has started.
      return /CPU|Web/.test(label) && !/picture/.test(pattern) ? label : null;
    },
    wanted,
    { timeout: 60_000, polling: 50 },
  );
  const said = String(await found.jsonValue());
  if (!row.reason) return said;
  await frame.locator('.chip').click();
  return `${said} | ${await frame.locator('.popover:has(.chip)').textContent()}`;
}

function headersOf({ policy, headers }: Row, network: string): Record<string, string> {
  return { ...headers, ...(policy && { 'Content-Security-Policy': policy.replaceAll('CDN', network) }) };
}

/** An author's site with a page for each row. */
async function openAuthor(folder: string, network: string) {
  const figure = (script: string) =>
    `<script type="module" src="${script}"></script>
     <latent-inspector model="mini-planted" image="room" size="256" loading="eager"></latent-inspector>`;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/page') {
      const name = searchParams.get('row') ?? '';
      const row = ROWS[name];
      const headers = headersOf(row, network);
      const files = row.foreign ? `${network}/latent-inspector` : `/${Object.keys(ROWS).indexOf(name)}`;
      const body = figure(`${files}/latent-inspector.js`);
      const size = 'style="width: 1000px; height: 800px"';
      const frames = {
        sandbox: `<iframe ${size} sandbox="allow-scripts" srcdoc='${body}'></iframe>`,
        srcdoc: `<iframe ${size} srcdoc='${body}'></iframe>`,
        data: `<iframe ${size} src="data:text/html,${encodeURIComponent(body)}"></iframe>`,
      };
      response.writeHead(200, { 'Content-Type': 'text/html', ...headers });
      response.end(`<!doctype html><meta charset="utf-8">${row.frame ? frames[row.frame] : body}`);
      return;
    }
    const [, index, ...rest] = pathname.split('/');
    const row = Object.values(ROWS)[Number(index)];
    const path = join(folder, 'latent-inspector', ...rest);
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...(row?.everywhere && headersOf(row, network)) });
    response.end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
