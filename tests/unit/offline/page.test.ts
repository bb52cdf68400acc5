import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { updateWords } from '@/app/OfflineNotice';
import { cachePrefix, readSwitch, removeOffline } from '@/offline/names';

/** All sources that a source imports, in turn. */
function graph(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  const text = readFileSync(entry, 'utf8');
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*'((?:\.|@\/)[^'?]*)'/g)) {
    const base = path.startsWith('@/') ? join('src', path.slice(2)) : join(dirname(entry), path);
    const file = [base, `${base}.ts`, `${base}.tsx`, join(base, 'index.ts')].find((each) => {
      try {
        readFileSync(each);
        return /\.tsx?$/.test(each);
      } catch {
        return false;
      }
    });
    if (file) graph(file, found);
  }
  return found;
}

describe('who installs a service worker', () => {
  test('is the page, and neither the packaged element nor the client of a frame', () => {
    expect(graph('src/main.tsx')).toContain('src/offline/page.ts');
    for (const entry of [
      'src/element/packaged/index.ts',
      'src/element/packaged/frame.ts',
      'src/element/embed.ts',
    ]) {
      const files = [...graph(entry)];
      expect(files.length).toBeGreaterThan(1);
      expect(files).not.toContain('src/offline/page.ts');
      for (const file of files)
        expect(readFileSync(file, 'utf8')).not.toMatch(/serviceWorker\.register|container\.register/);
    }
    expect([...graph('src/element/embed.ts')]).toContain('src/app/OfflineNotice.tsx');
  });
});

test('the address switches it off and on; what stands behind the # wins', () => {
  expect(readSwitch({ search: '?model=sd1&sw=off', hash: '' })).toBe('off');
  expect(readSwitch({ search: '?sw=off', hash: '#sw=on' })).toBe('on');
  expect(readSwitch({ search: '?sw=maybe', hash: '' })).toBe(null);
  expect(readSwitch({ search: '', hash: '' })).toBe(null);
});

test('only what is of this page is taken away', async () => {
  const scope = 'https://host.example/repo/';
  const unregistered: string[] = [];
  const registrations = [scope, 'https://host.example/', 'https://host.example/repo/other/'].map((each) => ({
    scope: each,
    unregister: async () => unregistered.push(each) > 0,
  })) as unknown as ServiceWorkerRegistration[];
  const names = new Set([
    `${cachePrefix(scope)}1`,
    `${cachePrefix(scope)}2`,
    `${cachePrefix('https://host.example/repo/other/')}1`,
    'latent-inspector',
  ]);
  const store = {
    keys: async () => [...names],
    delete: async (name: string) => names.delete(name),
  } as unknown as CacheStorage;
  expect(await removeOffline(registrations, scope, store)).toBe(true);
  expect(unregistered).toEqual([scope]);
  expect([...names]).toEqual([`${cachePrefix('https://host.example/repo/other/')}1`, 'latent-inspector']);
  expect(await removeOffline([], scope, store)).toBe(false);
});

test('what a reload would take away is said, and what it keeps', () => {
  const made = { edits: 0, ownFiles: false, results: false };
  expect(updateWords(made)).toBe('');
  expect(updateWords({ edits: 2, ownFiles: true, results: true }, true)).toBe(
    'This browser has no room to carry your own files over: after a reload they have to be opened again. Your edits are kept. What experiments have found is not: save it first.',
  );
  expect(updateWords({ ...made, edits: 2 })).toBe('Your edits are kept.');
  expect(updateWords({ ...made, ownFiles: true })).toBe('What you opened from files of your own is kept.');
  expect(updateWords({ edits: 1, ownFiles: true, results: true })).toBe(
    'What you opened from files of your own and your edits are kept. What experiments have found is not: save it first.',
  );
});
