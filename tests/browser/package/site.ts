/**
 * An author's site and a content delivery network, each an origin of its own and neither with isolation headers: the packed
 * package, the examples that use it, and the built page for frames.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
};

export interface PackageSite {
  /** Folder of everything; ends without a slash. */
  folder: string;
  /** Paths of the packed files, as `npm pack` lists them. */
  packed: string[];
  /** Origins. The second lets any page read it, as networks for packages do. */
  author: string;
  network: string;
  close(): Promise<void>;
}

/** Packs the package as it would be published, and lays out the site beside it. */
export async function openPackageSite(): Promise<PackageSite> {
  const folder = mkdtempSync(join(tmpdir(), 'package-site-'));
  const packed = pack(folder);
  cpSync(join(ROOT, 'examples'), folder, { recursive: true });
  await build({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: join(folder, 'inspector'), emptyOutDir: true },
  });
  const servers = await Promise.all([
    serve(folder, {}),
    serve(folder, { 'Access-Control-Allow-Origin': '*' }),
  ]);
  return {
    folder,
    packed,
    author: servers[0].origin,
    network: servers[1].origin,
    async close() {
      await Promise.all(servers.map(({ close }) => close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Builds the package, packs it, and unpacks it beside the examples: `latent-inspector/`. */
function pack(folder: string): string[] {
  const source = join(folder, 'source');
  execFileSync(process.execPath, [join(ROOT, 'scripts/package.mjs'), '--out', source], { stdio: 'pipe' });
  const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files }] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  execFileSync('tar', ['-xzf', filename], { cwd: folder });
  cpSync(join(folder, 'package'), join(folder, 'latent-inspector'), { recursive: true });
  return files.map(({ path }) => path);
}

/** Builds the React example as its author would, with the package installed; `folder/react/dist` is then its page. */
export async function buildReactExample(folder: string): Promise<void> {
  const root = join(folder, 'react');
  const modules = join(root, 'node_modules');
  mkdirSync(modules);
  cpSync(join(folder, 'package'), join(modules, 'latent-inspector'), { recursive: true });
  for (const name of ['react', 'react-dom', 'scheduler', '@types', 'csstype', 'vite', '@vitejs']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', root], { stdio: 'pipe' });
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: 'dist' },
  });
}

/** Serves a folder on an origin of its own. */
function serve(folder: string, headers: Record<string, string>) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(folder, decodeURIComponent(pathname));
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404, headers).end();
      return;
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...headers }).end(readFileSync(path));
  });
  return new Promise<{ origin: string; close(): Promise<void> }>((resolve) => {
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        origin: `http://localhost:${port}`,
        close: () =>
          new Promise((done) => {
            server.closeAllConnections();
            server.close(() => done());
          }),
      });
    });
  });
}
