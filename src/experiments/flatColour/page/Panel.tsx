import { useMemo } from 'react';
import { scalarPainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { largest } from '@/app/experiments/domains';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { ChartFigure, MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { levels } from '@/app/parts/format';
import type { ExperimentResults } from '../../names';
import { flatColour } from '../declaration';
import { colourName, FLAT_COLOUR_COLUMNS, flatColourVerdict } from './words';

const OPTIONS = flatColour.runs.flatColour.defaults;

export function Panel() {
  const experiment = useExperiment('flatColour');
  const passes = OPTIONS.colours.length;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Pass flat colours through"
        work={() => ({ encodes: passes, decodes: passes })}
        onRun={() => void experiment.run(() => OPTIONS)}
      />
      <SharedResults experiment={experiment} shared={worstOf}>
        {(one, last, worst) => <Result experiment={one} last={last} worst={worst} />}
      </SharedResults>
    </>
  );
}

/** The ends of the scales, levels. */
interface Worst {
  /** Largest error of one pixel. */
  pixel: number;
  /** Largest RMS error of one ring. */
  ring: number;
}

function worstOf(results: ExperimentResults['flatColour'][]): Worst {
  const points = results.flatMap((result) => result.points);
  return {
    pixel: Math.max(...points.map(({ error }) => largest(error))),
    ring: Math.max(...points.map(({ profile }) => largest(profile))),
  };
}

function Result(props: { experiment: SideExperiment<'flatColour'>; last: Last<'flatColour'>; worst: Worst }) {
  const { pixel: most, ring } = props.worst;
  const { result } = props.last;
  const maps = useMemo(
    () =>
      result.points.map((point): MapFigure => {
        const title = `Error of ${colourName(point)}`;
        return {
          kind: 'map',
          title,
          alt: `${title}: ${levels(point.edgeRms)} levels in the outermost cells, ${levels(point.rms)} over the whole picture.`,
          painting: scalarPainting(point.error, result.width, result.height, 0, most, MAGNITUDE),
          scale: { map: MAGNITUDE, low: 0, high: most, unit: 'levels' },
        };
      }),
    [result, most],
  );
  const chart = useMemo(() => rings(result, ring), [result, ring]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={flatColourVerdict(result)}
      caption="The decode of a flat colour against the colour itself; all of it is the network’s own"
      columns={FLAT_COLOUR_COLUMNS}
      rows={result.points}
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

/** @param most the end of the axis, levels */
function rings(result: ExperimentResults['flatColour'], most: number): ChartFigure {
  const dots = result.points.flatMap((point) =>
    point.profile.map((rms, ring) => ({ ring, rms, name: colourName(point) })),
  );
  return {
    kind: 'chart',
    title: 'Error from the border inwards',
    alt: `RMS error at each ring of cells. ${flatColourVerdict(result)}`,
    height: 260,
    draw: (Plot, palette) => ({
      grid: true,
      marginRight: 60,
      x: { label: 'rings of cells from the border' },
      y: { label: 'RMS error, levels', domain: [0, most], nice: true },
      marks: [
        Plot.line(dots, { x: 'ring', y: 'rms', z: 'name', stroke: palette.own, strokeWidth: 1.5 }),
        Plot.text(
          dots,
          Plot.selectLast({ x: 'ring', y: 'rms', z: 'name', text: 'name', dx: 6, textAnchor: 'start' }),
        ),
        Plot.ruleX([result.radius + 0.5], { stroke: palette.muted, strokeDasharray: '4 3' }),
      ],
    }),
  };
}
