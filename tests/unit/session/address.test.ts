import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AddressWindow, browserAddress } from '@/session/link/address';
import { bench, heal, settle } from './fakes';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A window whose address can be looked at. */
function fakeWindow(search: string, hash: string) {
  const written: string[] = [];
  const listeners = new Map<string, () => void>();
  const location = { pathname: '/page', search, hash, reload: vi.fn() };
  const target: AddressWindow = {
    location,
    history: {
      state: { kept: true },
      replaceState: (state, _, url) => {
        expect(state).toEqual({ kept: true });
        const next = new URL(String(url), 'http://host');
        location.search = next.search;
        location.hash = next.hash;
        written.push(String(url));
      },
    },
    addEventListener: (type, listener) => listeners.set(type, listener),
    removeEventListener: (type) => listeners.delete(type),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clearTimeout(timer as number),
  };
  return { target, written, location, listeners };
}

test('only the newest view is written, after a pause', () => {
  const { target, written } = fakeWindow('', '');
  const address = browserAddress(target);
  for (const text of ['v=1&cell=1,1', 'v=1&cell=2,2', 'v=1&cell=3,3']) address.write(text);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(written).toEqual(['/page#v=1&cell=3,3']);
  address.write('v=1&cell=4,4');
  vi.advanceTimersByTime(1000);
  expect(written).toHaveLength(2);
});

test('keys of a view before the hash move behind it; others stay', () => {
  const { target, written } = fakeWindow('?backend=wasm&model=a&e=heal@1,1&lang=de&v', '');
  const address = browserAddress(target);
  address.write('v=1');
  vi.advanceTimersByTime(1000);
  expect(written).toEqual(['/page?backend=wasm&lang=de#v=1']);
});

test('a hub and a backend stay wherever they stand', () => {
  const { target, written } = fakeWindow('?hub=https%3A%2F%2Fa.example', '#model=a&backend=cpu&compare=b');
  const address = browserAddress(target);
  address.write('v=1');
  vi.advanceTimersByTime(1000);
  address.write('v=1&cell=2,2');
  vi.advanceTimersByTime(1000);
  expect(written).toEqual([
    '/page?hub=https%3A%2F%2Fa.example#v=1&backend=cpu',
    '/page?hub=https%3A%2F%2Fa.example#v=1&cell=2,2&backend=cpu',
  ]);
});

test('what waits is written when the page is left or the inspector goes', () => {
  const { target, written, listeners } = fakeWindow('', '');
  const address = browserAddress(target);
  address.write('v=1&cell=1,1');
  listeners.get('pagehide')?.();
  expect(written).toHaveLength(1);
  address.write('v=1&cell=2,2');
  address.dispose();
  expect(written).toHaveLength(2);
  expect(listeners.size).toBe(0);
});

test('a link pasted into the same tab opens it; our own writing does not', () => {
  const { target, location, listeners } = fakeWindow('', '');
  const address = browserAddress(target);
  address.write('v=1&cell=1,1');
  vi.advanceTimersByTime(1000);
  listeners.get('hashchange')?.();
  expect(location.reload).not.toHaveBeenCalled();
  location.hash = '#v=1&cell=9,9';
  listeners.get('hashchange')?.();
  expect(location.reload).toHaveBeenCalledOnce();
});

test('a store with an address opens its view and keeps it there', async () => {
  vi.useRealTimers();
  const written: string[] = [];
  const address = {
    read: () => ({
      search: '?backend=cpu',
      hash: '#v=1&model=mini-clean&picture=harbour&size=256&cell=3,4&e=heal@3,4;heal@99,99&layer=nonsense',
    }),
    write: (link: string) => void written.push(link),
    dispose: () => {},
  };
  const { fake, store, state } = bench({ address, view: {} });
  expect(state.notice).toBe('The link names a layer that cannot be read: "nonsense".');
  await state.start();
  await settle();
  expect(fake.all('start')[0].args).toEqual({ backend: 'cpu' });
  const now = store.getState();
  expect(now.view).toMatchObject({
    model: 'mini-clean',
    picture: 'harbour',
    size: 256,
    cell: { row: 3, col: 4 },
    edits: [heal(3, 4)],
  });
  // The edit that lies outside is dropped, and that is said.
  expect(now.notice).toContain('One edit does not fit this latent');
  expect(now.sides.a.effect?.edits).toBe(now.view.edits);
  state.select({ row: 5, col: 6 });
  expect(written.at(-1)).toBe('v=1&model=mini-clean&picture=harbour&size=256&layer=norm&cell=5,6&e=heal@3,4');
});

test('a link to what is not here opens the rest and says so', () => {
  vi.useRealTimers();
  const from = (hash: string) => {
    const address = { read: () => ({ search: '', hash }), write: () => {}, dispose: () => {} };
    return bench({ address, view: {} }).state;
  };
  const unknown = from('#model=gone&picture=lost&cell=1,2');
  expect(unknown.view).toMatchObject({ model: 'mini-spot', picture: 'chart', cell: { row: 1, col: 2 } });
  expect(unknown.notice).toContain('There is no model "gone" here');
  expect(unknown.notice).toContain('There is no starting picture "lost" here');
  const own = from('#picture=&e=heal@1,1');
  expect(own.view).toMatchObject({ picture: 'chart', edits: [heal(1, 1)] });
  expect(own.wanted).toEqual({ kind: 'picture' });
  expect(own.notice).toBeNull();
});

test('a store without an address leaves the page alone', async () => {
  vi.useRealTimers();
  const { state } = bench();
  await state.start();
  expect(state.notice).toBeNull();
});
