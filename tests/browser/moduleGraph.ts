/** The imports of built modules from each other, read from the files themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseSync } from 'vite';

export interface ModuleGraph {
  /** Paths of an entry and of all that it imports, at once or later. */
  files: string[];
  /** Those of them that import the entry. */
  importers: string[];
}

/** @param entry the path of a script, whose relative imports are followed */
export function moduleGraph(entry: string): ModuleGraph {
  const files = new Set([entry]);
  const importers = new Set<string>();
  // A set is walked to what is added on the way.
  for (const file of files) {
    for (const imported of importsOf(file)) {
      if (imported === entry) importers.add(file);
      files.add(imported);
    }
  }
  return { files: [...files], importers: [...importers].map((file) => basename(file)) };
}

/** The worker's entry in a folder of the page's assets: its name has a hash, and it starts no other worker. */
export function workerEntry(assets: string): string {
  const found = readdirSync(assets).filter((name) => /^worker-[\w-]+\.js$/.test(name));
  if (found.length !== 1) throw new Error(`In ${assets} there are ${found.length} workers instead of one.`);
  return join(assets, found[0]);
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const { module } = parseSync(file, text);
  const fixed = [...module.staticImports, ...module.staticExports.flatMap(({ entries }) => entries)].map(
    ({ moduleRequest }) => moduleRequest?.value,
  );
  const lazy = module.dynamicImports.map(
    ({ moduleRequest: { start, end } }) => /^["'`](.*)["'`]$/.exec(text.slice(start, end))?.[1],
  );
  return [...fixed, ...lazy]
    .filter((from) => from?.startsWith('.'))
    .map((from) => join(dirname(file), from!));
}
