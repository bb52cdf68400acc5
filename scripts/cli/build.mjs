/** The command line as one program for Node, bundled from the same sources as the page and kept until they change. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../install.mjs';

const BUILDS = join(ROOT, '.vite', 'cli');
const PROGRAM = 'main.js';
/** A build that nobody has started for so long is of sources that are gone, ms. */
const STALE = 24 * 3600 * 1000;

/** The path of the program; built first where there is none of these very sources. */
export async function builtCommand() {
  const folder = join(BUILDS, sourcesHash());
  const program = join(folder, PROGRAM);
  if (!existsSync(program)) await build(folder);
  return program;
}

/** Several processes may be started at once on one checkout: each builds for itself, and the first is kept. */
async function build(folder) {
  const own = `${folder}.${process.pid}`;
  mkdirSync(BUILDS, { recursive: true });
  await bundleForNode({ main: 'src/cli/main.ts' }, own);
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(join(folder, PROGRAM))) throw error;
    rmSync(own, { recursive: true, force: true });
  }
  removeStale(folder);
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
    logLevel: 'error',
    publicDir: false,
    // tfjs as modules, in one copy with our kernels, and what it imports by names that Node does not find in CommonJS; what is
    // left is found in node_modules when it runs.
    ssr: { noExternal: [/^@tensorflow\//, 'seedrandom'] },
    build: {
      ssr: true,
      outDir,
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

function removeStale(current) {
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    if (path === current || Date.now() - statSync(path).mtimeMs < STALE) continue;
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
