/**
 * `npm run article-figures`: measures what the article under the guide says, on the small models, and writes it to
 * src/article.json, after each picture. It takes five minutes on one core. To be run again whenever a model, a picture or a measure has changed; a test compares them.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../cli/build.mjs';
import { ROOT } from '../install.mjs';

const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const MODELS = ['mini-planted', 'mini-clean', 'mini-emergent'];

// The last, a test chart, only lends its block.
const pictures = read('src/pictures.json');
// Inside the project, from where its packages are found.
const outDir = join(ROOT, '.vite', 'article');
await bundleForNode({ measure: 'scripts/article/measure.ts' }, outDir);
const { measureArticle } = await import(pathToFileURL(join(outDir, 'measure.js')).href);
const kodak = read('models/figures.json').models['mini-planted'].sizes['512'].summary;
const digits = (_, value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
const file = join(ROOT, 'src', 'article.json');
const asked = { models: MODELS, pictures, count: pictures.length - 1, size: 512, radius: 4 };
for await (const measured of measureArticle(asked, ROOT, console.log)) {
  measured.kodak = { pictures: kodak.pictures, far: kodak.heal.farRms, control: kodak.heal.control.median };
  writeFileSync(file, `${JSON.stringify(measured, digits, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', file], { cwd: ROOT, stdio: 'inherit' });
}
