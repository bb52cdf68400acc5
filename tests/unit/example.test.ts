import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openRecording } from '@/formats/recording/file';
import { parseHeader } from '@/formats/recording/header';
import { RecordedPictures } from '@/formats/recording/pictures';
import { streamOf } from './formats/recordings';

const read = (path: string) => Uint8Array.from(readFileSync(new URL(`../../${path}`, import.meta.url)));
const readJson = (path: string) => JSON.parse(new TextDecoder().decode(read(path)));
const PATH = 'recordings/example.lirec';
const file = read(`public/${PATH}`);
const example = parseHeader(readJson('src/example.json'));

describe('the recorded example', () => {
  test('was recorded with the model and the picture that are here now', () => {
    for (const { model } of [example, example.second!]) {
      expect(model.sha256).toBe(readJson(`models/${model.id}.json`).files[0].sha256);
    }
    const pictures: { id: string; file: string }[] = readJson('src/pictures.json');
    const starting = pictures.find(({ id }) => id === example.picture.id)!;
    const hash = createHash('sha256')
      .update(read(`public/pictures/${starting.file}`))
      .digest('hex');
    expect(example.picture.sha256, 'run "npm run record-example"').toBe(hash);
  });

  test('is whole, and its header is the one that the page carries', async () => {
    const opened = await openRecording(streamOf(file));
    expect(opened.recording).toEqual(example);
    expect((await opened.complete).checked).toBe(true);
    const pictures = new RecordedPictures({
      ...opened,
      decode: () => Promise.reject(new Error('Not needed here.')),
    });
    const { mean, rawLogvar } = await pictures.posterior();
    expect(mean.length).toBe(example.rows * example.cols * example.channels);
    expect(rawLogvar.length).toBe(mean.length);
  });

  test('is small, and what is shown first comes first', () => {
    expect(file.length).toBeLessThan(270_000);
    const names = example.parts.map(({ name }) => name);
    const { cell } = example.shown;
    const first = [
      'picture',
      'base',
      'second-base',
      'mean',
      'rawLogvar',
      'second-mean',
      ...[example, example.second!].flatMap(({ cells }) => cells[cell].images.map(({ part }) => part)),
    ];
    expect(names.slice(0, first.length)).toEqual(first);
  });

  test('is near enough to what was computed to be looked at, in both models', () => {
    expect(example.errors.picture.rms).toBeLessThan(3);
    for (const { errors, cells } of [example, example.second!]) {
      expect(errors.base.rms).toBeLessThan(2);
      for (const { error, changeError } of cells.flatMap(({ frames }) => frames)) {
        expect(error.rms).toBeLessThan(2);
        expect(changeError.rms).toBeLessThan(1);
      }
    }
  });

  test('is on its way before the scripts that show it: the page’s first, small one preloads it', () => {
    const text = (path: string) => new TextDecoder().decode(read(path));
    expect(text('index.html')).toContain('<script async src="/first.js"></script>');
    expect(text('index.html').match(/<script/)!.index).toBe(text('index.html').indexOf('<script async'));
    expect(text('public/first.js')).toContain(PATH);
  });

  test('shows what it is there to show: the spot moves the far picture, an ordinary cell and the clean twin do not', () => {
    const whole = example.strengths.indexOf(1);
    const clean = example.second!.cells.map(({ frames }) => frames[whole]);
    for (const { change, control } of clean) {
      expect(change.farRms).toBeLessThan(2);
      expect(change.farRms).toBeLessThan(3 * control!.farRms);
    }
    expect(example.strengths[example.shown.strength]).toBe(0); // the visitor makes the change
    const [spot, ordinary] = example.cells.map(({ frames }) => frames[example.strengths.indexOf(1)]);
    expect(spot.change.farRms).toBeGreaterThan(10);
    expect(spot.change.farRms).toBeGreaterThan(30 * spot.control!.farRms);
    expect(ordinary.change.farRms).toBeLessThan(1);
  });
});
