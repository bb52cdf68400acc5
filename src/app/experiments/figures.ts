/** Figures as data: each can be drawn on the page and into a file. */
import type { PlotOptions } from '@observablehq/plot';
import { importPatiently } from '@/common/importing';
import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { SPOT_THRESHOLD } from '@/measures/spots';
import type { ColourMap } from '../parts/colourMaps';
import { number } from '../parts/format';
import type { Painting } from '../parts/PixelCanvas';
import type { Palette } from './palette';

export type PlotLibrary = typeof import('@observablehq/plot');

export interface LegendItem {
  label: string;
  colour: keyof Palette;
  /** Lines of controls are dashed. */
  dashed?: boolean | undefined;
}

/** The dashed rule across a chart of scores. */
export const THRESHOLD_KEY: LegendItem = {
  label: `from ${SPOT_THRESHOLD} on a cell stands out`,
  colour: 'muted',
  dashed: true,
};

export interface ChartFigure {
  kind: 'chart';
  title: string;
  /** The same in words, with its numbers. */
  alt: string;
  legend?: readonly LegendItem[];
  height?: number;
  draw(plot: PlotLibrary, palette: Palette): PlotOptions;
}

export interface MapScale {
  map: ColourMap;
  low: number;
  high: number;
  unit: string;
}

export interface MapFigure {
  kind: 'map';
  title: string;
  alt: string;
  painting: Painting;
  /** Squares of cells, not a smooth picture. */
  crisp?: boolean;
  /** Null: a picture, which needs no scale. */
  scale: MapScale | null;
  /** Cells to ring in a file, of a grid that covers the map. */
  rings?: Grid & { cells: readonly Cell[] };
}

export type Figure = ChartFigure | MapFigure;

/** The ends of a scale, as they are printed. */
export function scaleEnds({ low, high }: MapScale): [string, string] {
  const text = (value: number) => number(value, Number.isInteger(value) ? 0 : undefined);
  return [text(low), text(high)];
}

/** Loads the library that draws charts, once somebody looks at one. */
export function loadPlot(): Promise<PlotLibrary> {
  return importPatiently(() => import('@observablehq/plot'));
}

/** Options that all charts share. Widths and heights are in fourteenths of the font size. */
export function chartOptions(
  { height = 240, draw }: ChartFigure,
  plot: PlotLibrary,
  palette: Palette,
  width: number,
): PlotOptions {
  const own = draw(plot, palette);
  return {
    width,
    height,
    marginLeft: 52,
    marginRight: 16,
    marginBottom: 38,
    ...own,
    style: {
      background: 'transparent',
      color: palette.text,
      fontFamily: 'system-ui, sans-serif',
      fontSize: '12px',
      overflow: 'visible',
    },
  };
}
