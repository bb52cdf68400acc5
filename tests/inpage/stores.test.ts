/** The stores in a real browser: in a worker, as they are used; another worker stands for another tab. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lock, tryLock } from '@/models/stores/locks';
import { openOpfs } from '@/models/stores/opfs';
import type { Steps } from './store-worker';

class Tab {
  private readonly worker = new Worker(new URL('./store-worker.ts', import.meta.url), { type: 'module' });

  /** Does one step there. */
  do<K extends keyof Steps>(step: K, args: Parameters<Steps[K]>[0]): ReturnType<Steps[K]> {
    const result = new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => (data.error ? reject(data.error) : resolve(data.result));
      this.worker.onerror = (event) => reject(new Error(event.message));
      this.worker.postMessage({ step, args });
    });
    return result as ReturnType<Steps[K]>;
  }

  close(): void {
    this.worker.terminate();
  }
}

const bytes = (length: number, first: number) =>
  new Uint8Array(length).map((_, index) => first + (index % 97));

describe.each(['opfs', 'cache'] as const)('the store %s', (kind) => {
  let root: string;
  let tabs: Tab[];

  const tab = async () => {
    const opened = new Tab();
    tabs.push(opened);
    expect(await opened.do('open', { kind, root })).toBe(kind);
    return opened;
  };

  beforeEach(() => {
    root = `test-${Math.random().toString(36).slice(2)}`;
    tabs = [];
  });

  afterEach(async () => {
    for (const opened of tabs) opened.close();
    if (kind === 'cache') await caches.delete(root);
  });

  test('keeps what is appended, in order, over a restart, and goes on from there', async () => {
    const first = await tab();
    await first.do('entry', { name: 'a' });
    await first.do('writeText', { which: 'meta', text: 'a long text, which is replaced' });
    await first.do('writeText', { which: 'meta', text: 'short' });
    await first.do('append', { part: 0, bytes: bytes(1000, 0) });
    await first.do('append', { part: 2, bytes: bytes(10, 50) });
    await first.do('append', { part: 0, bytes: bytes(500, 100) });
    expect([...(await first.do('read', { part: 0, offset: 990, length: 20 }))]).toEqual([
      ...bytes(1000, 0).slice(990),
      ...bytes(10, 100),
    ]);
    // A closed tab closes nothing.
    first.close();

    const second = await tab();
    expect(await second.do('names', {})).toEqual(['a']);
    await second.do('entry', { name: 'a' });
    expect(await second.do('readText', { which: 'meta' })).toBe('short');
    expect(await second.do('readText', { which: 'verified' })).toBeNull();
    expect(await second.do('lengths', {})).toEqual(
      new Map([
        [0, 1500],
        [2, 10],
      ]),
    );
    await second.do('append', { part: 0, bytes: bytes(3, 7) });
    await second.do('seal', { part: 0 });
    expect([...(await second.do('read', { part: 0, offset: 1499, length: 4 }))]).toEqual([
      bytes(500, 100)[499],
      7,
      8,
      9,
    ]);
    await second.do('close', {});
  });

  test('reads no more than there is, and says so', async () => {
    const opened = await tab();
    await opened.do('entry', { name: 'a' });
    await opened.do('append', { part: 0, bytes: bytes(100, 0) });
    await expect(opened.do('read', { part: 0, offset: 90, length: 11 })).rejects.toMatchObject({
      message: 'Part 0 ends before byte 101.',
    });
    await opened.do('seal', { part: 0 });
    await expect(opened.do('read', { part: 0, offset: 90, length: 11 })).rejects.toMatchObject({
      message: 'Part 0 ends before byte 101.',
    });
  });

  test('can be read by two tabs once it is written', async () => {
    const [one, two] = [await tab(), await tab()];
    await one.do('entry', { name: 'a' });
    await one.do('append', { part: 0, bytes: bytes(100, 0) });
    await one.do('close', {});
    await two.do('entry', { name: 'a' });
    const args = { part: 0, offset: 50, length: 5 };
    expect(await two.do('read', args)).toEqual(bytes(100, 0).slice(50, 55));
    expect(await one.do('read', args)).toEqual(bytes(100, 0).slice(50, 55));
  });

  test('clears a part, and only that', async () => {
    const opened = await tab();
    await opened.do('entry', { name: 'a' });
    for (const part of [0, 1, 2]) await opened.do('append', { part, bytes: bytes(10, part) });
    await opened.do('clear', { part: 1 });
    await opened.do('clear', { part: 7 });
    await opened.do('append', { part: 1, bytes: bytes(4, 40) });
    await opened.do('close', {});
    await opened.do('entry', { name: 'a' });
    expect(await opened.do('lengths', {})).toEqual(
      new Map([
        [0, 10],
        [1, 4],
        [2, 10],
      ]),
    );
    expect(await opened.do('read', { part: 1, offset: 0, length: 4 })).toEqual(bytes(4, 40));
  });

  test('goes on where everything was cleared under it, and only what was there is gone', async () => {
    const opened = await tab();
    await opened.do('entry', { name: 'a' });
    await opened.do('append', { part: 0, bytes: bytes(100, 0) });
    await opened.do('close', {});
    if (kind === 'cache') await caches.delete(root);
    else await (await navigator.storage.getDirectory()).removeEntry(root, { recursive: true });
    const read = opened.do('read', { part: 0, offset: 0, length: 10 });
    // A cache that was deleted lasts for whoever has it open.
    if (kind === 'cache') expect(await read).toEqual(bytes(10, 0));
    else await expect(read).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(await opened.do('names', {})).toEqual([]);
    await opened.do('remove', { name: 'a' });
    await opened.do('entry', { name: 'a' });
    expect(await opened.do('lengths', {})).toEqual(new Map());
    await opened.do('append', { part: 0, bytes: bytes(10, 7) });
    await opened.do('close', {});
    expect([...(await opened.do('read', { part: 0, offset: 2, length: 3 }))]).toEqual([9, 10, 11]);
    expect(await opened.do('names', {})).toEqual(['a']);
  });

  test('removes an entry with all its parts, and only that', async () => {
    const opened = await tab();
    for (const name of ['a', 'b']) {
      await opened.do('entry', { name });
      await opened.do('writeText', { which: 'meta', text: name });
      await opened.do('append', { part: 1, bytes: bytes(10, 0) });
      await opened.do('close', {});
    }
    await opened.do('remove', { name: 'a' });
    await opened.do('remove', { name: 'never was' });
    expect(await opened.do('names', {})).toEqual(['b']);
    await opened.do('entry', { name: 'a' });
    expect(await opened.do('readText', { which: 'meta' })).toBeNull();
    expect(await opened.do('lengths', {})).toEqual(new Map());
  });
});

test('a file that another worker holds open is waited for, and then said to be held', async () => {
  const root = `test-${Math.random().toString(36).slice(2)}`;
  const [one, two] = [new Tab(), new Tab()];
  for (const opened of [one, two]) {
    await opened.do('open', { kind: 'opfs', root });
    await opened.do('entry', { name: 'a' });
  }
  await one.do('append', { part: 0, bytes: bytes(10, 0) });
  const asked = performance.now();
  await expect(two.do('append', { part: 0, bytes: bytes(10, 0) })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('held open by another tab'),
  });
  expect(performance.now() - asked).toBeGreaterThan(4000);
  await two.do('close', {});
  // It dies, and what it held becomes free while the other waits.
  const waiting = two.do('append', { part: 0, bytes: bytes(10, 10) });
  one.close();
  await waiting;
  expect(await two.do('lengths', {})).toEqual(new Map([[0, 20]]));
  two.close();
});

test('pieces of a cache that do not follow on what is before them are dropped', async () => {
  const root = `test-${Math.random().toString(36).slice(2)}`;
  const opened = new Tab();
  await opened.do('open', { kind: 'cache', root });
  await opened.do('entry', { name: 'a' });
  for (const first of [0, 10, 20]) await opened.do('append', { part: 0, bytes: bytes(10, first) });
  const cache = await caches.open(root);
  const keys = (await cache.keys()).map(({ url }) => url);
  await cache.delete(keys.find((url) => url.includes('/0/10-10-'))!);
  await opened.do('entry', { name: 'a' });
  expect(await opened.do('lengths', {})).toEqual(new Map([[0, 10]]));
  expect((await cache.keys()).length).toBe(1);

  await cache.put((await cache.keys())[0], new Response('too short'));
  await expect(opened.do('read', { part: 0, offset: 0, length: 5 })).rejects.toMatchObject({
    message: 'A piece of part 0 is not as it was written.',
  });
  opened.close();
  await caches.delete(root);
});

test('outside a worker, where files cannot be written in place, there is no private file system', async () => {
  expect(await openOpfs()).toBeNull();
});

test('a lock is taken by one at a time; the other waits, or gives up by its signal', async () => {
  const name = `test-${Math.random()}`;
  const release = await lock(navigator.locks, name);
  expect(await tryLock(navigator.locks, name)).toBeNull();
  const control = new AbortController();
  const impatient = lock(navigator.locks, name, control.signal);
  control.abort();
  await expect(impatient).rejects.toMatchObject({ name: 'AbortError' });
  const patient = lock(navigator.locks, name);
  release();
  (await patient)();
});
