/**
 * A recorded example: what an engine computed beforehand for one picture and a few cells, so that the page is alive
 * before any model is loaded. A JSON manifest beside picture files and one binary for the posterior.
 */
import { InspectorError } from '../errors';
import type { Cell, Change, Edit, PosteriorData } from '../inspect/types';
import { decodeFloat16, encodeFloat16 } from '../weights/half';

export const EXAMPLE_FORMAT = 'latent-inspector-example';
export const EXAMPLE_VERSION = 1;

/** One decode: the cell's whole change times one of the strengths. */
export interface ExampleFrame {
  /** The decoded picture. Lossless (PNG or lossless WebP) unless `difference` is given, for it is measured against `base`. */
  file: string;
  /**
   * The change map as a grey picture, levels = value * scale, where the frame itself was compressed with loss.
   * Without it the map is taken from the frame and `base`, to the nearest level.
   */
  difference?: { file: string; scale: number };
  /** Measured on the float decode when it was recorded, not on the file. */
  change: Change;
  /** The same change at the control cell; null when no cell was far enough away. */
  control: (Change & { cell: Cell }) | null;
}

export interface ExampleCell {
  cell: Cell;
  /** What to call it: "the spot", "an ordinary cell". */
  label: string;
  /** The whole change (strength 1), one number a channel, raw units: what `heal` does to it, for instance. */
  delta: number[];
  /** One for each strength. */
  frames: ExampleFrame[];
}

export interface Example {
  format: typeof EXAMPLE_FORMAT;
  version: number;
  /** Ids of the model and of the starting picture. */
  model: string;
  picture: string;
  /** Side of the square, pixels. */
  size: number;
  /** Pixels a cell side. */
  factor: number;
  /** The radius that near and far were measured with, cells. */
  radius: number;
  /** What it was recorded with, for the curious. */
  recordedWith: string;
  /** SHA-256 of the weights and of the starting picture's file, in hexadecimal: whether it still shows what they do. */
  sources: { model: string; picture: string };
  posterior: { file: string; rows: number; cols: number; channels: number; dtype: 'float16' | 'float32' };
  /** The fitted picture and its decode. */
  input: { file: string; title: string; alt: string };
  base: { file: string };
  /** Ascending, with 0 and 1 among them. */
  strengths: number[];
  /** What is on screen first: indices of `cells` and `strengths`. */
  shown: { cell: number; strength: number };
  cells: ExampleCell[];
}

/** The edit that a frame shows; null for strength 0, which is the unedited picture. */
export function exampleEdit(example: Example, cellIndex: number, strength: number): Edit | null {
  if (strength === 0) return null;
  const { cell, delta } = example.cells[cellIndex];
  return { kind: 'add', cell: { ...cell }, values: delta.map((value) => value * strength) };
}

/**
 * The manifest as text. JSON has no Infinity: an infinite PSNR becomes null, and is read back as infinite. Nine digits
 * hold any float32 exactly, and the measures to far more than is shown.
 */
export function writeExample(example: Example): string {
  const short = (_key: string, value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
  return `${JSON.stringify(example, short)}\n`;
}

/**
 * Reads a manifest (the value that `JSON.parse` gave). Checks all of it, since a recording may be anyone's.
 * @throws InspectorError `bad-file`, naming the field
 */
export function parseExample(json: unknown): Example {
  const root = new Field(json, 'the recording');
  if (root.get('format').value !== EXAMPLE_FORMAT) root.get('format').refuse(`is not "${EXAMPLE_FORMAT}"`);
  const version = root.get('version').integer(1);
  if (version > EXAMPLE_VERSION) {
    throw new InspectorError(
      'bad-file',
      `This recording has version ${version}; this page reads up to version ${EXAMPLE_VERSION}.`,
      'Open it with a newer latent-inspector.',
    );
  }
  const posterior = root.get('posterior');
  const rows = posterior.get('rows').integer(1);
  const cols = posterior.get('cols').integer(1);
  const channels = posterior.get('channels').integer(1);
  const dtype = posterior.get('dtype').value;
  if (dtype !== 'float16' && dtype !== 'float32') return posterior.get('dtype').refuse('is unknown');
  const size = root.get('size').integer(1);
  const factor = root.get('factor').integer(1);
  if (rows * factor !== size || cols * factor !== size) {
    root.get('posterior').refuse(`has ${rows} x ${cols} cells of ${factor} pixels, not a side of ${size}`);
  }
  const strengths = root.get('strengths').list((item) => item.finite());
  if (strengths.some((strength, index) => index > 0 && strength <= strengths[index - 1])) {
    root.get('strengths').refuse('do not ascend');
  }
  if (!strengths.includes(0) || !strengths.includes(1)) root.get('strengths').refuse('lack 0 or 1');

  const readCell = (field: Field): Cell => ({
    row: field.get('row').integer(0, rows - 1),
    col: field.get('col').integer(0, cols - 1),
  });
  const cells = root.get('cells').list((item): ExampleCell => {
    const delta = item.get('delta').list((value) => value.finite());
    if (delta.length !== channels)
      item.get('delta').refuse(`has ${delta.length} numbers for ${channels} channels`);
    const frames = item.get('frames').list((frame) => readFrame(frame, readCell));
    if (frames.length !== strengths.length) {
      item.get('frames').refuse(`are ${frames.length} for ${strengths.length} strengths`);
    }
    return { cell: readCell(item.get('cell')), label: item.get('label').text(), delta, frames };
  });
  if (cells.length === 0) root.get('cells').refuse('are none');

  const input = root.get('input');
  return {
    format: EXAMPLE_FORMAT,
    version,
    model: root.get('model').text(),
    picture: root.get('picture').text(),
    size,
    factor,
    radius: root.get('radius').integer(0),
    recordedWith: root.get('recordedWith').text(),
    sources: {
      model: root.get('sources').get('model').text(),
      picture: root.get('sources').get('picture').text(),
    },
    posterior: { file: posterior.get('file').file(), rows, cols, channels, dtype },
    input: { file: input.get('file').file(), title: input.get('title').text(), alt: input.get('alt').text() },
    base: { file: root.get('base').get('file').file() },
    strengths,
    shown: {
      cell: root
        .get('shown')
        .get('cell')
        .integer(0, cells.length - 1),
      strength: root
        .get('shown')
        .get('strength')
        .integer(0, strengths.length - 1),
    },
    cells,
  };
}

/** The posterior's binary: the mean, then the raw log-variance, each `[rows, cols, channels]`, little endian. */
export function writePosterior(posterior: PosteriorData, dtype: 'float16' | 'float32'): ArrayBuffer {
  const values = new Float32Array(2 * posterior.mean.length);
  values.set(posterior.mean);
  values.set(posterior.rawLogvar, posterior.mean.length);
  const view = new DataView(new ArrayBuffer(values.length * bytesOf(dtype)));
  if (dtype === 'float16') {
    encodeFloat16(values).forEach((bits, index) => {
      view.setUint16(index * 2, bits, true);
    });
  } else {
    values.forEach((value, index) => {
      view.setFloat32(index * 4, value, true);
    });
  }
  return view.buffer as ArrayBuffer;
}

/**
 * The inverse of `writePosterior`; `logvar` is the raw one clamped to [-30, 20].
 * @throws InspectorError `bad-file` when the length is wrong
 */
export function readPosterior(bytes: ArrayBuffer, header: Example['posterior']): PosteriorData {
  const { rows, cols, channels, dtype } = header;
  const count = rows * cols * channels;
  const expected = 2 * count * bytesOf(dtype);
  if (bytes.byteLength !== expected) {
    throw new InspectorError(
      'bad-file',
      `The recording's ${header.file} has ${bytes.byteLength} bytes instead of ${expected}.`,
      'Download the recording again.',
    );
  }
  const view = new DataView(bytes);
  const length = 2 * count;
  const values =
    dtype === 'float16'
      ? decodeFloat16(Uint16Array.from({ length }, (_, index) => view.getUint16(index * 2, true)))
      : Float32Array.from({ length }, (_, index) => view.getFloat32(index * 4, true));
  const rawLogvar = values.slice(count);
  const logvar = rawLogvar.map((value) => Math.min(20, Math.max(-30, value)));
  return { rows, cols, channels, mean: values.slice(0, count), logvar, rawLogvar };
}

function bytesOf(dtype: 'float16' | 'float32'): number {
  return dtype === 'float16' ? 2 : 4;
}

function readFrame(frame: Field, readCell: (field: Field) => Cell): ExampleFrame {
  const control = frame.get('control');
  const difference = frame.get('difference');
  const result: ExampleFrame = {
    file: frame.get('file').file(),
    change: readChange(frame.get('change')),
    control: control.value === null ? null : { ...readChange(control), cell: readCell(control.get('cell')) },
  };
  if (difference.value !== undefined) {
    result.difference = { file: difference.get('file').file(), scale: difference.get('scale').finite() };
  }
  return result;
}

function readChange(field: Field): Change {
  const shift = field.get('farShift').list((item) => item.finite());
  if (shift.length !== 3) field.get('farShift').refuse('is not red, green and blue');
  const psnr = field.get('farPsnr');
  return {
    nearRms: field.get('nearRms').finite(),
    farRms: field.get('farRms').finite(),
    farShare: field.get('farShare').finite(),
    farShift: [shift[0], shift[1], shift[2]],
    farPsnr: psnr.value === null ? Number.POSITIVE_INFINITY : psnr.finite(),
    farChanged: field.get('farChanged').finite(),
    profile: field.get('profile').list((item) => item.finite()),
  };
}

/** A value with the path that led to it, so that a refusal can say where. */
class Field {
  constructor(
    readonly value: unknown,
    private readonly path: string,
  ) {}

  get(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null) this.refuse('is not an object');
    const own = Object.hasOwn(this.value as object, key);
    const path = this.path === 'the recording' ? key : `${this.path}.${key}`;
    return new Field(own ? (this.value as Record<string, unknown>)[key] : undefined, path);
  }

  list<T>(read: (item: Field) => T): T[] {
    if (!Array.isArray(this.value)) return this.refuse('is not a list');
    return this.value.map((item, index) => read(new Field(item, `${this.path}[${index}]`)));
  }

  finite(): number {
    return Number.isFinite(this.value) ? (this.value as number) : this.refuse('is not a number');
  }

  integer(least: number, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.value as number;
    if (!Number.isInteger(value)) this.refuse('is not a whole number');
    if (value < least || value > most) this.refuse(`is ${value}, out of range`);
    return value;
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('is not text');
  }

  /** A file beside the manifest: a recording must not make the page fetch from elsewhere. */
  file(): string {
    const name = this.text();
    return /^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(name)
      ? name
      : this.refuse('is not a file beside the manifest');
  }

  refuse(problem: string): never {
    throw new InspectorError(
      'bad-file',
      `The recording cannot be read: ${this.path} ${problem}.`,
      'Record it again, or choose another file.',
    );
  }
}
