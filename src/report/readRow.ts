/**
 * Rows and runs that come from outside (files, the browser's store), looked at field by field before they are used: this is the one
 * description of what each field may be.
 */
import { InspectorError } from '@/common/errors';
import { Field } from '@/common/jsonFields';
import { inGrid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { type Figure, type Measures, RANKINGS, type ReportRow, type RowSettings } from './row';

const HASH = 'a SHA-256 (64 hexadecimal digits)';
const SHA256 = /^[0-9a-f]{64}$/;
/** Sides of pictures and grids: far more than is ever measured. */
const MAX_SIDE = 2 ** 20;
const MAX_CHANNELS = 4096;
const MAX_NOTICES = 1000;
const LONGEST_NAME = 20_000;
/** Levels of 255, with room for rounding. */
const MAX_LEVELS = 255.001;

/** A field that cannot be used, as the end of a sentence: "measures.psnr is not a number". */
export class UnreadableField extends InspectorError {
  constructor(problem: string) {
    super('bad-file', problem, '');
  }
}

export function fieldsOf(value: unknown, whole: string): Field {
  return new Field(value, { whole, error: (problem) => new UnreadableField(problem.replace(/\.$/, '')) });
}

/**
 * A row as it is, also with fields that this version does not know, once all of it has been looked at.
 * @throws UnreadableField naming the first field that is of a wrong type or out of its range
 */
export function readRow(value: unknown): ReportRow {
  const row = fieldsOf(value, 'the row');
  requirePlain(row);
  readSettings(row);
  const picture = row.get('picture');
  picture.get('name').matching(/./s, 'a name', LONGEST_NAME);
  picture.get('sha256').orNull(readHash);
  readModelKey(row.get('model'));
  row.get('size').integer(1, MAX_SIDE);
  row.get('named').orNull(readCell);
  row.get('kernels').optional((kernels) => {
    kernels.get('name').matching(/./s, 'a name');
    kernels.get('threads').integer(1, MAX_SIDE);
    kernels.get('adapter').orNull((adapter) => adapter.text());
  });
  const side = row.get('sourceSide').orNull((field) => field.integer(1, MAX_SIDE));
  row.get('notices').list(MAX_NOTICES, (notice) => notice.text(LONGEST_NAME));
  const failure = row.get('failure').orNull((field) => field.matching(/./s, 'a sentence', LONGEST_NAME));
  const measures = row.get('measures').orNull(readMeasures);
  if ((failure === null) === (measures === null)) {
    const both = failure === null ? 'is null, though no failure says why' : 'is there beside a failure';
    row.get('measures').refuse(both);
  }
  row.get('encoder').optional((encoder) => {
    if (measures !== null) encoder.refuse('is there beside measures');
    readEncoder(encoder);
  });
  if (measures !== null && side === null) row.get('sourceSide').refuse('is null, though it was measured');
  return value as ReportRow;
}

/** A row has six levels, a run with its configurations some more. */
const DEEPEST = 32;
const MAX_VALUES = 10_000_000;

/** Fields that this version does not know are kept, and written again: they must be JSON, and not bottomless. */
export function requirePlain(field: Field): void {
  let left = MAX_VALUES;
  const isPlain = (value: unknown, depth: number): boolean => {
    // A list may say that it has billions of items, and hold none.
    left -= Array.isArray(value) ? value.length + 1 : 1;
    if (['bigint', 'function', 'symbol'].includes(typeof value)) return false;
    if (typeof value !== 'object' || value === null) return true;
    return depth < DEEPEST && left > 0 && Object.values(value).every((each) => isPlain(each, depth + 1));
  };
  if (!isPlain(field.value, 0)) field.refuse('holds more than its fields');
}

export function readHash(field: Field): string {
  return field.matching(SHA256, HASH);
}

/** The fields of `RowSettings`, which rows and runs have. */
export function readSettings(field: Field): RowSettings {
  return {
    version: field.get('version').matching(/./s, 'a version'),
    numerics: field.get('numerics').optional((numerics) => numerics.integer(1, Number.MAX_SAFE_INTEGER)),
    backend: field.get('backend').matching(/./s, 'the name of a backend'),
    radius: field.get('radius').integer(0, MAX_SIDE),
    mechanism: field.get('mechanism').flag(),
  };
}

export function readModelKey(model: Field): ReportRow['model'] {
  return {
    id: model.get('id').matching(/./s, 'an id', LONGEST_NAME),
    sha256: readHash(model.get('sha256')),
    configSha256: readHash(model.get('configSha256')),
  };
}

export function readCell(field: Field): Cell {
  return {
    row: field.get('row').integer(0, MAX_SIDE),
    col: field.get('col').integer(0, MAX_SIDE),
  };
}

type Grid = Pick<Measures, 'rows' | 'cols'>;
type Range = readonly [least: number, most: number];

const ANY: Range = [-Number.MAX_VALUE, Number.MAX_VALUE];
const SHARE: Range = [0, 1];
const AT_LEAST_ZERO: Range = [0, Number.MAX_VALUE];
const LEVELS: Range = [0, MAX_LEVELS];

/** The figures of a part of a row, each with its range. */
function readFigures(field: Field, ranges: Readonly<Record<string, Range>>): void {
  for (const [name, [least, most]] of Object.entries(ranges)) {
    field.get(name).orNull((figure): Figure => figure.between(least, most));
  }
}

function readGrid(field: Field): Grid {
  field.get('channels').integer(1, MAX_CHANNELS);
  return { rows: field.get('rows').integer(1, MAX_SIDE), cols: field.get('cols').integer(1, MAX_SIDE) };
}

function readRanked(ranked: Field, ranking: (typeof RANKINGS)[number], grid: Grid): void {
  readPlace(ranked.get('cell'), grid);
  readFigures(ranked, { score: ANY, value: ranking === 'rawLogvar' ? ANY : AT_LEAST_ZERO });
}

function readEncoder(field: Field): void {
  const grid = readGrid(field);
  readFigures(field, { clampedShare: SHARE, rawLogvarMin: ANY });
  for (const ranking of ['norm', 'rawLogvar'] as const)
    readRanked(field.get('strongest').get(ranking), ranking, grid);
}

function readMeasures(field: Field): Grid {
  const grid = readGrid(field);
  readFigures(field, { psnr: ANY, ssim: [-1.001, 1.001], clampedShare: SHARE, rawLogvarMin: ANY });
  readFigures(field.get('influence'), { max: AT_LEAST_ZERO, median: AT_LEAST_ZERO, ratio: AT_LEAST_ZERO });
  for (const ranking of RANKINGS) {
    const ranked = field.get('strongest').get(ranking);
    readRanked(ranked, ranking, grid);
    readHeal(ranked.get('heal'), grid);
  }
  field.get('named').orNull((heal) => readHeal(heal, grid));
  field.get('mechanism').orNull((mechanism) => {
    readPlace(mechanism.get('cell'), grid);
    const arms = { full: LEVELS, frozenNorm: LEVELS, frozenAttention: LEVELS, frozenBoth: LEVELS };
    readFigures(mechanism.get('farRms'), arms);
    readFigures(mechanism, {
      normShare: ANY,
      attentionShare: ANY,
      judgedRms: LEVELS,
      beyondReceptiveField: AT_LEAST_ZERO,
    });
    mechanism.get('judgedBeyond').between(0, MAX_SIDE);
  });
  return grid;
}

function readHeal(heal: Field, grid: Grid): void {
  readPlace(heal.get('cell'), grid);
  readFigures(heal, { farRms: LEVELS, nearRms: LEVELS, ratio: AT_LEAST_ZERO });
  heal.get('control').orNull((control) => {
    readPlace(control.get('cell'), grid);
    readFigures(control, { farRms: LEVELS, nearRms: LEVELS });
  });
}

function readPlace(field: Field, grid: Grid): void {
  if (inGrid(readCell(field), grid)) return;
  field.refuse(`lies outside of the ${grid.rows} x ${grid.cols} cells`);
}
