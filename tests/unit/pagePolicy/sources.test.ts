import { describe, expect, test } from 'vitest';
import { connectSources } from '@/pagePolicy/sources';
import { HEADER_POLICY, HUB_SOURCES, PAGE_POLICY } from '@/pagePolicy/text';

const sources = (search = '', hash = '', attributes: Record<string, string> = {}) =>
  connectSources({ search, hash, attribute: (name) => attributes[name] ?? null });

/** Those beyond the page's own and the storages of the hub. */
const others = (...given: Parameters<typeof sources>) =>
  sources(...given).filter(
    (source) =>
      !HUB_SOURCES.slice(0, 3).includes(source) &&
      !source.includes('*.hf.co') &&
      !source.includes('*.huggingface.co'),
  );

describe('what the page may ask', () => {
  test('is itself, the hub and its storages where nothing is named', () => {
    expect(sources()).toEqual(HUB_SOURCES);
  });

  test('is the mirror in place of the hub, by address or by the page, with its subdomains', () => {
    const mirror = ['https://mirror.example', 'https://*.mirror.example'];
    expect(others('?hub=https://mirror.example/models/')).toEqual(mirror);
    expect(others('', '#v=1&hub=https://mirror.example')).toEqual(mirror);
    expect(others('', '', { hub: 'https://mirror.example' })).toEqual(mirror);
    // As everywhere in a link, what stands behind the # wins.
    expect(others('?hub=https://a.example', '#hub=https://b.example')).toEqual([
      'https://b.example',
      'https://*.b.example',
    ]);
  });

  test('is every port of this computer where the hub is on it', () => {
    expect(others('?hub=http://127.0.0.1:8000')).toEqual([
      'http://localhost:*',
      'http://127.0.0.1:*',
      'http://127.0.0.1:8000',
    ]);
  });

  test('are places that a mirror sends on to, where they are named', () => {
    expect(
      others('?hub=https://mirror.example&storage=https://a.example/x&storage=https://b.example'),
    ).toContain('https://a.example');
  });

  test('are what a frame was given, and the page around it, of a frame alone', () => {
    const search = 'origin=https://blog.example&recording=https://files.example/a.lirec';
    expect(others(`?embed=1&${search}`)).toEqual([
      'https://huggingface.co',
      'https://files.example',
      'https://blog.example',
    ]);
    expect(others(`?${search}`)).toEqual(['https://huggingface.co']);
  });

  test('is never what is no address, nor what could end a directive', () => {
    for (const hub of [
      "'unsafe-inline'",
      '*',
      'https:',
      'https://a.example; script-src *',
      'javascript:alert(1)',
      'https://*',
    ]) {
      const found = sources(`?hub=${encodeURIComponent(hub)}`);
      expect(found.join(' ')).not.toMatch(/[;,]|script-src|unsafe|(^| )\*|javascript/);
      expect(found).not.toContain('https://*');
    }
  });
});

test('no policy lets anything inline, evaluated or framed in', () => {
  for (const policy of [PAGE_POLICY, HEADER_POLICY]) {
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/'unsafe-|frame-src|\*;/);
  }
  expect(HEADER_POLICY).not.toMatch(/https?:( |;)/);
});
