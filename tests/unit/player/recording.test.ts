import { describe, expect, test } from 'vitest';
import { type Recording, strengthAt } from '@/formats/recording/recording';
import { nearestRecorded, nextPosition, recordedNear, snapped } from '@/player/state';
import { betweenWords, checkWords, factsOf, frameWords, liveWords, sentenceOf } from '@/player/words';
import { aRecording } from '../formats/recordings';

const recording: Recording = { ...aRecording(), parts: [] };

describe('the slider', () => {
  const strengths = [0, 0.5, 1];

  test('means a recorded strength when it is near one', () => {
    expect(snapped(0.95, strengths)).toBe(1);
    expect(snapped(0.8, strengths)).toBe(0.8);
    expect(snapped(7, strengths)).toBe(2);
    expect(snapped(-1, strengths)).toBe(0);
    expect(strengthAt({ strengths }, 1.5)).toBe(0.75);
    expect(strengthAt({ strengths }, 2)).toBe(1);
  });

  test('goes to the next recorded strength by an arrow key, from wherever it is', () => {
    expect(nextPosition(1, 1, strengths)).toBe(2);
    expect(nextPosition(2, 1, strengths)).toBe(2);
    expect(nextPosition(1.4, 1, strengths)).toBe(2);
    expect(nextPosition(1.4, -1, strengths)).toBe(1);
    expect(nextPosition(0, -1, strengths)).toBe(0);
  });
});

test('a click near a recorded cell means it, and elsewhere nothing', () => {
  const large = { ...recording, rows: 64, cols: 64 };
  expect(recordedNear({ row: 2, col: 3 }, large)).toBe(0);
  expect(recordedNear({ row: 3, col: 2 }, large)).toBeNull();
  expect(recordedNear({ row: 1, col: 2 }, recording)).toBe(0);
  expect(recordedNear({ row: 1, col: 3 }, recording)).toBeNull();
});

describe('what the figure says', () => {
  test('is the sentence of the recorded numbers, with those of the control', () => {
    expect(sentenceOf(recording, { cellIndex: 0, position: 0 })).toContain('Nothing is changed');
    expect(sentenceOf(recording, { cellIndex: 0, position: 2 })).toBe(
      'Changing this one cell moved the far picture by 9.3 levels; so did the same change at an ordinary cell.',
    );
    const [cell] = recording.cells;
    const alone = {
      ...cell,
      control: null,
      frames: cell.frames.map((frame) => ({ ...frame, control: null })),
    };
    expect(sentenceOf({ ...recording, cells: [alone] }, { cellIndex: 0, position: 2 })).toContain(
      'There is no ordinary cell far enough away',
    );
  });

  test('is marked where the picture lies between two recorded strengths', () => {
    expect(betweenWords(recording, { cellIndex: 0, position: 1 })).toBeNull();
    expect(betweenWords(recording, { cellIndex: 0, position: 1.4 })).toBe(
      'Drawn between two recorded strengths; the numbers are those of 50 %.',
    );
    expect(nearestRecorded(1.4, [0, 0.5, 1])).toBe(1);
    expect(frameWords(recording, { cellIndex: 0, position: 1.5 })).toBe(
      '75 % of \u201cheal\u201d at row 1, col 2',
    );
  });

  test('never says that nothing is changed where something is, however little', () => {
    expect(nearestRecorded(0.2, [0, 0.5, 1])).toBe(1);
    expect(nearestRecorded(1.8, [-1, -0.5, 0, 1])).toBe(1);
    expect(nearestRecorded(0, [0, 0.5, 1])).toBe(0);
    expect(sentenceOf(recording, { cellIndex: 0, position: 0.2 })).toContain('moved the far picture');
    expect(betweenWords(recording, { cellIndex: 0, position: 0.2 })).toContain('those of 50 %');
  });

  test('tells model, hash, licence and how exact it is', () => {
    const text = factsOf(recording)
      .map((fact) => `${fact.term}: ${fact.text}`)
      .join('\n');
    expect(text).toContain('Recorded: 2026-01-02 with latent-inspector 0 on wasm, 2 threads');
    expect(text).toContain(`SHA-256: ${'ab'.repeat(32)}`);
    expect(text).toContain('Harbour, CC0-1.0, 32 \u00d7 32 pixels');
    expect(text).toContain('Decoded pictures are within 0.5 levels RMS, 2 at most');
    expect(text).not.toContain('Revision');
    expect(checkWords({ bytes: 2e5, checked: false })).toContain('could not be checked');
    expect(checkWords({ bytes: 2e5, checked: true })).toContain('200 kB');
  });

  test('tells what running it live loads, and that a model from a file cannot be', () => {
    expect(liveWords(recording)).toBe('Loads the engine and the model, 1 kB.');
    expect(liveWords({ ...recording, model: { ...recording.model, kind: 'file' } })).toBeNull();
  });
});
