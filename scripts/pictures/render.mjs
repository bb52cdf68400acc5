// Renders the starting pictures:
//
//   node scripts/pictures/render.mjs [name...] [--size N] [--samples N] [--threads N] [--out DIR] [--png]
//
// Without names it renders them all at the published size, which takes about
// ten minutes of one processor core. Equal options give equal pixels.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fromWebp, png, shrink, toPixels, webp, webpUnder } from './encode.mjs';
import { PICTURES } from './pictures.mjs';

const PUBLISHED = fileURLToPath(new URL('../../public/pictures/', import.meta.url));
/** The list of the pictures as the page knows it. */
const LIST = fileURLToPath(new URL('../../src/pictures.json', import.meta.url));

/** Side of the thumbnails: 48 pixels of the page on a display with two pixels each, and a little. */
const THUMBNAIL = 128;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1024' },
    samples: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string', default: PUBLISHED },
    png: { type: 'boolean', default: false },
  },
});

const size = Number(values.size);
const threads = Number(values.threads);
const unknown = positionals.filter((name) => !PICTURES.some((p) => p.id === name));
if (unknown.length > 0) throw new Error(`no such picture: ${unknown.join(', ')}`);
await mkdir(values.out, { recursive: true });

for (const picture of PICTURES) {
  if (positionals.length > 0 && !positionals.includes(picture.id)) continue;
  const start = performance.now();
  const samples = Number(values.samples ?? picture.samples);
  const drawn = await picture.render({ size, samples, threads });
  const pixels = drawn instanceof Float32Array ? toPixels(drawn, size) : drawn;
  let note = '';
  if (values.png) {
    await writeFile(join(values.out, `${picture.id}.png`), png(pixels));
  } else if (picture.lossless) {
    await writeFile(join(values.out, `${picture.id}.webp`), await webp(pixels, { lossless: true }));
  } else {
    const { file, quality } = await webpUnder(pixels, picture.limit);
    await writeFile(join(values.out, `${picture.id}.webp`), file);
    note = `, quality ${quality}, ${Math.round(file.length / 1000)} kB`;
  }
  console.log(`${picture.id}: ${((performance.now() - start) / 1000).toFixed(1)} s${note}`);
}

// Small ones for the row of pictures to choose from.
if (!values.png) {
  for (const { id } of PICTURES) {
    if (positionals.length > 0 && !positionals.includes(id)) continue;
    const full = await fromWebp(await readFile(join(values.out, `${id}.webp`)));
    await writeFile(
      join(values.out, `${id}-small.webp`),
      await webp(shrink(full, THUMBNAIL), { quality: 85 }),
    );
  }
}

// A trial elsewhere changes nothing of what the page shows.
if (!values.png && values.out === PUBLISHED) {
  const list = PICTURES.map(({ id, title, alt }) => ({
    id,
    file: `${id}.webp`,
    thumbnail: `${id}-small.webp`,
    width: size,
    height: size,
    title,
    alt,
    licence: 'CC0-1.0',
  }));
  await writeFile(LIST, `${JSON.stringify(list, null, 2)}\n`);
}
