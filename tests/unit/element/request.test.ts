import { describe, expect, test } from 'vitest';
import { pageAddress, readEmbedRequest } from '@/element/frame/request';

const at = (search: string) => ({
  search,
  origin: 'https://inspector.example',
  pathname: '/tools/index.html',
});

describe('what an address asks of a framed inspector', () => {
  test('is nothing without embed=1: then it is the whole page', () => {
    expect(readEmbedRequest(at(''))).toBeNull();
    expect(readEmbedRequest(at('?embed=0&origin=https://blog.example'))).toBeNull();
  });

  test('names its own origin where it names none', () => {
    expect(readEmbedRequest(at('?embed=1'))).toEqual({
      origins: ['https://inspector.example'],
      theme: null,
      recording: null,
    });
  });

  test('names the exact origins that are answered, and nothing that would let in more', () => {
    const asked = [
      'https://blog.example',
      'http://localhost:8080',
      '*',
      'null',
      'https://blog.example/path',
      'HTTPS://LOUD.example',
      'javascript:alert(1)',
    ];
    const search = `?embed=1&${asked.map((origin) => `origin=${encodeURIComponent(origin)}`).join('&')}`;
    expect(readEmbedRequest(at(search))?.origins).toEqual(['https://blog.example', 'http://localhost:8080']);
  });

  test('answers no one, rather than its own origin, where what it names is no origin', () => {
    expect(readEmbedRequest(at('?embed=1&origin=*'))?.origins).toEqual([]);
  });

  test('carries the theme and a recording', () => {
    expect(readEmbedRequest(at('?embed=1&theme=dark&recording=a/b.lirec'))).toMatchObject({
      theme: 'dark',
      recording: 'a/b.lirec',
    });
  });
});

test('the address of the whole page keeps what is not about the frame', () => {
  const search = '?embed=1&origin=https://blog.example&backend=wasm&theme=dark&recording=a.lirec';
  expect(pageAddress(at(search))).toBe('https://inspector.example/tools/index.html?backend=wasm');
  expect(pageAddress(at('?embed=1'))).toBe('https://inspector.example/tools/index.html');
});
