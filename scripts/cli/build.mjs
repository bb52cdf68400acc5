/** The command line as one program for Node, bundled from the same sources as the page and kept until they change. */

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ALIAS } from '../alias.mjs';
import { ROOT } from '../install.mjs';

const BUILDS = join(ROOT, '.vite', 'cli');
const PROGRAM = 'main.js';
/** A build that nobody has started for so long is of sources that are gone, ms. */
const STALE = 24 * 3600 * 1000;

/**
 * The path of the program; built first where there is none of these very sources. Where the checkout cannot be written into, it
 * is kept in the system's folder for such things, or in the one for temporary files.
 */
export async function builtCommand() {
  const hash = sourcesHash();
  const failures = [];
  for (const builds of buildFolders()) {
    const folder = join(builds, hash);
    const program = join(folder, PROGRAM);
    try {
      if (builds !== BUILDS && existsSync(builds)) checkOwner(builds);
      if (existsSync(program)) return program;
      await build(builds, folder);
      return program;
    } catch (error) {
      if (!isRefused(error)) throw error;
      failures.push(`${builds} (${error.code})`);
    }
  }
  throw new Error(
    `The command has to be built first, and nothing can be written into ${failures.join(', ')}.`,
  );
}

function buildFolders() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const cache =
    XDG_CACHE_HOME ||
    (process.platform === 'win32' && LOCALAPPDATA) ||
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  // Others must not be able to leave a program in a place that is everybody's.
  const own = `latent-inspector-${userInfo().uid}`;
  return [BUILDS, join(cache, 'latent-inspector', 'cli'), join(tmpdir(), own)];
}

/** Tells whether a folder cannot be written into: the next may be. */
function isRefused(error) {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'ENOENT'].includes(error?.code);
}

/** Several processes may be started at once on one checkout: each builds for itself, and the first is kept. */
async function build(builds, folder) {
  const own = `${folder}.${process.pid}`;
  mkdirSync(builds, { recursive: true, mode: builds === BUILDS ? 0o777 : 0o700 });
  try {
    mkdirSync(own);
    // Outside the checkout its packages are not found otherwise.
    if (!own.startsWith(ROOT)) symlinkSync(join(ROOT, 'node_modules'), join(own, 'node_modules'), 'junction');
    await bundleForNode({ main: 'src/cli/main.ts' }, own);
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(join(folder, PROGRAM))) throw error;
  }
  removeStale(builds, folder);
}

/** @throws an error where the folder was made by somebody else, whose programs this user should not run */
function checkOwner(builds) {
  const { uid } = userInfo();
  if (uid === -1 || statSync(builds).uid === uid) return;
  throw Object.assign(new Error(`${builds} belongs to somebody else.`), { code: 'EACCES' });
}

/**
 * Bundles programs for Node from the sources of the page.
 * @param entries the name of each program, `.js` left out, and its source
 */
export async function bundleForNode(entries, outDir) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: ROOT,
    resolve: { alias: ALIAS },
    logLevel: 'error',
    publicDir: false,
    // tfjs as modules, in one copy with our kernels, and what it imports by names that Node does not find in CommonJS; what is
    // left is found in node_modules when it runs.
    ssr: { noExternal: [/^@tensorflow\//, 'seedrandom'] },
    build: {
      ssr: true,
      outDir,
      // Elsewhere a link to the packages lies in it.
      emptyOutDir: outDir.startsWith(ROOT),
      target: 'node20',
      rollupOptions: {
        input: entries,
        output: {
          entryFileNames: '[name].js',
          // Parts of tfjs are CommonJS at heart.
          banner:
            "import { createRequire as __createRequire } from 'node:module';\n" +
            "import { fileURLToPath as __fileURLToPath } from 'node:url';\n" +
            'const require = __createRequire(import.meta.url);\n' +
            "const __dirname = __fileURLToPath(new URL('.', import.meta.url));\n",
        },
      },
    },
  });
}

function removeStale(builds, current) {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    // Another process may be removing it, too.
    const about = statSync(path, { throwIfNoEntry: false });
    if (path === current || !about || Date.now() - about.mtimeMs < STALE) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function sourcesHash() {
  const hash = createHash('sha256');
  const src = join(ROOT, 'src');
  const sources = readdirSync(src, { recursive: true })
    .filter((name) => /\.(ts|json)$/.test(name))
    .sort()
    .map((name) => join(src, name));
  const others = ['package.json', 'package-lock.json', join('scripts', 'cli', 'build.mjs')];
  for (const path of [...sources, ...others.map((name) => join(ROOT, name))]) {
    hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
