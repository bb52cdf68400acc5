/** The parts of a recording that are numbers: the posterior in half precision, and the ring profiles. Little endian. */
import type { Change } from '@/latent/types';
import { decodeFloat16, encodeFloat16 } from '@/models/files/float16';
import { unreadable } from './field';
import type { Recording } from './recording';

type Shape = Pick<Recording, 'rows' | 'cols' | 'channels'>;
type Frames = Pick<Recording, 'rows' | 'cols' | 'strengths'> & { cells: readonly unknown[] };

/** Length of the mean or of the raw log-variance in a file. */
export function halvesBytes({ rows, cols, channels }: Shape): number {
  return 2 * rows * cols * channels;
}

export function writeHalves(values: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  encodeFloat16(values).forEach((bits, index) => {
    view.setUint16(2 * index, bits, true);
  });
  return new Uint8Array(view.buffer);
}

/** @throws InspectorError `bad-file` where a number is not finite */
export function readHalves(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = decodeFloat16(
    Uint16Array.from({ length: bytes.byteLength >> 1 }, (_, index) => view.getUint16(2 * index, true)),
  );
  if (!values.every(Number.isFinite)) throw unreadable('its latent holds numbers that are none.');
  return values;
}

/** The longest profile that a grid can have. */
const rings = ({ rows, cols }: Pick<Shape, 'rows' | 'cols'>) => Math.max(rows, cols);

/** Length of the profiles' part: `[cells, strengths, 2, rings]` of four bytes. */
export function profilesBytes({ cells, strengths, ...grid }: Frames): number {
  return 4 * cells.length * strengths.length * 2 * rings(grid);
}

export type ProfilePair = Record<'change' | 'control', Change['profile']>;

/** RMS of the change by ring distance, in single precision, for each cell and strength, and of its control; NaN after the end. */
export function writeProfiles(
  profiles: readonly (readonly ProfilePair[])[],
  grid: Pick<Shape, 'rows' | 'cols'>,
): Uint8Array<ArrayBuffer> {
  const rows = profiles.flat().flatMap(({ change, control }) => [change, control]);
  const length = rings(grid);
  const view = new DataView(new ArrayBuffer(4 * rows.length * length));
  rows.forEach((profile, row) => {
    for (let ring = 0; ring < length; ring++) {
      view.setFloat32(4 * (row * length + ring), profile[ring] ?? Number.NaN, true);
    }
  });
  return new Uint8Array(view.buffer);
}

/** The inverse of `writeProfiles`, by cell and strength. */
export function readProfiles(bytes: Uint8Array, { cells, strengths, ...grid }: Frames): ProfilePair[][] {
  const length = rings(grid);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const profile = (row: number) => {
    const values: number[] = [];
    for (let ring = 0; ring < length; ring++) {
      const value = view.getFloat32(4 * (row * length + ring), true);
      if (Number.isNaN(value)) break;
      values.push(value);
    }
    return values;
  };
  return cells.map((_, cell) =>
    strengths.map((_, strength) => {
      const row = 2 * (cell * strengths.length + strength);
      return { change: profile(row), control: profile(row + 1) };
    }),
  );
}
