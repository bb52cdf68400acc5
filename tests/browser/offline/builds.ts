/** Other builds of the page, made of the built one: other names for all of its scripts, other lists in its service worker. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Listed {
  build: string;
  entry: string;
  files: { url: string; revision: string | null; integrity?: string }[];
}

const HEAD = 'const OFFLINE=';

export function readWorker(folder: string): Listed {
  const [line] = readFileSync(join(folder, 'sw.js'), 'utf8').split('\n', 1);
  return JSON.parse(line.slice(HEAD.length, -1));
}

/** @param name of letters: what the new build's title and scripts end in */
export function nextBuild(folder: string, name: string): string {
  const next = mkdtempSync(join(tmpdir(), 'offline-build-'));
  cpSync(folder, next, { recursive: true });
  const scripts = readdirSync(join(next, 'assets')).filter((file) => file.endsWith('.js'));
  const renamed = (text: string) =>
    scripts.reduce((all, script) => all.replaceAll(script, script.replace(/\.js$/, `-${name}.js`)), text);
  for (const script of scripts) {
    const path = join(next, 'assets', script);
    writeFileSync(path, renamed(readFileSync(path, 'utf8')));
    renameSync(path, join(next, 'assets', renamed(script)));
  }
  const page = join(next, 'index.html');
  writeFileSync(page, renamed(readFileSync(page, 'utf8')).replace('</title>', ` (${name})</title>`));
  const { entry, files } = readWorker(next);
  const list = files.map((file) => {
    const url = renamed(file.url);
    const sum = createHash('sha256').update(readFileSync(join(next, url)));
    if (url === 'index.html') return { url, revision: sum.digest('hex') };
    return { ...file, url, integrity: `sha256-${sum.digest('base64')}` };
  });
  const code = readFileSync(join(next, 'sw.js'), 'utf8').split('\n').slice(1).join('\n');
  const listed: Listed = { build: name, entry: renamed(entry), files: list };
  writeFileSync(join(next, 'sw.js'), `${HEAD}${JSON.stringify(listed)};\n${code}`);
  return next;
}
