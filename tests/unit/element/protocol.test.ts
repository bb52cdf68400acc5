import { describe, expect, test } from 'vitest';
import { envelop, readListening, readToFrame } from '@/element/frame/protocol';

describe('a message to a frame', () => {
  test('is read as it was sent', () => {
    const request = { type: 'request', id: 7, method: 'effect', args: ['compare'] } as const;
    expect(readToFrame(envelop(request))).toEqual(request);
    expect(readToFrame(envelop({ type: 'hello' }))).toEqual({ type: 'hello' });
    expect(readToFrame(envelop({ type: 'connect' }))).toEqual({ type: 'connect' });
    expect(readToFrame(envelop({ type: 'abort', id: 'a' }))).toEqual({ type: 'abort', id: 'a' });
  });

  test.each([
    ['nothing', undefined],
    ['text', 'hello'],
    ["another library's", { source: 'react-devtools', version: 1, type: 'hello' }],
    ['of another version', { source: 'latent-inspector', version: 2, type: 'hello' }],
    ['a request without id', { source: 'latent-inspector', version: 1, type: 'request', method: 'edits' }],
    [
      'a request for what is no method of the protocol',
      { source: 'latent-inspector', version: 1, type: 'request', id: 1, method: 'constructor', args: [] },
    ],
  ])('is ignored where it is %s', (_, data) => {
    expect(readToFrame(data)).toBeNull();
  });
});

test('a message of a frame is told from those of others', () => {
  const listening = { type: 'listening', session: '1-2', port: true } as const;
  expect(readListening(envelop(listening))).toEqual({ session: '1-2', port: true });
  // A frame of an earlier version.
  expect(readListening({ source: 'latent-inspector', version: 1, type: 'listening', session: '1' })).toEqual({
    session: '1',
    port: false,
  });
  expect(readListening({ source: 'latent-inspector', version: 1, type: 'hello' })).toBeNull();
  expect(readListening(listening)).toBeNull();
});
