/** What the text of a convolution's program depends on. */
import type { Storage } from '../storage';
import type { Geometry } from './geometry';

export interface StoredMap {
  height: number;
  width: number;
  channels: number;
  storage: Storage;
}

export interface ConvolutionShape {
  geometry: Geometry;
  x: StoredMap;
  out: StoredMap;
  filter: Storage;
  bias: boolean;
  affine: boolean;
  silu: boolean;
  /** A map of the output's size and storage is added. */
  add: boolean;
  /** Adds to what `out` holds already. */
  accumulate: boolean;
}

/** The fields of every convolution's uniforms: the strip, and where the bound ranges begin, in the program's own units. */
export const STRIP = ['row0', 'rows', 'xShift', 'outShift'];
