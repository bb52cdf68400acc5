/** A figure of two models on one picture. */
import { expect, test } from 'vitest';
import { applyEdits, cellShifts, type Edit, translateEdits } from '@/edits';
import { openRecording } from '@/formats/recording/file';
import { RecordedPictures } from '@/formats/recording/pictures';
import { secondOf } from '@/formats/recording/second';
import type { Latent } from '@/latent/types';
import { change } from '@/measures/change';
import { carriedCells } from '@/session/recording/carried';
import { recordFigure } from '@/session/recording/recording';
import { recordingDecodes } from '@/session/recording/request';
import {
  CELLS,
  decode,
  FACTOR,
  fakeEngine,
  latentOf,
  levelsOf,
  posteriorOf,
  RADIUS,
  subjectOf,
  tools,
  wish,
} from './recordings';

const OWN = 4;
const first = subjectOf('mini', posteriorOf(3));
/** Wider numbers, another sigma. */
const second = subjectOf('other', posteriorOf(9, OWN));
const mean = latentOf(first.posterior);
const otherMean = latentOf(second.posterior);

async function recorded() {
  const { engine, asked } = fakeEngine();
  const figure = await recordFigure(engine, first, wish, tools, {}, second);
  const opened = await openRecording(figure.file.stream(), tools.digest);
  return { ...figure, asked, source: { ...opened, decode: tools.decode } };
}

const levels = (latent: Latent) => levelsOf(decode(latent));

test('the second model\u2019s numbers are those of its own decodes, of the change carried in sigma', async () => {
  const { recording, source, asked } = await recorded();
  expect(recording.version).toBe(3);
  expect(asked.filter((model) => model === 'mini')).toHaveLength(recordingDecodes(wish));
  expect(asked.filter((model) => model === 'other')).toHaveLength(recordingDecodes(wish));
  const beside = secondOf(source)!.recording;
  expect(beside.model.id).toBe('other');
  const base = levels(otherMean);
  for (const [index, { edit }] of wish.cells.entries()) {
    const [{ cell, delta }] = cellShifts(mean, [edit]);
    const add: Edit = { kind: 'add', cell, values: delta };
    const [own] = translateEdits([add], mean, otherMean, 'sigma').edits;
    if (own?.kind !== 'add') throw new Error('An addition stays one.');
    const kept = beside.cells[index]!;
    kept.delta.forEach((value, c) => {
      expect(value).toBeCloseTo(own.values[c]!, 4);
    });
    for (const [at, strength] of wish.strengths.entries()) {
      const values = own.values.map((value) => value * strength);
      const moved = levels(applyEdits(otherMean, [{ kind: 'add', cell, values }]));
      const { farRms, nearRms } = change(base, moved, [cell], FACTOR, RADIUS);
      expect(kept.frames[at]!.change.farRms).toBeCloseTo(farRms, 3);
      expect(kept.frames[at]!.change.nearRms).toBeCloseTo(nearRms, 3);
    }
  }
  // It is another change there, by the ratio of the sigmas.
  expect(Math.abs(beside.cells[1]!.delta[0]!)).toBeGreaterThan(2 * Math.abs(recording.cells[1]!.delta[0]!));
});

test('what is played of the second model is as near to what was computed as the file says', async () => {
  const { source } = await recorded();
  const beside = secondOf(source)!;
  const pictures = new RecordedPictures(beside);
  const { cell, delta, frames } = beside.recording.cells[1]!;
  for (const at of wish.strengths.keys()) {
    const values = delta.map((value) => value * wish.strengths[at]!);
    const exact = levels(applyEdits(otherMean, [{ kind: 'add', cell, values }]));
    const { pixels } = await pictures.frame(1, at);
    let largest = 0;
    exact.data.forEach((level, k) => {
      const shown = pixels.data[4 * Math.floor(k / 3) + (k % 3)]!;
      largest = Math.max(largest, Math.abs(shown - level));
    });
    expect(largest).toBeCloseTo(frames[at]!.error.largest, 3);
  }
  expect((await pictures.posterior()).mean[5]).toBeCloseTo(otherMean.data[5]!, 2);
});

test('the file holds first what is painted first, then what the shown cell is made of', async () => {
  const { recording } = await recorded();
  const names = recording.parts.map(({ name }) => name);
  expect(names.slice(0, 6)).toEqual(['picture', 'base', 'second-base', 'mean', 'rawLogvar', 'second-mean']);
  const rest = names.slice(6);
  const lastOfShown = rest.findLastIndex((name) => name.includes('image-1-'));
  expect(lastOfShown).toBeLessThan(rest.findIndex((name) => name.includes('image-0-')));
  expect(names).not.toContain('second-rawLogvar');
  expect(recording.definitions.at(-1)).toContain('Second model');
});

test('a second model with other channels cannot follow an edit, which is known before anything is decoded', async () => {
  const { rows, cols } = mean;
  const wide = subjectOf('wide', {
    ...second.posterior,
    channels: 2,
    mean: new Float32Array(rows * cols * 2).fill(1),
  });
  const { engine, asked } = fakeEngine();
  await expect(recordFigure(engine, first, wish, tools, {}, wide)).rejects.toThrow(
    'The change cannot be carried to wide: 3 numbers do not fit 2 channels.',
  );
  expect(asked).toEqual([]);
  expect(carriedCells(wish.cells, mean, latentOf(wide.posterior)).problem).toBe(
    '3 numbers do not fit 2 channels',
  );
  expect(carriedCells(wish.cells, mean, otherMean).problem).toBeNull();
});

test('the decodes of both models are one progress', async () => {
  const { engine } = fakeEngine();
  const told: { fraction: number; doing: string }[] = [];
  const onProgress = (fraction: number, doing: string) => told.push({ fraction, doing });
  await recordFigure(engine, first, wish, tools, { onProgress }, second);
  const fractions = told.map(({ fraction }) => fraction);
  expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  expect(fractions.at(-1)).toBeGreaterThan(0.9);
  const half = told.findIndex(({ doing }) => doing.endsWith(', in other'));
  expect(told[half]!.fraction).toBeCloseTo(0.5, 5);
  expect(CELLS * FACTOR).toBe(first.pixels.width);
});
