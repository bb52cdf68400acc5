import { expect, test } from 'vitest';
import { InspectorError } from '../../../src/errors';
import {
  type Example,
  exampleEdit,
  parseExample,
  readPosterior,
  writeExample,
  writePosterior,
} from '../../../src/formats/recording';
import type { Change, PosteriorData } from '../../../src/inspect/types';
import { generator } from '../inspect/cases';

const CHANGE: Change = {
  nearRms: 20.5,
  farRms: 9.25,
  farShare: 0.75,
  farShift: [1, -2, 0.125],
  farPsnr: 28.8,
  farChanged: 0.9,
  profile: [30, 20, 10],
};
const NOTHING: Change = { ...CHANGE, farRms: 0, farPsnr: Number.POSITIVE_INFINITY };

function example(): Example {
  const frame = (file: string, change: Change) => ({
    file,
    change,
    control: { ...change, cell: { row: 0, col: 1 } },
  });
  return {
    format: 'latent-inspector-example',
    version: 1,
    model: 'mini-spot',
    picture: 'harbour',
    size: 32,
    factor: 8,
    radius: 4,
    recordedWith: 'wasm, 2 threads',
    sources: { model: '0a', picture: '1b' },
    posterior: { file: 'posterior.bin', rows: 4, cols: 4, channels: 2, dtype: 'float16' },
    input: { file: 'input.webp', title: 'Harbour', alt: 'Boats' },
    base: { file: 'frames/base.webp' },
    strengths: [0, 0.5, 1],
    shown: { cell: 0, strength: 2 },
    cells: [
      {
        cell: { row: 1, col: 2 },
        label: 'the spot',
        delta: [4, -8],
        frames: [
          frame('frames/base.webp', NOTHING),
          { ...frame('frames/0-1.webp', CHANGE), difference: { file: 'frames/0-1-d.png', scale: 0.25 } },
          { ...frame('frames/0-2.webp', CHANGE), control: null },
        ],
      },
    ],
  };
}

test('a manifest survives the round trip, infinite PSNR and all', () => {
  expect(parseExample(JSON.parse(writeExample(example())))).toEqual(example());
});

test('a frame is an add edit of the change times its strength', () => {
  expect(exampleEdit(example(), 0, 0.5)).toEqual({ kind: 'add', cell: { row: 1, col: 2 }, values: [2, -4] });
  expect(exampleEdit(example(), 0, 0)).toBeNull();
});

/** The example as JSON, with the value at a path replaced. */
function broken(path: string, value: unknown): unknown {
  const root = JSON.parse(writeExample(example()));
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((at, key) => at[key], root);
  parent[last] = value;
  return root;
}

test('a broken manifest is refused with the field named', () => {
  const cases: [unknown, RegExp][] = [
    [null, /the recording is not an object/],
    [broken('format', 'x'), /format is not/],
    [broken('version', 2), /version 2; this page reads up to version 1/],
    [broken('size', 64), /posterior has 4 x 4 cells of 8 pixels, not a side of 64/],
    [broken('cells.0.cell.row', 4), /cells\[0\]\.cell\.row is 4, out of range/],
    [broken('cells.0.delta', [1, 2, 3]), /cells\[0\]\.delta has 3 numbers for 2 channels/],
    [broken('cells.0.frames', []), /cells\[0\]\.frames are 0 for 3 strengths/],
    [broken('cells', []), /cells are none/],
    [broken('cells', {}), /cells is not a list/],
    [broken('strengths', [0, 1, 0.5]), /strengths do not ascend/],
    [broken('strengths', [0, 0.5, 2]), /strengths lack 0 or 1/],
    [broken('shown.strength', 3), /shown\.strength is 3/],
    [broken('base.file', '../secret.png'), /base\.file is not a file beside/],
    [broken('input.file', 'https://elsewhere/x.png'), /input\.file is not a file beside/],
    [broken('cells.0.frames.1.change.nearRms', '9'), /frames\[1\]\.change\.nearRms is not a number/],
    [broken('cells.0.frames.1.change.farShift', [1, 2]), /farShift is not red, green and blue/],
    [broken('posterior.dtype', 'int8'), /posterior\.dtype is unknown/],
    [broken('model', undefined), /model is not text/],
  ];
  for (const [value, message] of cases) {
    expect(() => parseExample(value)).toThrow(InspectorError);
    expect(() => parseExample(value)).toThrow(message);
  }
});

test('the posterior survives as float32 exactly and as float16 closely, and the clamp is made again', () => {
  const random = generator(3);
  const count = 4 * 4 * 2;
  const rawLogvar = Float32Array.from({ length: count }, () => random() * 80 - 50);
  const posterior: PosteriorData = {
    rows: 4,
    cols: 4,
    channels: 2,
    mean: Float32Array.from({ length: count }, () => random() * 40 - 20),
    logvar: rawLogvar.map((value) => Math.min(20, Math.max(-30, value))),
    rawLogvar,
  };
  const header = example().posterior;
  expect(readPosterior(writePosterior(posterior, 'float32'), { ...header, dtype: 'float32' })).toEqual(
    posterior,
  );
  const half = readPosterior(writePosterior(posterior, 'float16'), header);
  posterior.mean.forEach((value, index) => {
    expect(Math.abs(half.mean[index] - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11);
  });
  expect(Math.min(...half.logvar)).toBe(-30);
  expect(Math.min(...half.rawLogvar)).toBeLessThan(-31);
  expect(() => readPosterior(new ArrayBuffer(10), header)).toThrow(
    /posterior.bin has 10 bytes instead of 128/,
  );
});

test('numbers are little endian', () => {
  const one: PosteriorData = {
    rows: 1,
    cols: 1,
    channels: 1,
    mean: Float32Array.of(1),
    logvar: Float32Array.of(-2),
    rawLogvar: Float32Array.of(-2),
  };
  expect(Array.from(new Uint8Array(writePosterior(one, 'float16')))).toEqual([0x00, 0x3c, 0x00, 0xc0]);
});
