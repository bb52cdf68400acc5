/** The article: its length, its numbers, which are all measured, and its links, which all lead where they say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import Article from '@/app/article/Article';
import { SOURCES, TRY } from '@/app/article/links';
import { first, levels, MEASURED, MODEL_IDS, overPictures } from '@/app/article/numbers';
import { PARTS } from '@/app/glossary/benchTerms';
import { GLOSSARY } from '@/app/glossary/terms';

import { readLink } from '@/session/link/link';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const html = renderToStaticMarkup(<Article />);
const plain = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(/&#x27;/g, "'")
    .replace(/\s+/g, ' ');
const prose = html.replace(/<section class="glossary">.*$/s, '').replace(/<figure.*?<\/figure>/gs, '');

/** What a file's sentences say, without what is computed into them. */
function writtenWords(path: string): string[] {
  const words: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value } = node as { type?: string; value?: unknown };
    if (type === 'JSXText') words.push(String(value));
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(read(path), { lang: 'tsx' }).body);
  return words;
}

describe('the text', () => {
  test('is short', () => {
    const count = plain(prose.replace(/<\/(p|h3|li)>/g, ' '))
      .split(' ')
      .filter(Boolean).length;
    expect(count).toBeGreaterThanOrEqual(1200);
    expect(count).toBeLessThanOrEqual(1800);
  });

  test('has no number typed into it but names, and where the code of others clamps', () => {
    const written = ['Article', 'figures'].flatMap((name) => writtenWords(`src/app/article/${name}.tsx`));
    const digits = written.join(' ').match(/-?\d+(?:\.(?:x|\d+))?/g) ?? [];
    expect([...new Set(digits)].sort()).toEqual(['-30', '0', '1.x', '2.x', '255']);
  });

  test('says no number that is not one', () => {
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the numbers', () => {
  test('are of the models and pictures that are here now', () => {
    for (const id of MODEL_IDS) {
      const { files } = JSON.parse(read(`models/${id}.json`));
      expect(MEASURED.models[id].sha256, 'run "npm run article-figures"').toBe(files[0].sha256);
      expect(MEASURED.models[id].rows.map(({ picture }) => picture)).toEqual(
        MEASURED.pictures.map(({ id: picture }) => picture),
      );
    }
    const known = JSON.parse(read('src/pictures.json')).map(({ id }: { id: string }) => id);
    expect(MEASURED.pictures.map(({ id }) => id)).toEqual(known.slice(0, -1));
    expect(MEASURED.pictures[0]?.id).toBe('still-life');
  });

  test('are those of the recorded example, where both measured the same', () => {
    const example = JSON.parse(read('src/example.json'));
    for (const [id, { cells }] of [
      ['mini-planted', example],
      ['mini-clean', example.second],
    ] as const) {
      const [{ cell, control, frames }] = cells;
      const full = frames.at(-1);
      const { spot } = first(id);
      expect(cell).toEqual(MEASURED.spot);
      expect(control).toEqual(spot.control?.cell);
      expect(levels(spot.own.far)).toBe(levels(full.change.farRms));
      expect(levels(spot.control?.far ?? Number.NaN)).toBe(levels(full.control.farRms));
    }
  });

  test('bear what the sentences say of them', () => {
    const planted = first('mini-planted');
    const clean = first('mini-clean');
    expect(planted.spot.own.far).toBeGreaterThan(100 * (planted.spot.control?.far ?? 0));
    expect(clean.spot.own.far).toBeLessThan(2 * (clean.spot.control?.far ?? 0));
    expect(planted.paths?.attentionShare).toBeGreaterThan(0.8);
    for (const id of MODEL_IDS) expect(first(id).paths?.largestBeyondReach).toBe(0);
    const tiled = (id: (typeof MODEL_IDS)[number]) => overPictures(id, (row) => row.tiled.rms).median;
    expect(tiled('mini-planted')).toBeGreaterThan(tiled('mini-clean'));
    expect(tiled('mini-clean')).toBeGreaterThan(0.01);
    const emergent = first('mini-emergent').column;
    expect(emergent.own.far).toBeGreaterThan(5 * (emergent.control?.far ?? 0));
    expect(emergent.own.far).toBeGreaterThan(5 * clean.column.own.far);
  });
});

describe('the links', () => {
  test.each(Object.entries(TRY))('%s opens a view that can be read', (_, link) => {
    const { view, problems } = readLink(link);
    expect(problems).toEqual([]);
    expect(html).toContain(`href="${link.replace(/&/g, '&amp;')}"`);
    if (view.model) expect(() => read(`models/${view.model}.json`)).not.toThrow();
    if (view.compare) expect(() => read(`models/${view.compare}.json`)).not.toThrow();
    if (view.panel) expect(existsSync(join(ROOT, `src/experiments/${view.panel}`))).toBe(true);
  });

  test.each(Object.entries(SOURCES))('source %s is a plain link with who and when', (_, { url, text }) => {
    expect(new URL(url).protocol).toBe('https:');
    expect(text).toMatch(/\b20[12]\d$/);
    expect(html).toContain(`href="${url}"`);
  });
});

describe('the glossary', () => {
  test('has each word once, in one to three sentences', () => {
    const names = GLOSSARY.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const { says } of GLOSSARY) {
      expect(says).toMatch(/\.$/);
      expect(says.split(/[.:] (?=[A-Z])/).length, says).toBeLessThanOrEqual(3);
    }
  });

  test('names parts that the guide has', () => {
    const guide = ['CellLoupe', 'ChangeBar', 'DecoderDrawing', 'GuideFigure']
      .map((name) => read(`src/app/guide/${name}.tsx`))
      .join('\n');
    for (const part of PARTS) {
      expect(guide, part).toMatch(new RegExp(`data-part="${part}"|name="${part}"|'${part}'`));
    }
    expect(GLOSSARY.filter(({ part }) => part !== undefined).length).toBeGreaterThan(10);
  });
});
