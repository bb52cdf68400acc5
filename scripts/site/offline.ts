import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getManifest } from '@serwist/build';
import { build, type Plugin } from 'vite';
import { WORKER_FILE } from '../../src/offline/names.ts';
import { ALIAS } from '../alias.mjs';

const SOURCE = fileURLToPath(new URL('../../src/offline/worker.ts', import.meta.url));

/** Files of the built page that it does not use itself. */
const LEFT_OUT = [WORKER_FILE];

/** Builds the service worker beside the page, with the list of the page's files, once these are there. */
export function offlineWorker(): Plugin {
  let folder = '';
  let entry: string | null = null;
  return {
    name: 'offline-worker',
    apply: 'build',
    configResolved({ root, build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { chunk }) {
        // Other pages may be built with this configuration.
        if (html.includes('<latent-inspector')) entry = chunk?.fileName ?? null;
      },
    },
    async closeBundle() {
      if (entry === null) return;
      const files = await listFiles(folder);
      const code = await buildWorker();
      const hash = createHash('sha256').update(code).update(JSON.stringify(files)).digest('hex');
      const OFFLINE = { build: hash.slice(0, 16), entry, files };
      writeFileSync(join(folder, WORKER_FILE), `const OFFLINE=${JSON.stringify(OFFLINE)};\n${code}`);
    },
  };
}

/** Lists what is kept, each with its hash, so that what a host changes in the middle of an installation is noticed. */
async function listFiles(folder: string) {
  const { manifestEntries = [], warnings } = await getManifest({
    globDirectory: folder,
    globPatterns: ['**/*'],
    globIgnores: LEFT_OUT,
    maximumFileSizeToCacheInBytes: 2 ** 25,
    dontCacheBustURLsMatching: /^assets\//,
  });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return manifestEntries
    .map(({ url, revision }) => ({
      url,
      revision,
      // Some hosts write into pages; the worker looks at these itself.
      ...(url.endsWith('.html') ? {} : { integrity: integrityOf(join(folder, url)) }),
    }))
    .sort((a, b) => (a.url < b.url ? -1 : 1));
}

function integrityOf(file: string): string {
  return `sha256-${createHash('sha256').update(readFileSync(file)).digest('base64')}`;
}

async function buildWorker(): Promise<string> {
  const built = await build({
    configFile: false,
    resolve: { alias: ALIAS },
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: SOURCE, formats: ['iife'], name: 'worker', fileName: 'worker' },
    },
  });
  const [{ output }] = [built].flat() as { output: { type: string; code?: string }[] }[];
  const chunks = output.filter(({ type }) => type === 'chunk');
  if (chunks.length !== 1 || !chunks[0].code) throw new Error('The service worker is not one file.');
  return chunks[0].code;
}
