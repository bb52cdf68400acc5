/**
 * `npm run build:package [-- --out FOLDER]`: the element as a package for other people's pages, ready for `npm pack`: two
 * entries (the element, and the client of a framed one), the worker, and beside them what they fetch on demand.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { ALIAS } from './alias.mjs';
import { ROOT } from './install.mjs';
import { bundleTypes } from './package-types.mjs';

const ENTRIES = 'src/element/packaged';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'package' } } });
const out = resolve(ROOT, values.out);
const { name, version, description, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await buildScripts({ 'latent-inspector': `${ENTRIES}/index.ts`, frame: `${ENTRIES}/frame.ts` }, 'chunks');
await buildScripts({ worker: 'src/engine/worker/worker.ts' }, 'worker');
await bundleTypes({ index: `${ENTRIES}/index.ts`, frame: `${ENTRIES}/frame.ts` }, out);
for (const file of ['README.md', 'react.d.ts'])
  cpSync(join(ROOT, 'scripts', 'package', file), join(out, file));
writeFileSync(
  join(out, 'react.js'),
  '// Only types: import "latent-inspector/react" where JSX is checked.\nexport {};\n',
);
cpSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);

/** Builds scripts that may lie anywhere: whatever they need is beside them, by relative addresses. */
function buildScripts(input, folder) {
  return build({
    configFile: false,
    root: ROOT,
    base: './',
    logLevel: 'warn',
    publicDir: false,
    plugins: [react()],
    resolve: {
      alias: [...packaged(), ...Object.entries(ALIAS).map(([find, replacement]) => ({ find, replacement }))],
    },
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: false,
      chunkSizeWarningLimit: 2000,
      license: { fileName: `third-party-${folder}.md` },
      rollupOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: `${folder}/[name].js`,
          assetFileNames: 'files/[name][extname]',
        },
      },
    },
  });
}

/** Another way for what finds its files beside the page, for use in the package. */
function packaged() {
  const replaced = { './site': 'site.ts', './spawn': 'spawn.ts' };
  return Object.entries(replaced).map(([find, file]) => ({
    find: new RegExp(`^${find.replace('.', '\\.')}$`),
    replacement: join(ROOT, 'src', 'element', 'packaged', file),
  }));
}

function manifest() {
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    exports: {
      '.': { types: './index.d.ts', default: './latent-inspector.js' },
      './frame': { types: './frame.d.ts', default: './frame.js' },
      './react': { types: './react.d.ts', default: './react.js' },
      './package.json': './package.json',
    },
    types: './index.d.ts',
    // Importing it defines the element, and the worker is a program.
    sideEffects: ['./latent-inspector.js', './worker.js', './worker/*'],
    files: ['*.js', '*.d.ts', '*.md', 'LICENSE', 'chunks', 'worker', 'files'],
    keywords: ['autoencoder', 'vae', 'latent', 'stable-diffusion', 'web-component', 'interpretability'],
  };
}
