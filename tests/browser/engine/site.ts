/** The harness page, built as the real page is, with a tiny model beside it, served with or without isolation. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { writeSafetensors } from '@/models/files/safetensors';
import type { ModelManifest } from '@/models/manifest';
import { syntheticTensors } from '@/models/synthetic';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import { ISOLATION_HEADERS } from '../../../vite.config.ts';

export const HARNESS = fileURLToPath(new URL('.', import.meta.url));
export const CONFIG_FILE = fileURLToPath(new URL('../../../vite.config.ts', import.meta.url));

/** Four levels, as Stable Diffusion's, at an eighth of its widths. */
export const CONFIG: AutoencoderConfig = parseConfig({
  block_out_channels: [16, 32, 64, 64],
  layers_per_block: 1,
  norm_num_groups: 8,
  latent_channels: 4,
});
export const SEED = 1;

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.safetensors': 'application/octet-stream',
};

/** A path below the host's root, as a page on shared hosting has. */
const SUB_PATH = '/some/where/';

export interface Site {
  /** The page with the headers that give it threads, and without. */
  isolated: string;
  plain: string;
  manifest: ModelManifest;
  close(): Promise<void>;
}

/** Writes the tiny model into a folder and describes it. */
export function writeModel(folder: string): ModelManifest {
  const bytes = Buffer.from(writeSafetensors(new Map(syntheticTensors(CONFIG, SEED)), { dtype: 'F16' }));
  writeFileSync(join(folder, 'tiny.safetensors'), bytes);
  return {
    id: 'tiny',
    name: 'Tiny',
    summary: 'Random weights.',
    kind: 'embedded',
    files: [
      {
        path: 'tiny.safetensors',
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ],
    dtype: 'float16',
    layout: 'diffusers',
    licence: 'MIT',
    config: CONFIG,
  };
}

export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-harness-'));
  await build({
    root: HARNESS,
    configFile: CONFIG_FILE,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const manifest = writeModel(folder);
  const [isolated, plain] = await Promise.all([serve(folder, ISOLATION_HEADERS), serve(folder, {})]);
  return {
    isolated: isolated.url,
    plain: plain.url,
    manifest,
    async close() {
      await Promise.all([isolated.close(), plain.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function serve(
  folder: string,
  headers: Record<string, string>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = join(folder, pathname === SUB_PATH ? 'index.html' : pathname.slice(SUB_PATH.length));
    if (!pathname.startsWith(SUB_PATH) || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(path)] }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}${SUB_PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
