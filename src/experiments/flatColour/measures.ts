/** Measures of a network on a picture of one colour. The picture has no detail, so all that is found is the network's own. */
import { borderDistance, cellAt, type Grid } from '@/latent/geometry';
import { channelMean } from '@/latent/statistics';
import type { Cell, Latent, Levels } from '@/latent/types';

export type Colour = readonly [red: number, green: number, blue: number];

export interface OffDc {
  /**
   * Share of the latent's power that is not its mean, 0 to 1: `sum (v - m_c)^2 / sum v^2` over all cells and channels, `m_c` the
   * mean of channel `c` over the cells. By Parseval's theorem it is the power of all frequencies but the lowest. NaN for a latent
   * that is 0 throughout.
   */
  share: number;
  /** The same of each channel alone. */
  channelShares: number[];
  /** The cell that is furthest from the means, and its share of the power off DC, 0 to 1; ties in row-major order. */
  strongest: { cell: Cell; share: number };
}

export function offDc({ rows, cols, channels, data }: Latent): OffDc {
  const cells = rows * cols;
  const power = new Float64Array(channels);
  const off = new Float64Array(channels);
  const mean = channelMean({ rows, cols, channels, data });
  const ofCell = new Float64Array(cells);
  for (let at = 0; at < data.length; at++) {
    const c = at % channels;
    const apart = (data[at] - mean[c]) ** 2;
    power[c] += data[at] ** 2;
    off[c] += apart;
    ofCell[Math.floor(at / channels)] += apart;
  }
  const total = sum(off);
  const strongest = ofCell.indexOf(ofCell.reduce((most, value) => Math.max(most, value), 0));
  return {
    share: total / sum(power),
    channelShares: Array.from(off, (value, c) => value / power[c]),
    strongest: { cell: cellAt(strongest, { rows, cols }), share: total > 0 ? ofCell[strongest] / total : 0 },
  };
}

export interface FlatError {
  /** RMS of the decode against the colour, levels, whole picture. */
  rms: number;
  /** Mean of the decode minus the colour: red, green, blue, levels. */
  shift: [number, number, number];
  /** RMS over the outermost ring of cells. */
  edgeRms: number;
  /** RMS over the pixels more than `radius` cells away from the outermost ring; null where there are none. */
  insideRms: number | null;
  /** RMS at each ring of cells, from the border inwards. */
  profile: number[];
  /**
   * Strength of what repeats from cell to cell, levels: the error averaged over the cells inside, place by place in the cell,
   * and of that pattern the RMS about its mean, channel by channel. Null where there are none inside.
   */
  grid: number | null;
}

/**
 * @param grid of the latent; a cell covers `width / cols` pixels
 * @param radius in cells
 */
export function flatError(decoded: Levels, colour: Colour, grid: Grid, radius: number): FlatError {
  const { width, height, data } = decoded;
  const factor = width / grid.cols;
  const rings = Math.ceil(Math.min(grid.rows, grid.cols) / 2);
  const squares = new Float64Array(rings);
  const counts = new Float64Array(rings);
  const shift = [0, 0, 0];
  const pattern = new Float64Array(factor * factor * 3);
  let inside = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ring = borderDistance({ row: Math.floor(y / factor), col: Math.floor(x / factor) }, grid);
      const place = 3 * ((y % factor) * factor + (x % factor));
      for (let c = 0; c < 3; c++, at++) {
        const error = data[at] - colour[c];
        squares[ring] += error ** 2;
        counts[ring] += 1;
        shift[c] += error;
        if (ring > radius) pattern[place + c] += error;
      }
      if (ring > radius) inside += 1;
    }
  }
  const pixels = width * height;
  const rmsFrom = (first: number) => Math.sqrt(sum(squares.subarray(first)) / sum(counts.subarray(first)));
  const cellsInside = inside / factor ** 2;
  return {
    rms: rmsFrom(0),
    shift: [shift[0] / pixels, shift[1] / pixels, shift[2] / pixels],
    edgeRms: Math.sqrt(squares[0] / counts[0]),
    insideRms: inside > 0 ? rmsFrom(radius + 1) : null,
    profile: Array.from(squares, (value, ring) => Math.sqrt(value / counts[ring])),
    grid: inside > 0 ? patternRms(pattern.map((value) => value / cellsInside)) : null,
  };
}

/** RMS about the mean of each of three interleaved channels. */
function patternRms(pattern: Float64Array): number {
  const places = pattern.length / 3;
  let squares = 0;
  for (let c = 0; c < 3; c++) {
    const own = pattern.filter((_, at) => at % 3 === c);
    const mean = sum(own) / places;
    squares += own.reduce((total, value) => total + (value - mean) ** 2, 0);
  }
  return Math.sqrt(squares / pattern.length);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
