import { describe, expect, it } from 'vitest';
import { InspectorError } from '@/common/errors';
import { unlessOurs } from '@/models/hub/open';

describe('an error from a store', () => {
  it('is as if the store had nothing', () => {
    for (const error of [
      new DOMException('The connection is closing.', 'InvalidStateError'),
      new TypeError('Failed to fetch'),
      new SyntaxError('Unexpected end of JSON input'),
      'a word',
    ]) {
      expect(unlessOurs(error)).toBeNull();
    }
  });

  it('is thrown on where it is ours, or a mistake of the program', () => {
    const mistake = (work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const nothing = undefined as unknown as { field: () => void };
    for (const error of [
      new InspectorError('network', 'The hub is away.'),
      mistake(() => nothing.field),
      mistake(() => (Object.create(null) as typeof nothing).field()),
      mistake(() => [...(3 as unknown as number[])]),
      new TypeError("undefined is not an object (evaluating 'a.b')"),
      new TypeError('a is undefined'),
      new ReferenceError('x is not defined'),
    ]) {
      expect(() => unlessOurs(error), String(error)).toThrow();
    }
  });
});
