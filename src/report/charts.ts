/** Charts of a report as SVG that needs no script: dots of all pictures on one scale, and places on the grid of cells. */
import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { escapeText, show, showCell } from './markup';
import type { Figure } from './row';
import { spread } from './summarise';

export interface Series {
  label: string;
  /** Drawn quieter: what the others are held against. */
  isControl: boolean;
  values: readonly Figure[];
}

/** A logarithmic axis, the same in every chart of a report, so that models and sizes can be compared by eye. */
export interface Axis {
  title: string;
  from: number;
  to: number;
}

const WIDTH = 720;
const LABELS = 210;
const RIGHT = 28;
const LINE = 26;
const FOOT = 40;

/** One line of dots a series, one dot a picture, with the quartiles as a bar and the median as a tick. */
export function dots(series: readonly Series[], axis: Axis): string {
  const height = LINE * series.length + FOOT;
  const bottom = height - FOOT + 4;
  const x = (value: number) => {
    const share = Math.log(Math.max(value, axis.from) / axis.from) / Math.log(axis.to / axis.from);
    return LABELS + Math.min(1, share) * (WIDTH - LABELS - RIGHT);
  };
  const grid = decades(axis).map((value) => {
    const at = x(value).toFixed(1);
    return `<line class="grid" x1="${at}" x2="${at}" y1="0" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 14}" text-anchor="middle">${decadeLabel(value)}</text>`;
  });
  const lines = series.map((each, at) => line(each, LINE * at + LINE / 2, x));
  const title = `<text class="tick" x="${(LABELS + WIDTH - RIGHT) / 2}" y="${height - 6}" text-anchor="middle">${escapeText(axis.title)}</text>`;
  const medians = series.map(({ label, values }) => `${label}: median ${show(spread(values).median)}`);
  return `<svg class="dots" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(`${axis.title}. ${medians.join('; ')}`)}">${grid.join('')}${lines.join('')}${title}</svg>`;
}

function line({ label, isControl, values }: Series, y: number, x: (value: number) => number): string {
  const text = `<text class="label" x="${LABELS - 10}" y="${y + 4}" text-anchor="end">${escapeText(label)}</text>`;
  const { median, lowerQuartile, upperQuartile } = spread(values);
  if (median === null || lowerQuartile === null || upperQuartile === null) return text;
  const marks = values
    .flatMap((value, at) =>
      // Spread out evenly over the line's height, so that equal values are seen to be several.
      value === null ? [] : [`M${x(value).toFixed(1)} ${(y - 6 + 12 * ((at * 0.618) % 1)).toFixed(1)}h0`],
    )
    .join('');
  const [from, to] = [x(lowerQuartile), x(upperQuartile)];
  const kind = isControl ? ' control' : '';
  return `${text}<rect class="quartiles${kind}" x="${from.toFixed(1)}" y="${y - 8}" width="${Math.max(1, to - from).toFixed(1)}" height="16"/><path class="marks${kind}" d="${marks}"/><line class="median" x1="${x(median).toFixed(1)}" x2="${x(median).toFixed(1)}" y1="${y - 10}" y2="${y + 10}"/>`;
}

function decades({ from, to }: Axis): number[] {
  const all: number[] = [];
  for (let power = Math.ceil(Math.log10(from) - 1e-9); 10 ** power <= to; power++) all.push(10 ** power);
  return all;
}

function decadeLabel(value: number): string {
  return value >= 1 ? String(Math.round(value)) : value.toFixed(Math.round(-Math.log10(value)));
}

/** Map of the places of a spot: each cell that is first in some picture, the darker the more often. */
export function placeMap(
  grid: Grid,
  places: readonly { cell: Cell; count: number }[],
  label: string,
): string {
  const total = places.reduce((sum, { count }) => sum + count, 0);
  const cells = places.map(({ cell, count }) => {
    const opacity = (0.25 + 0.75 * (count / total)).toFixed(2);
    return `<rect class="place" x="${cell.col}" y="${cell.row}" width="1" height="1" opacity="${opacity}"><title>${showCell(cell)} in ${count}</title></rect>`;
  });
  const [first] = places;
  const said = first
    ? `${label}: most often ${showCell(first.cell)}, in ${first.count} of ${total}`
    : `${label}: no picture`;
  return `<svg class="places" viewBox="-0.5 -0.5 ${grid.cols + 1} ${grid.rows + 1}" role="img" aria-label="${escapeText(said)}"><rect class="frame" width="${grid.cols}" height="${grid.rows}"/>${cells.join('')}</svg>`;
}
