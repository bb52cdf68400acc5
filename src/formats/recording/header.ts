/** A recording's header as text, and back: all of it is checked, since a recording may be anyone's. */

import { InspectorError } from '@/common/errors';
import type { Field } from '@/common/jsonFields';
import { numericsOf } from '@/common/numerics';
import { shown } from '@/common/shown';
import { EDIT_KINDS, type Edit, editProblem, plainEdit } from '@/edits';
import type { Cell } from '@/latent/types';
import { headerFields } from './field';
import { halvesBytes, profilesBytes } from './numbers';
import {
  type ChangeImage,
  type Deviation,
  MAX,
  type Measures,
  PARTS,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordedCell,
  type RecordedFrame,
  type RecordedLayer,
  type RecordedModel,
  type RecordedPart,
  type RecordedPicture,
  type RecordedSecond,
  type Recording,
  SECOND,
} from './recording';

const SHA256 = /^[0-9a-f]{64}$/;
const HASH = 'a SHA-256 (64 hexadecimal digits)';

/**
 * The header as JSON, which has no Infinity: an infinite PSNR becomes null, and so does what is measured over no far pixels. Nine
 * digits hold any float32 exactly, and the measures to far more than is shown; whole numbers (the seed of a noise, a file's length)
 * are kept as they are.
 */
export function writeHeader(recording: Recording): string {
  const short = (_key: string, value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)
      ? Number(value.toPrecision(9))
      : value;
  return JSON.stringify(recording, short);
}

/**
 * Reads a header (the value that `JSON.parse` gave).
 * @throws InspectorError `bad-file`, naming the field
 */
export function parseHeader(json: unknown): Recording {
  const root = headerFields(json);
  root.get('format').oneOf([RECORDING_FORMAT]);
  const version = root.get('version').integer(1, Number.MAX_SAFE_INTEGER);
  if (version > RECORDING_VERSION) {
    throw new InspectorError(
      'bad-file',
      `This recording has version ${version}; this player reads up to version ${RECORDING_VERSION}.`,
      'Open it with a newer latent-inspector.',
    );
  }
  const grid = readGrid(root);
  const strengths = readStrengths(root.get('strengths'));
  const cells = root.get('cells').list(MAX.cells, (item) => readCell(item, grid, strengths.length));
  if (cells.length === 0) root.get('cells').refuse('are none');
  const errors = root.get('errors');
  const second = readSecond(root.get('second'), { grid, cells, strengths: strengths.length, version });
  const recording: Recording = {
    format: RECORDING_FORMAT,
    version,
    title: root.get('title').text(),
    caption: root.get('caption').text(),
    date: root.get('date').matching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a date (ISO 8601)'),
    tool: root.get('tool').text(),
    numerics: numericsOf({
      numerics: root.get('numerics').optional((field) => field.integer(1, Number.MAX_SAFE_INTEGER)),
    }),
    backend: root.get('backend').text(),
    model: readModel(root.get('model')),
    picture: readPicture(root.get('picture')),
    ...grid,
    radius: root.get('radius').integer(0, MAX.size),
    definitions: root.get('definitions').list(64, (item) => item.text()),
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
      layer: readLayer(root.get('shown').get('layer'), grid.channels),
    },
    errors: {
      picture: readDeviation(errors.get('picture')),
      base: readDeviation(errors.get('base')),
      mean: errors.get('mean').atLeastZero(),
      rawLogvar: errors.get('rawLogvar').atLeastZero(),
    },
    cells,
    ...(second && { second }),
    parts: readParts(root.get('parts')),
  };
  checkParts(root.get('parts'), recording);
  return recording;
}

/** What there is of a second model; null where the recording has one alone. */
function readSecond(
  field: Field,
  first: { grid: Shape; cells: readonly RecordedCell[]; strengths: number; version: number },
): RecordedSecond | null {
  if (field.optional((given) => given.object()) === undefined) return null;
  if (first.version < 3) field.refuse('is known from version 3 on');
  const factor = field.get('factor').integer(1, MAX.size);
  const rows = field.get('rows').integer(1, MAX.size);
  const cols = field.get('cols').integer(1, MAX.size);
  const { size } = first.grid;
  if (rows * factor !== size || cols * factor !== size) {
    field.get('rows').refuse(`are ${rows} x ${cols} of ${factor} pixels, for a picture of ${size}`);
  }
  const grid = { size, factor, rows, cols, channels: field.get('channels').integer(1, MAX.channels) };
  const cells = field.get('cells').list(MAX.cells, (item) => readCell(item, grid, first.strengths));
  if (cells.length !== first.cells.length) {
    field.get('cells').refuse(`are ${cells.length} beside ${first.cells.length} of the first model`);
  }
  const errors = field.get('errors');
  const { size: _, ...shape } = grid;
  return {
    model: readModel(field.get('model')),
    ...shape,
    cells,
    errors: {
      base: readDeviation(errors.get('base')),
      mean: errors.get('mean').atLeastZero(),
      rawLogvar: errors.get('rawLogvar').orNull((error) => error.atLeastZero()),
    },
  };
}

type Shape = Pick<Recording, 'size' | 'factor' | 'rows' | 'cols' | 'channels'>;

function readGrid(root: Field): Shape {
  const size = root.get('size').integer(1, MAX.size);
  const factor = root.get('factor').integer(1, MAX.size);
  const rows = root.get('rows').integer(1, MAX.size);
  const cols = root.get('cols').integer(1, MAX.size);
  if (rows * factor !== size || cols * factor !== size) {
    root.get('size').refuse(`is ${size}, but there are ${rows} x ${cols} cells of ${factor} pixels`);
  }
  return { size, factor, rows, cols, channels: root.get('channels').integer(1, MAX.channels) };
}

function readStrengths(field: Field): number[] {
  const strengths = field.list(MAX.strengths, (item) => item.finite());
  if (strengths.some((strength, index) => index > 0 && strength <= strengths[index - 1])) {
    field.refuse('do not ascend');
  }
  if (!strengths.includes(0) || !strengths.includes(1)) field.refuse('lack 0 or 1');
  return strengths;
}

function readCell(field: Field, shape: Shape, strengths: number): RecordedCell {
  const images = field.get('images').list(
    MAX.images,
    (image): ChangeImage => ({
      part: image.get('part').text(),
      scale: image.get('scale').atLeastZero(),
      weights: image.get('weights').numbers(strengths),
    }),
  );
  const frames = field.get('frames').list(strengths, readFrame);
  if (frames.length !== strengths) {
    field.get('frames').refuse(`are ${frames.length} for ${strengths} strengths`);
  }
  const control = field.get('control').orNull((cell) => readPlace(cell, shape));
  if (frames.some((frame) => (frame.control === null) !== (control === null))) {
    field.get('control').refuse('and those of its frames do not agree');
  }
  return {
    cell: readPlace(field.get('cell'), shape),
    label: field.get('label').text(),
    edit: readEdit(field.get('edit'), shape),
    delta: field.get('delta').numbers(shape.channels),
    control,
    images,
    frames,
  };
}

function readPlace(field: Field, { rows, cols }: Shape): Cell {
  return { row: field.get('row').integer(0, rows - 1), col: field.get('col').integer(0, cols - 1) };
}

/** Only what its kind needs is taken over. */
function readEdit(field: Field, shape: Shape): Edit {
  const edit = { ...field.object() } as Edit;
  field.get('kind').oneOf(EDIT_KINDS);
  const problem = editProblem(edit, shape);
  if (problem !== null) field.refuse(problem.replace(/\.$/, ''));
  const { enabled: _, ...enabled } = plainEdit(edit);
  return enabled as Edit;
}

function readFrame(field: Field): RecordedFrame {
  return {
    change: readMeasures(field.get('change')),
    control: field.get('control').orNull(readMeasures),
    error: readDeviation(field.get('error')),
    changeError: readDeviation(field.get('changeError')),
  };
}

/** Far measures of a change of which the radius covers the whole picture. */
const NO_FAR: Omit<Measures, 'nearRms'> = {
  farRms: Number.NaN,
  farShare: Number.NaN,
  farShift: [Number.NaN, Number.NaN, Number.NaN],
  farPsnr: Number.NaN,
  farChanged: Number.NaN,
};

function readMeasures(field: Field): Measures {
  const nearRms = field.get('nearRms').atLeastZero();
  const farRms = field.get('farRms').orNull((rms) => rms.atLeastZero());
  if (farRms === null) return { nearRms, ...NO_FAR };
  const [red, green, blue] = field.get('farShift').numbers(3);
  return {
    nearRms,
    farRms,
    farShare: field.get('farShare').atLeastZero(),
    farShift: [red, green, blue],
    farPsnr: field.get('farPsnr').orNull((psnr) => psnr.finite()) ?? Number.POSITIVE_INFINITY,
    farChanged: field.get('farChanged').atLeastZero(),
  };
}

function readDeviation(field: Field): Deviation {
  return { rms: field.get('rms').atLeastZero(), largest: field.get('largest').atLeastZero() };
}

function readLayer(field: Field, channels: number): RecordedLayer {
  const own = Array.from({ length: channels }, (_, channel) => `channel:${channel}` as const);
  return field.oneOf<RecordedLayer>(['norm', 'rawLogvar', ...own]);
}

function readModel(field: Field): RecordedModel {
  return {
    id: field.get('id').text(),
    name: field.get('name').text(),
    kind: field.get('kind').oneOf(['embedded', 'hub', 'file']),
    sha256: field.get('sha256').orNull((hash) => hash.matching(SHA256, HASH)),
    bytes: field.get('bytes').orNull((bytes) => bytes.integer(1, Number.MAX_SAFE_INTEGER)),
    repository: field.get('repository').orNull((name) => name.text()),
    revision: field.get('revision').orNull((name) => name.text()),
  };
}

function readPicture(field: Field): RecordedPicture {
  return {
    id: field.get('id').orNull((id) => id.text()),
    title: field.get('title').text(),
    alt: field.get('alt').text(),
    licence: field.get('licence').orNull((licence) => licence.text()),
    sha256: field.get('sha256').orNull((hash) => hash.matching(SHA256, HASH)),
  };
}

function readParts(field: Field): RecordedPart[] {
  return field.list(MAX.parts, (part) => ({
    name: part.get('name').text(),
    bytes: part.get('bytes').integer(1, MAX.fileBytes),
    sha256: part.get('sha256').matching(SHA256, HASH),
  }));
}

/** Every part that is needed is there, once, and those of numbers have the length that the shape asks for. */
function checkParts(field: Field, recording: Recording): void {
  const { parts, cells, second, strengths } = recording;
  const bytes = new Map(parts.map((part) => [part.name, part.bytes]));
  if (bytes.size < parts.length) field.refuse('name one part twice');
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (total > MAX.fileBytes) field.refuse(`have ${total} bytes; at most ${MAX.fileBytes} are read`);
  const imagesOf = (recorded: readonly RecordedCell[]) =>
    recorded.flatMap((cell) => cell.images.map(({ part }) => part));
  const needed: string[] = [...Object.values(PARTS), ...imagesOf(cells)];
  if (second) {
    const own: string[] = [PARTS.base, PARTS.mean, PARTS.profiles];
    if (second.errors.rawLogvar !== null) own.push(PARTS.rawLogvar);
    needed.push(...own.map((name) => SECOND + name), ...imagesOf(second.cells));
  }
  for (const name of needed) if (!bytes.has(name)) field.refuse(`lack ${shown(name)}`);
  const lengths: Record<string, number> = {
    [PARTS.mean]: halvesBytes(recording),
    [PARTS.rawLogvar]: halvesBytes(recording),
    [PARTS.profiles]: profilesBytes(recording),
    ...(second && {
      [SECOND + PARTS.mean]: halvesBytes(second),
      [SECOND + PARTS.profiles]: profilesBytes({ ...second, strengths }),
    }),
    ...(second && second.errors.rawLogvar !== null && { [SECOND + PARTS.rawLogvar]: halvesBytes(second) }),
  };
  for (const [name, length] of Object.entries(lengths)) {
    if (bytes.get(name) !== length) {
      field.refuse(`have ${bytes.get(name)} bytes in ${shown(name)} instead of ${length}`);
    }
  }
}
