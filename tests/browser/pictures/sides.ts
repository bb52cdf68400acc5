/** One file, opened by the page's reader in a browser and by the command's in Node. */

import { type Browser, chromium, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { decodePicture } from '@/cli/decode';
import { fitPicture } from '@/cli/picture';
import { InspectorError } from '@/common/errors';
import type { PictureReader } from '@/session/pictures/pictures';
import { ALIAS } from '../../../scripts/alias.mjs';
import { LAUNCH_OPTIONS } from '../../chromium';

/** The outcome of opening a file: the middle square, or a refusal. */
export type Opened =
  | { side: number; pixels: Uint8Array; notices: string[]; refusal: null }
  | { refusal: string; advice: string };

export interface Sides {
  page(file: Uint8Array, size?: number): Promise<Opened>;
  command(file: Uint8Array, size?: number): Promise<Opened>;
  close(): Promise<void>;
}

export async function openSides(): Promise<Sides> {
  const server: ViteDevServer = await createServer({
    configFile: false,
    resolve: { alias: ALIAS },
    base: '/',
    logLevel: 'error',
    // Found at the first start, or the page would be loaded anew in the middle of a test.
    optimizeDeps: { include: ['lcms-wasm'], noDiscovery: true },
    server: { port: 0, host: 'localhost', hmr: false, watch: null },
  });
  await server.listen();
  const browser: Browser = await chromium.launch(LAUNCH_OPTIONS);
  const tab: Page = await browser.newPage();
  const url = server.resolvedUrls!.local[0];
  await tab.route(`${url}blank`, (route) => route.fulfill({ contentType: 'text/html', body: HTML }));
  await tab.goto(`${url}blank`);
  await tab.waitForFunction(() => 'readPicture' in window);
  return {
    page: async (file, size) => {
      const opened = await tab.evaluate(inPage, {
        base64: Buffer.from(file).toString('base64'),
        size,
        root: url,
      });
      if (opened.refusal !== null) return opened;
      return { ...opened, pixels: new Uint8Array(Buffer.from(opened.pixels, 'base64')) };
    },
    command: async (file, size) => {
      try {
        const decoded = await decodePicture(file);
        const side = Math.min(decoded.picture.width, decoded.picture.height);
        const { picture, notices } = fitPicture(decoded, size ?? side);
        return { side, pixels: new Uint8Array(picture.data), notices, refusal: null };
      } catch (error) {
        if (!(error instanceof InspectorError)) throw error;
        return { refusal: error.message, advice: error.advice };
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

const HTML = `<!doctype html>
<script type="module">
  import { createPictureReader } from '/src/session/pictures/pictures.ts';
  window.readPicture = createPictureReader([], location.href);
</script>`;

declare global {
  interface Window {
    readPicture: PictureReader;
  }
}

/** Runs in the page. */
async function inPage({ base64, size }: { base64: string; size?: number | undefined }) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  try {
    const picture = await window.readPicture(new File([bytes], 'picture'));
    const { pixels, notices } = await picture.fit(size ?? picture.side);
    picture.close();
    let text = '';
    for (let at = 0; at < pixels.data.length; at += 8192) {
      text += String.fromCharCode(...pixels.data.subarray(at, at + 8192));
    }
    return { side: picture.side, pixels: btoa(text), notices, refusal: null };
  } catch (error) {
    const { name, message, advice } = error as InspectorError;
    if (name !== 'InspectorError') throw error;
    return { refusal: message, advice };
  }
}
