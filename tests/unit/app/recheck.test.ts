/** A decode that was repeated and differed is said at once, and nothing offers to try it again. */
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createStore } from 'zustand';
import { InspectorContext, type InspectorContextValue } from '@/app/context';
import { createLocal } from '@/app/local';
import { Toasts } from '@/app/Toasts';
import { InspectorError, toPlain } from '@/common/errors';
import { bench, heal, settle } from '../session/fakes';

/** The messages as they look now; React renders the first state of a store where there is no page. */
function toasts(state: ReturnType<typeof bench>['state']): string {
  const value = { store: createStore(() => state), local: createLocal() } as unknown as InspectorContextValue;
  return renderToStaticMarkup(createElement(InspectorContext.Provider, { value }, createElement(Toasts)));
}

test('it is said what happened, since when, and that edits are kept; it can only be dismissed', async () => {
  const page = bench();
  await page.state.setPicture('chart');
  page.state.addEdit(heal(1, 1));
  await settle();
  page.fake.rechecked({ error: null });
  expect(page.state.failure).toBeNull();
  expect(toasts(page.state)).not.toContain('role="alert"');

  const found = new InspectorError(
    'internal',
    'The same latent was decoded twice with different results.',
    'Numbers since 11:22:33 may be wrong. Try another browser or another device.',
  );
  page.fake.rechecked({ error: toPlain(found) });
  expect(page.state.failure).toMatchObject({ code: 'internal', message: found.message, retry: null });
  const said = toasts(page.state);
  expect(said).toContain('role="alert"');
  for (const words of [found.message, found.advice, 'Your edits are kept.', 'Dismiss'])
    expect(said).toContain(words);
  expect(said).not.toContain('Try again');

  page.state.dismissFailure();
  expect(toasts(page.state)).not.toContain('role="alert"');
});
