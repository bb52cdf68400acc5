import { useMemo, useRef, useState } from 'react';
import { useActions, useInspector } from '@/app/context';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import { type ChartFigure, THRESHOLD_KEY } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { InspectorError } from '@/common/errors';
import type { Pixels } from '@/engine/protocol';
import { SPOT_THRESHOLD } from '@/measures/spots';
import type { ExperimentResults } from '../../names';
import { RESOLUTION_COLUMNS, type ResolutionPoint, resolutionFileColumns, resolutionVerdict } from './words';

const SIDES = [256, 384, 512, 768, 1024] as const;

/** Decodes at each size: as it is, the strongest cell healed, its control, and the influence. */
const DECODES = 10;

export function Panel() {
  const experiment = useExperiment('resolution');
  const actions = useActions();
  const size = useInspector((state) => state.view.size);
  const [chosen, setChosen] = useState<readonly number[]>([256, 384, 512]);
  const [fitting, setFitting] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const knownOf = ({ last, current }: SideExperiment<'resolution'>) =>
    last && current ? last.result : undefined;
  /** The sizes that are still to be looked at, as a number of pictures of the open size. */
  const areaOn = (one: SideExperiment<'resolution'>) => {
    const known = knownOf(one)?.points.map(({ width }) => width) ?? [];
    return chosen.filter((side) => !known.includes(side)).reduce((sum, side) => sum + (side / size) ** 2, 0);
  };

  const run = async () => {
    const controller = new AbortController();
    stop.current = controller;
    setProblem(null);
    try {
      const pictures: Pixels[] = [];
      for (const side of chosen) {
        setFitting(`fitting the picture to ${side} pixels`);
        pictures.push(await actions.fitPicture(side, controller.signal));
      }
      setFitting(null);
      await experiment.run((one) => ({ pictures, previous: knownOf(one) }));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof InspectorError)) throw error;
      setProblem(`${error.message} ${error.advice}`);
    } finally {
      setFitting(null);
    }
  };
  return (
    <>
      <Runner
        experiment={experiment}
        label="Look at these sizes"
        work={(one) => ({ encodes: areaOn(one), decodes: DECODES * areaOn(one) })}
        preparing={fitting}
        problem={problem}
        unable={unableWith(chosen.length, experiment.sides.map(areaOn))}
        onRun={() => void run()}
        onStop={() => {
          stop.current?.abort();
          experiment.stop();
        }}
      >
        <fieldset className="runner-settings" aria-label="Sizes, pixels">
          {SIDES.map((side) => (
            <label key={side} className="labelled">
              <input
                type="checkbox"
                checked={chosen.includes(side)}
                onChange={(event) =>
                  setChosen(
                    SIDES.filter((each) => (each === side ? event.target.checked : chosen.includes(each))),
                  )
                }
              />
              {side}
            </label>
          ))}
        </fieldset>
        <span className="muted small">
          Sizes are pixels a side. The cost is counted in passes at the open size, {size}. Large ones may need
          more memory than there is; then it says so, and what was found at the other sizes stays.
        </span>
      </Runner>
      <SharedResults experiment={experiment} shared={spansOf}>
        {(one, last, spans) => <Result experiment={one} last={last} spans={spans} />}
      </SharedResults>
    </>
  );
}

interface Spans {
  /** Far change, levels. */
  far: Span;
  /** Robust sigma. */
  score: Span;
}

function spansOf(results: ExperimentResults['resolution'][]): Spans {
  const points = results.flatMap((result) => result.points);
  return {
    far: spanOf(
      points.flatMap(({ healed }) => [healed.change.farRms, healed.control?.farRms ?? 0]),
      [0],
    ),
    score: spanOf(
      points.flatMap((point) => MEASURES.map(({ of }) => of(point))),
      [LEAST, SPOT_THRESHOLD],
    ),
  };
}

/** @param areas what is still to be looked at on each side */
function unableWith(sizes: number, areas: readonly number[]): string | null {
  if (sizes === 0) return 'Choose at least one size.';
  return areas.every((area) => area === 0) ? 'These sizes are there already. Choose another one.' : null;
}

function Result(props: { experiment: SideExperiment<'resolution'>; last: Last<'resolution'>; spans: Spans }) {
  const { spans } = props;
  const { points } = props.last.result;
  const figures = useMemo(() => [reach(points, spans.far), scores(points, spans.score)], [points, spans]);
  const fileColumns = useMemo(resolutionFileColumns, []);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={resolutionVerdict(points)}
      caption="The strongest cell by |mean| at each size, and what healing it does"
      columns={RESOLUTION_COLUMNS}
      fileColumns={fileColumns}
      rows={points}
      figures={figures}
    >
      <div className="figures figures-wide">
        {figures.map((figure) => (
          <Chart key={figure.title} figure={figure} />
        ))}
      </div>
    </Outcome>
  );
}

function reach(points: readonly ResolutionPoint[], span: Span): ChartFigure {
  const lines = points.flatMap(({ width, healed }) => [
    { width, whose: 'own', value: healed.change.farRms },
    ...(healed.control ? [{ width, whose: 'control', value: healed.control.farRms }] : []),
  ]);
  return {
    kind: 'chart',
    title: 'Far change where the strongest cell is healed',
    alt: resolutionVerdict(points),
    legend: [
      { label: 'strongest cell by |mean|', colour: 'own' },
      { label: 'the same shift at its control', colour: 'control', dashed: true },
    ],
    draw: (Plot, palette) => ({
      grid: true,
      x: { label: 'size, pixels', ticks: points.map(({ width }) => width), tickFormat: 'd', inset: 12 },
      y: { label: 'far, RMS, levels', domain: span, nice: true },
      marks: (['own', 'control'] as const).flatMap((whose) => {
        const own = lines.filter((line) => line.whose === whose);
        const dash = whose === 'control' ? '4 3' : undefined;
        return [
          Plot.line(own, {
            x: 'width',
            y: 'value',
            stroke: palette[whose],
            strokeWidth: 2,
            ...(dash && { strokeDasharray: dash }),
          }),
          Plot.dot(own, { x: 'width', y: 'value', fill: palette[whose], r: 4 }),
        ];
      }),
    }),
  };
}

/** The influence stands out by hundreds where |mean| does by a few, so the axis is logarithmic. */
const LEAST = 0.5;

const MEASURES = [
  { colour: 'own', label: '|mean|', of: (point: ResolutionPoint) => point.strongest.norm.score },
  {
    colour: 'control',
    label: 'raw logvar, sign turned',
    of: (point: ResolutionPoint) => -point.strongest.rawLogvar.score,
  },
  {
    colour: 'beside',
    label: 'influence',
    of: (point: ResolutionPoint) => point.strongest.influence?.score ?? Number.NaN,
  },
] as const;

/** @param span its upper end is the axis's */
function scores(points: readonly ResolutionPoint[], [, most]: Span): ChartFigure {
  return {
    kind: 'chart',
    title: 'How much the strongest cell of each score stands out',
    alt: `Scores by size: ${points.map((point) => `${point.width}: ${MEASURES.map(({ label, of }) => `${label} ${of(point).toFixed(1)}`).join(', ')}`).join('; ')}.`,
    legend: [...MEASURES.map(({ label, colour }) => ({ label, colour })), THRESHOLD_KEY],
    draw: (Plot, palette) => ({
      grid: true,
      x: { label: 'size, pixels', ticks: points.map(({ width }) => width), tickFormat: 'd', inset: 12 },
      y: {
        type: 'log',
        domain: [LEAST, most],
        label: `robust \u03c3 (below ${LEAST}: drawn there)`,
        tickFormat: '~g',
        ticks: 4,
      },
      marks: [
        Plot.ruleY([SPOT_THRESHOLD], { stroke: palette.muted, strokeDasharray: '4 3' }),
        ...MEASURES.flatMap(({ colour, of }) => {
          const line = points.map((point) => ({ width: point.width, value: Math.max(LEAST, of(point)) }));
          return [
            Plot.line(line, { x: 'width', y: 'value', stroke: palette[colour], strokeWidth: 2 }),
            Plot.dot(line, { x: 'width', y: 'value', fill: palette[colour], r: 4 }),
          ];
        }),
      ],
    }),
  };
}
