/** Long arrays in pieces: what a device binds at once, and how many invocations it dispatches along one axis. */
import { ALIGNMENT, bindingLimit } from './recorder';

/** Consecutive items of an array, and the bytes of its buffer that hold them. */
export interface Piece {
  first: number;
  count: number;
  start: number;
  bytes: number;
  /** Bytes from `start` to item `first`. */
  behind: number;
}

/**
 * Cuts `items` of `itemBytes` each into pieces that fit the device's bindings, all but the last of a multiple of `grain` items.
 * Most arrays are one piece.
 */
export function pieces(device: GPUDevice, items: number, itemBytes: number, grain = 1): Piece[] {
  const room = Math.floor((bindingLimit(device) - ALIGNMENT) / (itemBytes * grain)) * grain;
  const most = items * itemBytes <= bindingLimit(device) ? items : Math.max(grain, room);
  const all: Piece[] = [];
  for (let first = 0; first < items; first += most) {
    const count = Math.min(most, items - first);
    const start = Math.floor((first * itemBytes) / ALIGNMENT) * ALIGNMENT;
    const behind = first * itemBytes - start;
    all.push({ first, count, start, behind, bytes: behind + count * itemBytes });
  }
  return all;
}

/** Invocations of a workgroup of the programs that go over an array. */
export const WIDTH = 64;

/** Workgroups for `count` invocations, and how many invocations a row of them has: `index = id.x + id.y * row`. */
export function grid(count: number): { groups: [number, number, number]; row: number } {
  const needed = Math.ceil(count / WIDTH);
  const across = Math.min(needed, MOST_GROUPS);
  return { groups: [across, Math.ceil(needed / across), 1], row: across * WIDTH };
}

/** Every device dispatches 65,535 along an axis; a round number is easier on the eye when a program is traced. */
const MOST_GROUPS = 32768;
