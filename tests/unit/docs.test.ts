/** That the documents hang together: their links lead somewhere, and the first of them stays short. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'scripts/package/README.md',
];

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** Without what stands between fences or backticks. */
const proseOf = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

test.each(documents)('the links of %s lead to files of the project', (path) => {
  const links = [...proseOf(textOf(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to);
  const own = links.filter((to) => !/^(https?:|mailto:|#)/.test(to));
  const missing = own.filter((to) => !existsSync(join(ROOT, dirname(path), to.replace(/#.*$/, ''))));
  expect(missing).toEqual([]);
});

test('paths that documents name in backticks exist', () => {
  const missing = documents.flatMap((path) =>
    [...textOf(path).matchAll(/`((?:src|tests|docs|scripts|models|examples)\/[\w./-]+\.\w+)`/g)]
      .map(([, to]) => to)
      .filter((to) => !to.startsWith('tests/output/') && !existsSync(join(ROOT, to)))
      .map((to) => `${path}: ${to}`),
  );
  expect(missing).toEqual([]);
});

test('README has at most 900 words', () => {
  expect(textOf('README.md').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900);
});
