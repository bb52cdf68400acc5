/** The package's declarations: what tsc writes, one file a module, bundled to one file an entry and one of what they share. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { ROOT } from './install.mjs';

/** Types need no code at run time, of which the bundler makes a file that is no declaration. */
const noRuntime = {
  name: 'no-runtime',
  generateBundle(_, bundle) {
    delete bundle['rolldown-runtime.d.ts'];
  },
};

/** Finds declarations that are named as the folders of `src` name each other. */
const aliased = (src) => ({
  name: 'aliased',
  resolveId(name) {
    if (!name.startsWith('@/')) return null;
    const path = join(src, name.slice(2));
    return [`${path}.d.ts`, join(path, 'index.d.ts')].find((each) => existsSync(each)) ?? null;
  },
});

/**
 * @param entries source files by the names of their declarations
 * @param out the folder to write to
 */
export async function bundleTypes(entries, out) {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    emit(Object.values(entries), folder);
    const input = Object.fromEntries(
      Object.entries(entries).map(([name, source]) => [name, join(folder, source.replace(/\.ts$/, '.d.ts'))]),
    );
    const bundle = await rolldown({
      input,
      cwd: folder,
      plugins: [aliased(join(folder, 'src')), dts({ dtsInput: true, oxc: true, tsconfig: false }), noRuntime],
    });
    await bundle.write({
      dir: out,
      format: 'es',
      entryFileNames: '[name].d.ts',
      chunkFileNames: '[name].d.ts',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes each module's declarations. */
function emit(files, outDir) {
  const config = join(outDir, 'tsconfig.json');
  const absolute = (path) => join(ROOT, path);
  const { compilerOptions } = JSON.parse(readFileSync(absolute('tsconfig.base.json'), 'utf8'));
  Object.assign(compilerOptions, {
    paths: { '@/*': [absolute('src/*')] },
    types: ['vite/client', '@webgpu/types'].map((name) => absolute(`node_modules/${name}`)),
    // Checked elsewhere, by the projects of tsconfig.json.
    noUncheckedIndexedAccess: false,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: ROOT,
    outDir,
  });
  writeFileSync(
    config,
    JSON.stringify({ compilerOptions, files: files.map(absolute), include: [absolute('src/**/*.d.ts')] }),
  );
  execFileSync(process.execPath, [absolute('node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: ['ignore', process.stderr, 'inherit'],
  });
}
