/**
 * The package's declarations, from the sources: tsc writes one file a module, and of these only what an entry's exports
 * speak of is put together, with its comments, into one file an entry. Reads what tsc writes (one statement after the other,
 * unindented), not any TypeScript.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './install.mjs';

/**
 * @param entries source files by the names of their declarations; a later one imports from the earlier ones what these export
 * @returns pairs of a file's name and its text
 */
export function bundleTypes(entries) {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    emit(Object.values(entries), folder);
    const modules = new Modules(folder);
    const shared = new Map();
    return Object.entries(entries).map(([name, source]) => {
      const bundle = new Bundle(modules, join(folder, source.replace(/\.ts$/, '.d.ts')), shared);
      const text = bundle.text();
      for (const [key, exported] of bundle.exported) shared.set(key, { from: `./${name}.js`, exported });
      return [`${name}.d.ts`, text];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emit(files, outDir) {
  const config = join(outDir, 'tsconfig.json');
  const absolute = (path) => join(ROOT, path);
  const { compilerOptions } = JSON.parse(readFileSync(absolute('tsconfig.json'), 'utf8'));
  Object.assign(compilerOptions, {
    types: ['vite/client', '@webgpu/types'].map((name) => absolute(`node_modules/${name}`)),
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

/** The declaration files, read when they are first asked for. */
class Modules {
  #read = new Map();

  constructor(root) {
    this.root = root;
  }

  get(path) {
    if (!this.#read.has(path)) this.#read.set(path, parse(readFileSync(path, 'utf8'), path));
    return this.#read.get(path);
  }

  /** Where a name that a module speaks of is declared: `{ path, name }`; null where it is none of a module's own. */
  find(path, name) {
    const { declared, imported } = this.get(path);
    if (declared.has(name)) return { path, name };
    const source = imported.get(name);
    if (!source) return null;
    if (!source.path) throw new Error(`${this.#short(path)}: the types must not speak of "${source.from}".`);
    return this.find(source.path, source.name);
  }

  #short(path) {
    return relative(this.root, path);
  }
}

/** One file's statements: what it declares by name, what it imports or passes on by its local name, and additions to globals. */
function parse(text, path) {
  const declared = new Map();
  const imported = new Map();
  const globals = [];
  for (const { comment, code } of statements(text)) {
    const list = /^(?:import|export)(?: type)? \{([^}]*)\} from '([^']+)'/.exec(code);
    const named =
      /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:interface|type|class|const|function|enum) (\w+)/.exec(
        code,
      );
    if (list) {
      const [, names, from] = list;
      for (const { name, local, type } of specifiers(names)) {
        const target = from.startsWith('.') ? join(dirname(path), `${from}.d.ts`) : null;
        imported.set(local, { from, path: target, name, type: type || code.includes(' type {') });
      }
    } else if (named) {
      const [, name] = named;
      declared.set(name, [...(declared.get(name) ?? []), comment + code]);
    } else if (code.startsWith('declare global')) {
      globals.push(comment + code);
    }
  }
  return { declared, imported, globals };
}

function specifiers(text) {
  return text
    .split(',')
    .map((part) => /^(type )?(\w+)(?: as (\w+))?$/.exec(part.trim()))
    .filter((match) => match !== null)
    .map(([, type, name, local]) => ({ name, local: local ?? name, type: type !== undefined }));
}

/** Splits a file into statements, each with the comment in front of it. The comment that opens the file belongs to no one. */
function* statements(text) {
  let comment = '';
  let code = '';
  let commented = false;
  for (const line of text.split('\n')) {
    if (code === '' && (commented || line.startsWith('/*'))) {
      // Two comments in a row: the first was the file's own.
      comment = commented ? `${comment}${line}\n` : `${line}\n`;
      commented = !line.includes('*/');
    } else if (code !== '' || line.trim() !== '') {
      code += `${line}\n`;
      if (!isWhole(code)) continue;
      yield { comment, code };
      comment = '';
      code = '';
    }
  }
}

function isWhole(code) {
  const bare = withoutText(code);
  const depth = (bare.match(/[{([]/g)?.length ?? 0) - (bare.match(/[})\]]/g)?.length ?? 0);
  return depth === 0 && /[;}]\s*$/.test(bare);
}

/** Code without comments and strings. */
function withoutText(code) {
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\]|\\.)*'|`[^`]*`|"[^"]*"/g, '');
}

class Bundle {
  /** `path name` of what the entry exports -> the name that it has there. */
  exported = new Map();
  #modules;
  #shared;
  /** `path name` -> its name in the bundle, in the order of their finding. */
  #names = new Map();
  #texts = [];
  #imports = new Map();
  #values = [];
  #types = [];
  #globals = new Set();

  constructor(modules, entry, shared) {
    this.#modules = modules;
    this.#shared = shared;
    for (const [local, { type }] of modules.get(entry).imported) {
      const name = this.#add(modules.find(entry, local));
      this.exported.set(keyOf(modules.find(entry, local)), local);
      (type ? this.#types : this.#values).push(name === local ? local : `${name} as ${local}`);
    }
  }

  text() {
    const lists = [
      ...[...this.#imports].map(([from, names]) => `import type { ${names.join(', ')} } from '${from}';`),
    ];
    const ends = [];
    if (this.#values.length > 0) ends.push(`export { ${this.#values.join(', ')} };`);
    if (this.#types.length > 0) ends.push(`export type { ${this.#types.join(', ')} };`);
    return [...lists, ...this.#texts, ...this.#globals, ...ends].map((part) => `${part.trim()}\n`).join('\n');
  }

  /** Takes a declaration in, with all that it speaks of; returns its name in the bundle. */
  #add(found) {
    const key = keyOf(found);
    const known = this.#names.get(key);
    if (known) return known;
    const elsewhere = this.#shared.get(key);
    const name = elsewhere?.exported ?? this.#free(found.name);
    this.#names.set(key, name);
    if (elsewhere) {
      this.#imports.set(elsewhere.from, [...(this.#imports.get(elsewhere.from) ?? []), name]);
      return name;
    }
    const { declared, globals } = this.#modules.get(found.path);
    for (const text of declared.get(found.name)) this.#texts.push(this.#renamed(text, found.path));
    for (const text of globals) this.#globals.add(this.#renamed(text, found.path));
    return name;
  }

  #free(name) {
    const taken = new Set(this.#names.values());
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    return free;
  }

  /** The declaration with the bundle's names; nothing in it is exported by itself. */
  #renamed(text, path) {
    const names = new Map();
    for (const [word] of withoutText(text).matchAll(/\b[A-Za-z_]\w*\b/g)) {
      if (names.has(word)) continue;
      const found = this.#modules.find(path, word);
      if (found && isSpokenOf(text, word)) names.set(word, this.#add(found));
    }
    const renamed = [...names].filter(([word, name]) => word !== name);
    return renamed.reduce(
      (code, [word, name]) => code.replace(new RegExp(`\\b${word}\\b(?!\\??:)`, 'g'), name),
      text.replace(/^((?:\/\*[\s\S]*?\*\/\s*)?)export (?=interface|type|declare|class|enum)/, '$1'),
    );
  }
}

/** Whether a word stands for a declaration somewhere, and not only for a field. */
function isSpokenOf(text, word) {
  return new RegExp(`\\b${word}\\b(?!\\??:)`).test(withoutText(text));
}

function keyOf({ path, name }) {
  return `${path} ${name}`;
}
