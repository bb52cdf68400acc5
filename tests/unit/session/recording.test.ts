import { expect, test } from 'vitest';
import { applyEdits } from '@/edits';
import { openRecording } from '@/formats/recording/file';
import { deviationOf } from '@/formats/recording/layers';
import { RecordedPictures } from '@/formats/recording/pictures';
import type { Latent } from '@/latent/types';
import { change } from '@/measures/change';
import { recordFigure } from '@/session/recording/recording';
import { recordingDecodes } from '@/session/recording/request';
import {
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

const posterior = posteriorOf(3);
const mean = latentOf(posterior);
const subject = subjectOf('mini', posterior);

const levels = (latent: Latent) => levelsOf(decode(latent));
const base = levels(mean);

/** The effect of a cell's heal at a strength, from the definitions. */
function edited(cell: { row: number; col: number }, strength: number) {
  const healed = applyEdits(mean, [{ kind: 'heal', cell }]);
  const data = mean.data.map((value, at) => value + strength * (healed.data[at] - value));
  return levels({ ...mean, data });
}

const recorded = async () => {
  const { engine, asked } = fakeEngine();
  const figure = await recordFigure(engine, subject, wish, tools);
  const opened = await openRecording(figure.file.stream(), tools.digest);
  return {
    ...figure,
    opened,
    decodes: asked.length,
    pictures: new RecordedPictures({ ...opened, decode: tools.decode }),
  };
};

test('the numbers are those of the float decodes, of each cell and of its control', async () => {
  const { recording, decodes, pictures } = await recorded();
  expect(decodes).toBe(recordingDecodes(wish));
  const profiles = await pictures.profiles();
  for (const [index, { cell, control, frames, delta }] of recording.cells.entries()) {
    expect(cell).toEqual(wish.cells[index].edit.cell);
    for (const [at, strength] of wish.strengths.entries()) {
      const { profile, ...own } = change(base, edited(cell, strength), [cell], FACTOR, RADIUS);
      expect(frames[at].change.farRms).toBeCloseTo(own.farRms, 4);
      expect(frames[at].change.nearRms).toBeCloseTo(own.nearRms, 4);
      expect(profiles[index][at].change.length).toBe(profile.length);
      const moved = applyEdits(mean, [
        { kind: 'add', cell: control!, values: delta.map((value) => value * strength) },
      ]);
      const other = change(base, levels(moved), [control!], FACTOR, RADIUS);
      expect(frames[at].control?.nearRms).toBeCloseTo(other.nearRms, 4);
    }
  }
  expect(recording.cells[1].frames[3].change.farRms).toBeGreaterThan(10);
  expect(recording.cells[0].frames[3].change.farRms).toBe(0);
});

test('what is played is as near to what was computed as the file says', async () => {
  const { recording, pictures } = await recorded();
  for (const [index, { cell, frames }] of recording.cells.entries()) {
    for (const [at, strength] of wish.strengths.entries()) {
      const exact = edited(cell, strength);
      const { pixels, difference } = await pictures.frame(index, at);
      const off = deviationOf(
        exact.data.map((level, k) => pixels.data[4 * Math.floor(k / 3) + (k % 3)] - level),
      );
      expect(off.rms).toBeCloseTo(frames[at].error.rms, 4);
      expect(off.largest).toBeCloseTo(frames[at].error.largest, 4);
      // RMS over the colours of the played change against that of the real one.
      const map = Float32Array.from(difference, (played, pixel) => {
        const real = [0, 1, 2].map((c) => exact.data[3 * pixel + c] - base.data[3 * pixel + c]);
        return played - Math.sqrt(real.reduce((sum, value) => sum + value * value, 0) / 3);
      });
      expect(deviationOf(map).largest).toBeLessThanOrEqual(
        Math.sqrt(3) * frames[at].changeError.largest + 1e-4,
      );
    }
  }
});

test('the file says where it comes from, and holds first what is shown first', async () => {
  const { recording, opened } = await recorded();
  expect(opened.recording).toEqual(recording);
  expect(recording).toMatchObject({
    date: '2026-01-02T03:04:05.000Z',
    backend: 'a test',
    model: { kind: 'hub', repository: 'owner/name', revision: 'abc', sha256: 'cd'.repeat(32), bytes: 1234 },
    picture: { id: null, title: 'Mine' },
    radius: RADIUS,
  });
  expect(recording.tool).toMatch(/^latent-inspector \d/);
  const names = recording.parts.map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(['picture', 'base', 'mean', 'rawLogvar']);
  expect(recording.errors.picture).toEqual({ rms: 0, largest: 0 });
  expect(recording.errors.mean).toBeGreaterThan(0);
  expect(recording.errors.mean).toBeLessThan(1 / 2048);
});

test('progress ends at the end, and an aborted recording is given up', async () => {
  const { engine } = fakeEngine();
  const told: number[] = [];
  await recordFigure(engine, subject, wish, tools, { onProgress: (fraction) => told.push(fraction) });
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect(told.at(-1)).toBeGreaterThan(0.9);
  expect(told.at(-1)).toBeLessThanOrEqual(1);
  const controller = new AbortController();
  const running = recordFigure(engine, subject, wish, tools, {
    signal: controller.signal,
    onProgress: (fraction) => fraction > 0.3 && controller.abort(),
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
