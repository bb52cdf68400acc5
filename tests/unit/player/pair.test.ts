/** A figure of two models: what it says, and what running it live opens. */
import { describe, expect, test } from 'vitest';
import type { Recording } from '@/formats/recording/recording';
import { secondOf } from '@/formats/recording/second';
import { liveView } from '@/player/liveView';
import { newestOnly } from '@/player/newest';
import { farWords, pairSentence, pictureWords } from '@/player/pairWords';
import { openingState } from '@/player/state';
import { exactnessWords, factsOf, liveWords } from '@/player/words';
import { aRecording, aRecordingOfTwo } from '../formats/recordings';

const nothing = () => Promise.reject(new Error('not read here'));
// Of so few cells only a radius of none leaves any far.
const recording: Recording = { ...aRecordingOfTwo(), radius: 0, parts: [] };
const second = secondOf({ recording, part: nothing, decode: nothing })!.recording;
const full = { cellIndex: 0, position: 2 };

describe('the figure says', () => {
  test('what the one change did in both, each beside its control', () => {
    expect(pairSentence([recording, second], full)).toBe(
      'The same change moves the far picture by 9.3 levels in A (at an ordinary cell 9.3) and by 0.5 levels in B (9.3).',
    );
  });

  test('that nothing is changed only where nothing is', () => {
    expect(pairSentence([recording, second], { ...full, position: 0 })).toContain('Nothing is changed');
    expect(pairSentence([recording, second], { ...full, position: 0.2 })).toContain('The same change moves');
    expect(farWords(second, { ...full, position: 0 })).toEqual({
      far: null,
      about: 'No change yet.',
      control: '',
    });
    expect(farWords(second, { ...full, position: 0.2 }).far).toBe('0.5');
  });

  test('for each model its own far change and control', () => {
    expect(farWords(recording, full)).toEqual({
      far: '9.3',
      about: 'levels of 255, far from the cell',
      control: 'ordinary cell: 9.3',
    });
    expect(farWords(second, full).far).toBe('0.5');
  });

  test('that there is no control, or nothing far, instead of a number', () => {
    const [cell] = second.cells;
    const frames = cell.frames.map((frame) => ({ ...frame, control: null }));
    const alone = { ...second, cells: [{ ...cell, control: null, frames }] };
    expect(farWords(alone, full).control).toBe('No ordinary cell is far enough away.');
    const near = cell.frames.map((frame) => ({ ...frame, change: { ...frame.change, farRms: Number.NaN } }));
    expect(farWords({ ...second, cells: [{ ...cell, frames: near }] }, full)).toEqual({
      far: null,
      about: 'No pixel is far from the cell.',
      control: '',
    });
  });

  test('which picture is which, to those who do not see it', () => {
    const state = { ...full, position: 1 };
    expect(pictureWords(second, 'B', { ...state, show: 'edited' })).toBe(
      'Boats. Decoded by B, Other, with 50 % of the change at row 0, col 1.',
    );
    expect(pictureWords(recording, 'A', { ...state, show: 'before' })).toBe(
      'Boats. Decoded by A, Mini, unchanged.',
    );
    expect(pictureWords(second, 'B', { ...state, show: 'change' })).toContain('Map of the change');
  });

  test('both models, the larger of their errors, and what both have to load', () => {
    const terms = factsOf(recording).map(({ term, text }) => `${term}: ${text}`);
    expect(terms).toContain('Model A: Mini (mini-spot)');
    expect(terms).toContain('Model B: Other (mini-other)');
    expect(terms.at(-1)).toContain('largest error 0.0030 raw');
    expect(liveWords(recording)).toBe('Loads the engine and both models, 2 kB.');
    const own = { ...recording.second!, model: { ...recording.second!.model, kind: 'file' as const } };
    expect(liveWords({ ...recording, second: own })).toBeNull();
    const [cell] = second.cells;
    const frames = cell.frames.map((frame) => ({ ...frame, error: { rms: 7, largest: 70 } }));
    const worse = { ...recording.second!, cells: [{ ...cell, frames }] };
    expect(exactnessWords({ ...recording, second: worse })).toContain('within 7 levels RMS, 70 at most');
  });
});

describe('running it live', () => {
  test('opens both models with the change that was recorded, not with each one\u2019s own', () => {
    const view = liveView(recording, { ...openingState(recording), ...full });
    expect(view).toMatchObject({ model: 'mini-spot', compare: 'mini-other', units: 'sigma', show: 'edited' });
    expect(view.edits).toEqual([{ kind: 'add', cell: { row: 1, col: 2 }, values: [4, -8] }]);
  });

  test('of one model opens what it did before', () => {
    const one: Recording = { ...aRecording(), parts: [] };
    const view = liveView(one, { ...openingState(one), ...full });
    expect(view.edits).toEqual([{ kind: 'heal', cell: { row: 1, col: 2 } }]);
    expect(view).not.toHaveProperty('compare');
  });
});

test('of wishes that come while a picture is drawn only the newest is drawn', async () => {
  const waiting: (() => void)[] = [];
  let drawn = 0;
  const start = newestOnly(
    () => {
      drawn += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
    { onError: () => {}, signal: new AbortController().signal },
  );
  start();
  start();
  start();
  expect(drawn).toBe(1);
  waiting.shift()?.();
  await expect.poll(() => drawn).toBe(2);
  waiting.shift()?.();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(drawn).toBe(2);
});
