import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActivities } from '@/session/activity';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('of work in several steps the step is shown, and between two steps the whole', () => {
  const shown: (string | undefined)[] = [];
  const activities = createActivities((activity) => shown.push(activity?.doing));
  const opening = activities.beginWhole('Opening');
  const reading = activities.begin('Reading');
  const other = activities.beginWhole('Opening beside');
  reading.end();
  // The words of a step stay for a moment, as the next one mostly follows at once.
  const encoding = activities.begin('Encoding');
  other.end();
  encoding.end();
  expect(shown).toEqual(['Opening', 'Reading', 'Reading', 'Encoding', 'Encoding']);
  vi.advanceTimersByTime(200);
  expect(shown.at(-1)).toBe('Opening');
  opening.end();
  expect(shown.at(-1)).toBeUndefined();
});

test('a fast progress is shown now and then, a slow one each time, and the last of it always', () => {
  const shown: (number | null | undefined)[] = [];
  const activities = createActivities((activity) => shown.push(activity?.fraction));
  const work = activities.begin('Decoding');
  expect(shown).toEqual([null]);
  for (let step = 1; step <= 10; step++) {
    vi.advanceTimersByTime(30);
    work.progress(step / 10);
  }
  expect(shown).toEqual([null, 0.3, 0.6, 0.9]);
  // Then nothing comes for a while: what came last is not held back.
  vi.advanceTimersByTime(100);
  expect(shown.at(-1)).toBe(1);
  vi.advanceTimersByTime(5000);
  work.progress(0.5);
  expect(shown.at(-1)).toBe(0.5);
  work.progress(0.7);
  work.end();
  expect(shown.at(-1)).toBeUndefined();
  vi.advanceTimersByTime(1000);
  expect(shown.at(-1)).toBeUndefined();
});
