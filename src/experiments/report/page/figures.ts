/** Figures of a report: how far changes reach in each picture, and at which cells. */

import { scalarPainting } from '@/app/drawing/paintings';
import type { ChartFigure, MapFigure, PlotLibrary } from '@/app/experiments/figures';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { plural } from '@/app/parts/format';
import { cellIndex } from '@/latent/geometry';
import type { SpotMeasure } from '@/measures/spots';
import type { Figure } from '@/report/row';
import { spread } from '@/report/summarise';
import { groupSentence, RANKING_NAMES, type ReportGroup } from './words';

/** The same in every report, so that reports can be compared by eye. */
const LEVELS: [number, number] = [1e-3, 255];

const STRIP = 24;
const AXIS = 44;

type Whose = 'own' | 'control';

interface Strip {
  key: string;
  whose: Whose;
  values: readonly Figure[];
}

/** One tick a picture, with the quartiles as a bar and the median as a dot; strongest cell and control under each other. */
export function farFigure(all: readonly ReportGroup[], ranking: SpotMeasure): ChartFigure {
  const measured = all.filter(({ summary }) => summary.pictures > 0);
  const titles = measured.map(({ label }) => ({ key: `${label} title`, label }));
  const strips = measured.flatMap((group) => stripsOf(group, ranking));
  const domain = measured.flatMap(({ label }) => [`${label} title`, `${label} own`, `${label} control`]);
  return {
    kind: 'chart',
    title: `Far change, picture by picture: the strongest cell by ${RANKING_NAMES[ranking]}, healed`,
    alt: measured.map((group) => groupSentence(group, ranking)).join(' '),
    height: STRIP * domain.length + AXIS,
    legend: [
      { label: 'the strongest cell', colour: 'own' },
      { label: 'the same shift at its control', colour: 'control' },
    ],
    draw: (Plot, palette) => ({
      marginLeft: 16,
      x: {
        type: 'log',
        domain: LEVELS,
        clamp: true,
        grid: true,
        ticks: [0.001, 0.01, 0.1, 1, 10, 100],
        tickFormat: '~g',
        label: `far, RMS, levels (below ${LEVELS[0]}: drawn there)`,
      },
      y: { type: 'band', domain, axis: null, padding: 0.2 },
      marks: [
        Plot.text(titles, {
          y: 'key',
          text: 'label',
          frameAnchor: 'left',
          fill: palette.text,
          fontWeight: 600,
        }),
        ...(['own', 'control'] as const).flatMap((whose) =>
          stripMarks(
            Plot,
            strips.filter((strip) => strip.whose === whose),
            palette[whose],
            palette.text,
          ),
        ),
      ],
    }),
  };
}

function stripsOf({ label, rows }: ReportGroup, ranking: SpotMeasure): Strip[] {
  const heals = rows.map(({ measures }) => measures?.strongest[ranking].heal ?? null);
  return [
    { key: `${label} own`, whose: 'own', values: heals.map((heal) => heal?.farRms ?? null) },
    { key: `${label} control`, whose: 'control', values: heals.map((heal) => heal?.control?.farRms ?? null) },
  ];
}

function stripMarks(Plot: PlotLibrary, strips: readonly Strip[], colour: string, text: string) {
  // A logarithm has no zero.
  const shown = (value: Figure) => (value === null ? null : Math.max(LEVELS[0], value));
  const ticks = strips.flatMap(({ key, values }) =>
    values.flatMap((value) => (value === null ? [] : [{ key, value: shown(value) }])),
  );
  const boxes = strips.map(({ key, values }) => {
    const { lowerQuartile, median, upperQuartile } = spread(values);
    return { key, from: shown(lowerQuartile), to: shown(upperQuartile), median: shown(median) };
  });
  return [
    Plot.barX(boxes, { y: 'key', x1: 'from', x2: 'to', fill: colour, fillOpacity: 0.18 }),
    Plot.tickX(ticks, { y: 'key', x: 'value', stroke: colour, strokeWidth: 1.5 }),
    Plot.dot(boxes, { y: 'key', x: 'median', r: 3.5, fill: colour, stroke: text, strokeWidth: 1 }),
  ];
}

/** Maps of how many pictures each cell is the strongest in, one map a model and size. */
export function placeFigures(all: readonly ReportGroup[], ranking: SpotMeasure): MapFigure[] {
  return all.flatMap(({ label, summary }) => {
    const { rows, cols, pictures } = summary;
    if (pictures === 0) return [];
    const counts = new Float32Array(rows * cols);
    for (const { cell, count } of summary.rankings[ranking].places) counts[cellIndex(cell, summary)] = count;
    const { places } = summary.rankings[ranking];
    return {
      kind: 'map',
      title: `First by ${RANKING_NAMES[ranking]}: ${label}`,
      alt: `${label}: the strongest cell by ${RANKING_NAMES[ranking]} is at ${plural(places.length, 'place')} in ${plural(pictures, 'picture')}.`,
      painting: scalarPainting(counts, cols, rows, 0, pictures, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low: 0, high: pictures, unit: pictures === 1 ? 'picture' : 'pictures' },
    };
  });
}
