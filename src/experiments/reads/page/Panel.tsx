import { useMemo } from 'react';
import { scalarPainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { largest, type Span, spanOf } from '@/app/experiments/domains';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { ChartFigure, MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { useSide } from '@/app/sides/side';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';
import { READ_COLUMNS, readRows, readsVerdict, shownRows } from './words';

/** Encodes for the cell and for its control: forward once, and for each channel backward, which costs twice as much. */
const encodesOf = (channels: number) => 2 * (Math.ceil(channels / 4) + 2 * channels);

export function Panel() {
  const experiment = useExperiment('reads');
  const cell = useSide((side) => side.cell, experiment.sides[0].side);
  return (
    <>
      <Runner
        experiment={experiment}
        label={`See what ${cellText(cell)} reads`}
        work={({ open }) => ({ encodes: encodesOf(open.posterior?.channels ?? 4) })}
        onRun={() => void experiment.run(({ open }) => ({ cell: open.cell }))}
      >
        <span className="muted">
          The selected cell, and its control: an ordinary cell as far from the border.
        </span>
      </Runner>
      <SharedResults experiment={experiment} shared={scalesOf}>
        {(one, last, scales) => <Result experiment={one} last={last} scales={scales} />}
      </SharedResults>
    </>
  );
}

/** Decades that the colours take in: what a spot reads far away is faint beside what it reads close by. */
const DECADES = 4;

interface Scales {
  /** The longest gradient of a pixel, sigma per level. */
  most: number;
  /** Span of the rings, sigma per level. */
  profile: Span;
}

function scalesOf(results: ExperimentResults['reads'][]): Scales {
  const maps = results.flatMap((result) => [result, ...(result.control ? [result.control] : [])]);
  const rings = maps.flatMap(({ profile }) => profile.filter((value) => value > 0));
  return { most: Math.max(...maps.map(({ map }) => largest(map))), profile: spanOf(rings) };
}

function Result(props: { experiment: SideExperiment<'reads'>; last: Last<'reads'>; scales: Scales }) {
  const { most, profile: span } = props.scales;
  const { result } = props.last;
  const rows = useMemo(() => readRows(result), [result]);
  const maps = useMemo((): MapFigure[] => {
    const { width, height, control, cell, map } = result;
    const each = [{ title: `What ${cellText(cell)} reads`, map }];
    if (control) each.push({ title: `What its control, ${cellText(control.cell)}, reads`, map: control.map });
    const high = Math.log10(most);
    return each.map((one) => ({
      kind: 'map',
      title: one.title,
      alt: `${one.title}. Gradient length over the picture, in powers of ten below ${most.toExponential(1)} sigma per level.`,
      painting: scalarPainting(one.map.map(Math.log10), width, height, high - DECADES, high, MAGNITUDE),
      scale: { map: MAGNITUDE, low: high - DECADES, high, unit: 'log\u2081\u2080 of \u03c3 per level' },
    }));
  }, [result, most]);
  const chart = useMemo(() => profile(rows, readsVerdict(result), span), [rows, result, span]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={readsVerdict(result)}
      caption="The gradient at each distance from the cell, in rings of cells"
      columns={READ_COLUMNS}
      rows={shownRows(rows)}
      fileRows={rows}
      figures={[...maps, chart]}
    >
      <div className="figures">
        {maps.map((figure) => (
          <FigureMap key={figure.title} figure={figure} />
        ))}
        <Chart figure={chart} />
      </div>
    </Outcome>
  );
}

function profile(rows: ReturnType<typeof readRows>, alt: string, span: Span): ChartFigure {
  const lines = [
    { colour: 'own', dash: undefined, points: rows.map(({ distance, own }) => ({ distance, value: own })) },
    {
      colour: 'control',
      dash: '4 3',
      points: rows.map(({ distance, control }) => ({ distance, value: control ?? 0 })),
    },
  ] as const;
  return {
    kind: 'chart',
    title: 'How strongly it reads over distance',
    alt,
    legend: [
      { label: 'this cell', colour: 'own' },
      { label: 'its control', colour: 'control', dashed: true },
    ],
    height: 300,
    draw: (Plot, palette) => ({
      grid: true,
      x: { label: 'distance, cells' },
      y: { type: 'log', domain: span, label: 'RMS gradient, \u03c3 per level', tickFormat: '~e', ticks: 5 },
      marks: lines.map(({ colour, dash, points }) =>
        Plot.line(
          points.filter(({ value }) => value > 0),
          {
            x: 'distance',
            y: 'value',
            stroke: palette[colour],
            strokeWidth: 2,
            ...(dash && { strokeDasharray: dash }),
          },
        ),
      ),
    }),
  };
}
