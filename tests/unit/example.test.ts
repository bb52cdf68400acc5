import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseExample, readPosterior } from '../../src/formats/recording';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const example = parseExample(JSON.parse(read('src/example.json').toString()));

describe('the recorded example', () => {
  test('was recorded with the model and the picture that are here now', () => {
    const manifest = JSON.parse(read(`models/${example.model}.json`).toString());
    expect(example.sources.model).toBe(manifest.files[0].sha256);
    const pictures: { id: string; file: string }[] = JSON.parse(read('src/pictures.json').toString());
    const { file } = pictures.find(({ id }) => id === example.picture)!;
    const hash = createHash('sha256')
      .update(read(`public/pictures/${file}`))
      .digest('hex');
    expect(example.sources.picture, 'run "npm run record-example"').toBe(hash);
  });

  test('has all its files, of the right length', () => {
    const files = [
      example.input.file,
      example.base.file,
      ...example.cells.flatMap(({ frames }) =>
        frames.flatMap((frame) => [frame.file, frame.difference!.file]),
      ),
    ];
    for (const file of files) {
      expect(existsSync(new URL(`../../public/example/${file}`, import.meta.url)), file).toBe(true);
    }
    const bytes = read(`public/example/${example.posterior.file}`);
    const posterior = readPosterior(new Uint8Array(bytes).buffer, example.posterior);
    expect(posterior.mean.every(Number.isFinite)).toBe(true);
  });

  test('is on its way before the script: the page preloads what is shown first', () => {
    const page = read('index.html').toString();
    const [, list] = page.match(/for \(const file of \[(.*?)\]\)/)!;
    const { cell, strength } = example.shown;
    const frame = example.cells[cell].frames[strength];
    const first = [example.input, example.base, example.posterior, frame, frame.difference!].map(
      ({ file }) => file,
    );
    expect(list.split(', ').map((name) => name.slice(1, -1))).toEqual(first);
  });

  test('shows what it is there to show: the spot moves the far picture, an ordinary cell does not', () => {
    const [spot, ordinary] = example.cells.map(({ frames }) => frames[example.strengths.indexOf(1)]);
    expect(spot.change.farRms).toBeGreaterThan(10);
    expect(spot.change.farRms).toBeGreaterThan(30 * spot.control!.farRms);
    expect(ordinary.change.farRms).toBeLessThan(1);
  });
});
