/**
 * A recording: what an engine computed for one picture and a few cells, to be played without an engine. A header (this file)
 * and parts: the picture, the latent, and for each cell the change at several strengths, as a few images whose weighted
 * sums are the changes (see recordingLayers.ts). It is one file (see recordingFile.ts).
 */
import type { Edit } from '@/edits';
import type { Cell, Change } from '@/latent/types';

export const RECORDING_FORMAT = 'latent-inspector-recording';
/** The newest that is read. */
export const RECORDING_VERSION = 3;

/**
 * The oldest version whose players read a recording: those of version 1 know no frame without far pixels, those of version 2 no
 * second model.
 */
export function versionOf(cells: readonly Pick<RecordedCell, 'frames'>[], second = false): number {
  if (second) return 3;
  const lacksFar = ({ change, control }: RecordedFrame) =>
    Number.isNaN(change.farRms) || (control !== null && Number.isNaN(control.farRms));
  return cells.some(({ frames }) => frames.some(lacksFar)) ? 2 : 1;
}

/** Distance of something kept compressed from what was computed, in levels of 255. */
export interface Deviation {
  rms: number;
  /** The largest in any pixel and colour. */
  largest: number;
}

/** The layers of the latent that a recording can open with: what its parts hold. */
export type RecordedLayer = 'norm' | 'rawLogvar' | `channel:${number}`;

/** A change in numbers, made on the float decode and not on compressed frames. The profiles are a part of their own. */
export type Measures = Omit<Change, 'profile'>;

/** Measures of what is on screen at one strength. */
export interface RecordedFrame {
  change: Measures;
  /** The same change at the control cell; null where no cell was far enough away. */
  control: Measures | null;
  /** Deviation of the decoded picture as it is played, and of the change as it is played. */
  error: Deviation;
  changeError: Deviation;
}

/** One of the images whose weighted sums are the changes. */
export interface ChangeImage {
  part: string;
  /** The change, in levels, that the largest number of the image stands for. */
  scale: number;
  /** One a strength. */
  weights: number[];
}

export interface RecordedCell {
  cell: Cell;
  /** A name for it: "the spot", "an ordinary cell". */
  label: string;
  /** The edit that was made to it at strength 1. */
  edit: Edit;
  /** The shift that this gave it, one number a channel, raw units; at another strength it is so many times that. */
  delta: number[];
  control: Cell | null;
  images: ChangeImage[];
  /** One a strength. */
  frames: RecordedFrame[];
}

export interface RecordedModel {
  id: string;
  name: string;
  kind: 'embedded' | 'hub' | 'file';
  sha256: string | null;
  /** Length of its file: what running it live has to load. */
  bytes: number | null;
  /** Repository of a hub's model, and its revision; null otherwise. */
  repository: string | null;
  revision: string | null;
}

export interface RecordedPicture {
  /** Id of a starting picture; null for the author's own. */
  id: string | null;
  title: string;
  alt: string;
  licence: string | null;
  /** SHA-256 of the starting picture's file. */
  sha256: string | null;
}

/** A piece of the file after the header, in the order in which they lie there. */
export interface RecordedPart {
  name: string;
  bytes: number;
  sha256: string;
}

/** What is recorded of a second model, on the same picture, at the same places and strengths; its changes are carried to its latent. */
export interface RecordedSecond
  extends Pick<Recording, 'model' | 'factor' | 'rows' | 'cols' | 'channels' | 'cells'> {
  /** `rawLogvar`: null where that was not recorded. */
  errors: Omit<Recording['errors'], 'picture' | 'rawLogvar'> & { rawLogvar: number | null };
}

export interface Recording {
  format: typeof RECORDING_FORMAT;
  version: number;
  title: string;
  /** A few sentences of the author's; may be empty. */
  caption: string;
  /** ISO 8601. */
  date: string;
  /** "latent-inspector 0.1.0". */
  tool: string;
  /** Version of the numbers that this tool computes (`src/common/numerics.ts`); missing, and 1, in files of earlier versions. */
  numerics?: number;
  /** Words for what computed it. */
  backend: string;
  model: RecordedModel;
  picture: RecordedPicture;
  /** Side of the square, pixels. */
  size: number;
  /** Pixels a cell side. */
  factor: number;
  rows: number;
  cols: number;
  channels: number;
  /** The radius that near and far were measured with, cells. */
  radius: number;
  /** Meanings of the measures, one sentence each. */
  definitions: string[];
  /** Ascending, with 0 and 1 among them. */
  strengths: number[];
  /** Position that is on screen first: indices of `cells` and `strengths`, and a layer of the latent. */
  shown: { cell: number; strength: number; layer: RecordedLayer };
  /** Errors of the picture and the base decode as they are kept; the posterior's largest in half precision, raw units. */
  errors: { picture: Deviation; base: Deviation; mean: number; rawLogvar: number };
  cells: RecordedCell[];
  /** From version 3 on. */
  second?: RecordedSecond;
  parts: RecordedPart[];
}

/** The beginning of the names of a second model's parts. It has no picture of its own, and may lack the raw log-variance. */
export const SECOND = 'second-';

/** The parts that every recording has, beside those that its `images` name. */
export const PARTS = {
  /** Three grey pictures of the size, one under the other: red, green, blue. */
  base: 'base',
  /** A picture as it is. */
  picture: 'picture',
  /** `[rows, cols, channels]`, half precision, little endian. */
  mean: 'mean',
  rawLogvar: 'rawLogvar',
  /** See recordingNumbers.ts. */
  profiles: 'profiles',
} as const;

/** Bounds on what is read: a recording may be anyone's. */
export const MAX = {
  headerBytes: 2 ** 20,
  fileBytes: 64 * 2 ** 20,
  size: 2048,
  channels: 64,
  cells: 16,
  strengths: 33,
  images: 8,
  parts: 256,
} as const;

/** @throws RangeError for a cell that the recording does not have */
export function recordedCell({ cells }: Pick<Recording, 'cells'>, index: number): RecordedCell {
  const cell = cells[index];
  if (!cell) throw new RangeError(`There is no recorded cell ${index}.`);
  return cell;
}

/** @throws RangeError for a strength that was not recorded */
export function recordedFrame({ frames }: Pick<RecordedCell, 'frames'>, strength: number): RecordedFrame {
  const frame = frames[strength];
  if (!frame) throw new RangeError(`There is no recorded strength ${strength}.`);
  return frame;
}

/** The edit that a frame shows, as an addition to the cell; null for strength 0, which is the unedited picture. */
export function recordedEdit(recording: Recording, cellIndex: number, strength: number): Edit | null {
  if (strength === 0) return null;
  const { cell, delta } = recordedCell(recording, cellIndex);
  return { kind: 'add', cell: { ...cell }, values: delta.map((value) => value * strength) };
}

/** The weights of a cell's images at a position among the strengths; between two strengths on the line between theirs. */
export function weightsAt({ images }: Pick<RecordedCell, 'images'>, position: number): number[] {
  return images.map(({ weights }) => numberAt(weights, position));
}

/** The strength at a position among these; between two of them on the line between. */
export function strengthAt({ strengths }: Pick<Recording, 'strengths'>, position: number): number {
  return numberAt(strengths, position);
}

function numberAt(numbers: readonly number[], position: number): number {
  const low = Math.floor(position);
  const part = position - low;
  return part === 0 ? numbers[low] : numbers[low] + part * (numbers[low + 1] - numbers[low]);
}
