/**
 * `npm run icons`: the page's sign as the pictures that a home screen wants. Squares on squares need no renderer: each pixel is
 * covered by sixteen samples of the shapes of public/icons/favicon.svg.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { ROOT } from '../install.mjs';

const GROUND = [0x18, 0x18, 0x1b];
const CELL = [0xff, 0xe1, 0x4d];
const LINE = [0x8c, 0x8c, 0x8d];
/** In the units of the sign, which is 32 wide: its lines, half their width, the corner's radius, the cell. */
const LINES = [5, 12.33, 19.67, 27];
const HALF = 0.75;
const CORNER = 5;
const SAMPLES = 4;

for (const { name, size, scale, round } of [
  { name: '192', size: 192, scale: 1, round: true },
  { name: '512', size: 512, scale: 1, round: true },
  // What may be cut to a circle four fifths as wide has everything inside it.
  { name: 'maskable-512', size: 512, scale: 0.76, round: false },
]) {
  const data = draw(size, scale, round);
  writeFileSync(
    join(ROOT, 'public', 'icons', `${name}.png`),
    encode({ width: size, height: size, data, channels: 4, depth: 8 }),
  );
}

/** RGBA, `size` x `size`. @param scale of the sign on its ground; @param round whether the corners are cut off */
function draw(size, scale, round) {
  const data = new Uint8Array(4 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < SAMPLES ** 2; sample++) {
        const at = (pixel, part) => (32 * (pixel + (part + 0.5) / SAMPLES)) / size;
        const colour = colourAt(at(x, sample % SAMPLES), at(y, Math.floor(sample / SAMPLES)), scale, round);
        for (const [channel, value] of (colour ?? []).entries()) sum[channel] += value;
        if (colour) sum[3] += 1;
      }
      const covered = sum[3] || 1;
      const alpha = Math.round((255 * sum[3]) / SAMPLES ** 2);
      data.set([...sum.slice(0, 3).map((value) => Math.round(value / covered)), alpha], 4 * (y * size + x));
    }
  }
  return data;
}

/** Null outside the sign. */
function colourAt(x, y, scale, round) {
  if (round && isCutOff(x, y)) return null;
  const [u, v] = [x, y].map((value) => 16 + (value - 16) / scale);
  const [, low, high] = LINES;
  if (u >= low && u <= high && v >= low && v <= high) return CELL;
  const inside = (value) => value >= LINES[0] - HALF && value <= LINES[3] + HALF;
  const onLine = (value) => LINES.some((line) => Math.abs(value - line) <= HALF);
  return inside(u) && inside(v) && (onLine(u) || onLine(v)) ? LINE : GROUND;
}

function isCutOff(x, y) {
  const beyond = (value) => Math.max(CORNER - value, value - (32 - CORNER), 0);
  return Math.hypot(beyond(x), beyond(y)) > CORNER;
}
