import { expect, test } from 'vitest';
import { codedAbort, InspectorError } from '@/common/errors';

test('an abort has a code, whichever way a signal ended the work; what else fails stays what it is', () => {
  const control = new AbortController();
  control.abort();
  expect(codedAbort(control.signal.reason)).toBeInstanceOf(InspectorError);
  expect(codedAbort(control.signal.reason)).toMatchObject({ code: 'aborted' });
  for (const other of [new TypeError('x'), new DOMException('full', 'QuotaExceededError'), 'text'])
    expect(codedAbort(other)).toBe(other);
});
