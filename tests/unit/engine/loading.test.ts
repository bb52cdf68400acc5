import { describe, expect, it } from 'vitest';
import { importPart, importPatiently } from '@/common/importing';
import { startFirstBackend } from '@/engine/device/startFirstBackend';
import { fetchInsistently } from '@/engine/worker/loading';

/** Answers with these statuses, one after the other; 0: the connection fails. */
function server(...statuses: number[]) {
  const caches: (RequestCache | undefined)[] = [];
  const fetcher = (async (_address: string, init?: RequestInit) => {
    caches.push(init?.cache);
    const status = statuses.shift();
    if (!status) throw new TypeError('Failed to fetch');
    return new Response('program', { status });
  }) as typeof fetch;
  return { caches, fetcher };
}

const NO_WAITS = [0, 0, 0];

describe('a part of the program', () => {
  it('is fetched again past the cache where the server or the connection fails', async () => {
    const { caches, fetcher } = server(503, 0, 429, 200);
    const response = await fetchInsistently('/part.wasm', {}, { fetch: fetcher, waits: NO_WAITS });
    expect(await response.text()).toBe('program');
    expect(caches).toEqual([undefined, 'reload', 'reload', 'reload']);
  });

  it.each<[number[], string, number]>([
    [[503, 503, 503, 503, 200], 'the server answered 503', 4],
    [[404, 200], 'the server answered 404', 1],
    [[0, 0, 0, 0, 200], 'the connection failed', 4],
  ])('is given up after %j with the cause', async (statuses, why, asked) => {
    const { caches, fetcher } = server(...statuses);
    await expect(
      fetchInsistently('/part.wasm', {}, { fetch: fetcher, waits: NO_WAITS }),
    ).rejects.toMatchObject({
      code: 'network',
      message: `A part of the program did not come (${why}).`,
    });
    expect(caches).toHaveLength(asked);
  });

  it('that is a script is told from one that throws', async () => {
    const missing = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: x.js'));
    await expect(importPart(missing)).rejects.toMatchObject({ code: 'network' });
    await expect(importPart(() => Promise.reject(new RangeError('Out of memory')))).rejects.toThrow(
      RangeError,
    );
  });
});

describe('a module of the page', () => {
  const missing = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: x.js'));

  it('is asked for again, and refused in words only after the last try', async () => {
    let times = 0;
    const third = () => (++times < 3 ? missing() : Promise.resolve('module'));
    expect(await importPatiently(third, NO_WAITS)).toBe('module');
    times = -10;
    await expect(importPatiently(third, NO_WAITS)).rejects.toMatchObject({ code: 'network' });
    expect(times).toBe(-10 + 1 + NO_WAITS.length);
  });

  it('that throws is not loaded again', async () => {
    let times = 0;
    const faulty = () => Promise.reject(new RangeError(`${++times}`));
    await expect(importPatiently(faulty, NO_WAITS)).rejects.toThrow('1');
    expect(times).toBe(1);
  });
});

describe('while a backend is brought up', () => {
  const parts = (start: () => Promise<never>) => ({
    trying() {},
    start,
    stop() {},
    test: () => Promise.reject(),
  });

  it('a script that does not come is left to another worker', async () => {
    const missing = () =>
      importPart<never>(() => Promise.reject(new TypeError('Importing a module script failed.')));
    await expect(startFirstBackend(['wasm', 'cpu'], parts(missing))).rejects.toMatchObject({
      code: 'network',
    });
  });

  it('a program that does not come is named as the cause', async () => {
    const { fetcher } = server(404);
    const missing = () => fetchInsistently('/x.wasm', {}, { fetch: fetcher }) as Promise<never>;
    await expect(startFirstBackend(['wasm'], parts(missing))).rejects.toMatchObject({
      cause: 'WebAssembly could not be loaded. A part of the program did not come (the server answered 404).',
    });
  });
});
