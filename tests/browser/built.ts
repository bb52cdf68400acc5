/** The built page (`npm run build` comes first), served as `npm start` serves it, and a browser to open it in. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';
import { preview } from 'vite';
import { LAUNCH_OPTIONS } from '../chromium';

export interface BuiltPage {
  /** Ends in a slash. */
  url: string;
  browser: Browser;
  close(): Promise<void>;
}

export async function openBuilt(): Promise<BuiltPage> {
  if (!existsSync('dist/index.html')) throw new Error('There is no dist/: run "npm run build" first.');
  const server = await preview({ logLevel: 'warn', preview: { host: 'localhost', port: 0 } });
  const browser = withoutServiceWorkers(await chromium.launch(LAUNCH_OPTIONS));
  return {
    url: server.resolvedUrls!.local[0],
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Blocks service workers: requests are counted and replaced by tests, past which a worker would go; it has tests of its own. */
function withoutServiceWorkers(browser: Browser): Browser {
  const newPage = browser.newPage.bind(browser);
  const newContext = browser.newContext.bind(browser);
  browser.newPage = (options) => newPage({ serviceWorkers: 'block', ...options });
  browser.newContext = (options) => newContext({ serviceWorkers: 'block', ...options });
  return browser;
}
