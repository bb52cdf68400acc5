/** Errors that nobody caught: what is said of them, and of which. */
import { afterEach, expect, test } from 'vitest';
import { createStore } from 'zustand';
import type { InspectorContextValue } from '@/app/context';
import { createLocal } from '@/app/local';
import { listenForErrors, mishapWords } from '@/app/trouble/listenForErrors';
import { InspectorError } from '@/common/errors';

const OWN_SCRIPT = new URL('../../../src/app/trouble/listenForErrors.ts', import.meta.url).href;

let stop = () => {};
afterEach(() => stop());

/** A window that hears errors, with an inspector in it. */
function inspectorIn(page: boolean) {
  const window = new EventTarget();
  Object.assign(globalThis, { window });
  const local = createLocal();
  const element = new EventTarget();
  const told: string[] = [];
  element.addEventListener('failure', (event) => told.push((event as CustomEvent).detail.message));
  const store = createStore(() => ({ failure: null as { message: string } | null }));
  const stopListening = listenForErrors({ store, local, page, element } as unknown as InspectorContextValue);
  stop = () => {
    stopListening();
    Reflect.deleteProperty(globalThis, 'window');
  };
  return {
    store,
    told,
    get said() {
      return local.getState().message;
    },
    throws(error: unknown, filename = OWN_SCRIPT, message = String(error)) {
      window.dispatchEvent(Object.assign(new Event('error'), { error, filename, message }));
    },
    rejects(reason: unknown) {
      window.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason }));
    },
  };
}

test('an error in a handler or in a promise is said, with what is kept, and told to the author', () => {
  const page = inspectorIn(true);
  page.throws(new TypeError('x is undefined'));
  expect(page.said).toMatch(/may not have been done: TypeError: x is undefined\. .*edits are kept/);
  page.rejects('a string');
  expect(page.said).toMatch(/: a string\./);
  expect(page.told).toEqual(['x is undefined', 'a string']);
});

test('errors that have words of their own are said in those', () => {
  const page = inspectorIn(true);
  page.rejects(new InspectorError('bad-edit', 'There is no channel 9.', 'Choose another.'));
  expect(page.said).toBe('There is no channel 9. Choose another.');
});

test('what is shown as a failure already is not said twice', () => {
  const page = inspectorIn(true);
  page.store.setState({ failure: { message: 'It is damaged.' } });
  page.rejects(new InspectorError('bad-file', 'It is damaged.'));
  expect(page.said).toBeNull();
});

test('giving up is no error, nor is what browsers say of a late resize', () => {
  expect(mishapWords(new InspectorError('aborted', 'Cancelled.'))).toBeNull();
  expect(mishapWords(new InspectorError('superseded', 'Newer.'))).toBeNull();
  expect(mishapWords(new DOMException('gone', 'AbortError'))).toBeNull();
  const page = inspectorIn(true);
  page.throws(new Error('late'), OWN_SCRIPT, 'ResizeObserver loop completed with undelivered notifications.');
  page.throws(null, '', 'Script error.');
  expect(page.said).toBeNull();
});

test('in the page of somebody else only errors of its own scripts count; those of extensions never', () => {
  const foreign = Object.assign(new Error('theirs'), {
    stack: 'Error: theirs\n at https://blog.example/a.js',
  });
  const extension = Object.assign(new Error('theirs'), { stack: 'at chrome-extension://abc/content.js' });
  const embedded = inspectorIn(false);
  embedded.throws(foreign, 'https://blog.example/a.js');
  embedded.rejects(foreign);
  expect(embedded.said).toBeNull();
  embedded.throws(Object.assign(new Error('ours'), { stack: `at ${OWN_SCRIPT}:1:1` }));
  expect(embedded.said).toContain('Error: ours');
  stop();
  const page = inspectorIn(true);
  page.throws(extension, '');
  expect(page.said).toBeNull();
});
