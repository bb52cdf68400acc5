import { useMemo, useState } from 'react';
import { analysisOf } from '@/app/cell/analysis';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import { type ChartFigure, THRESHOLD_KEY } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { signed } from '@/app/parts/format';
import { NumberBox } from '@/app/parts/NumberBox';
import { Segmented } from '@/app/parts/Segmented';
import { cellText } from '@/latent/cellText';
import { cellIndex, type Grid } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import { prominence, SPOT_THRESHOLD } from '@/measures/spots';
import type { ExperimentResults } from '../../names';
import {
  cellShifts,
  cropsOf,
  cropWords,
  type MoveRow,
  moveColumns,
  moveFileColumns,
  moveRows,
  pixelShifts,
  readShift,
  shiftWords,
  tallyVerdict,
} from './words';

type Which = 'cells' | 'pixels' | 'own';

export function Panel() {
  const experiment = useExperiment('roll');
  const [which, setWhich] = useState<Which>('cells');
  const [down, setDown] = useState('0');
  const [right, setRight] = useState('8');
  const [dy, dx] = [readShift(down), readShift(right)];
  const shiftsOn = ({ open: { posterior, model } }: SideExperiment<'roll'>) => {
    const factor = model.info?.factor ?? 8;
    if (which === 'pixels') return pixelShifts(factor);
    if (which === 'cells') return posterior ? cellShifts(posterior, factor) : [];
    return dy === null || dx === null ? [] : [{ dy, dx }];
  };
  const [first] = experiment.sides;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Roll the picture"
        work={(one) => ({ encodes: shiftsOn(one).length })}
        unable={
          which === 'own' && (dy === null || dx === null)
            ? 'Give both shifts as whole numbers of pixels.'
            : null
        }
        onRun={() => void experiment.run((one) => ({ shifts: shiftsOn(one) }))}
      >
        <span className="label muted">By</span>
        <Segmented
          label="How far the picture is rolled"
          name="roll-by"
          value={which}
          choices={[
            {
              value: 'cells',
              label: 'whole cells',
              title: `Seven shifts by multiples of ${first.open.model.info?.factor ?? 8} pixels`,
            },
            { value: 'pixels', label: 'parts of cells', title: 'Four shifts that cut through the cells' },
            { value: 'own', label: 'pixels of your own' },
          ]}
          onChange={(next: Which) => setWhich(next)}
        />
        {which === 'own' && (
          <>
            <ShiftField label="down" value={down} onChange={setDown} />
            <ShiftField label="right" value={right} onChange={setRight} />
          </>
        )}
      </Runner>
      <SharedResults experiment={experiment} shared={scoreSpans}>
        {(one, last, spans) => <RollResult experiment={one} last={last} spans={spans} />}
      </SharedResults>
      <CropPart />
    </>
  );
}

function ShiftField(props: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label className="labelled small">
      <span className="label">{props.label}</span>
      <NumberBox
        unit="pixels"
        step={1}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <span className="label">pixels</span>
    </label>
  );
}

function RollResult(props: { experiment: SideExperiment<'roll'>; last: Last<'roll'>; spans: Spans }) {
  const { spans } = props;
  const { points } = props.last.result;
  const rows = useMemo(() => moveRows(points, shiftWords), [points]);
  const figures = useMemo(() => moveFigures(rows, spans), [rows, spans]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={verdictOf(props.last, 'shifts')}
      caption="Each shift: where the strongest cell is now, and the scores at the cell as before and where its content went"
      columns={moveColumns('shift, pixels')}
      fileColumns={moveFileColumns('shift')}
      rows={rows}
      figures={figures}
    >
      <MoveCharts figures={figures} />
    </Outcome>
  );
}

function CropPart() {
  const experiment = useExperiment('crop');
  const cropsOn = ({ open: { posterior } }: SideExperiment<'crop'>) => (posterior ? cropsOf(posterior) : []);
  const areaOf = (crops: readonly Grid[], whole: Grid | null) =>
    whole ? crops.reduce((sum, { rows, cols }) => sum + (rows * cols) / (whole.rows * whole.cols), 0) : 0;
  return (
    <>
      <h4>The same with crops</h4>
      <Runner
        experiment={experiment}
        label="Crop the picture"
        work={(one) => ({ encodes: areaOf(cropsOn(one), one.open.posterior) })}
        onRun={() => void experiment.run((one) => ({ crops: cropsOn(one) }))}
      >
        <span className="muted">
          Four corners at three quarters of the side, and the middle half. A spot stays where it is as far
          from the nearer borders as before.
        </span>
      </Runner>
      <SharedResults experiment={experiment} shared={scoreSpans}>
        {(one, last, spans) => <CropResult experiment={one} last={last} spans={spans} />}
      </SharedResults>
    </>
  );
}

function CropResult(props: { experiment: SideExperiment<'crop'>; last: Last<'crop'>; spans: Spans }) {
  const { spans } = props;
  const { points } = props.last.result;
  const rows = useMemo(() => moveRows(points, cropWords), [points]);
  const figures = useMemo(() => moveFigures(rows, spans), [rows, spans]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={verdictOf(props.last, 'crops')}
      caption="Each crop: cells are counted from its own top left"
      columns={moveColumns('crop')}
      fileColumns={moveFileColumns('crop')}
      rows={rows}
      figures={figures}
    >
      <MoveCharts figures={figures} />
    </Outcome>
  );
}

type Moved = Last<'roll'> | Last<'crop'>;

/** Words for what became of the spots, by each tracked score. */
function verdictOf({ result, subject }: Moved, moves: 'shifts' | 'crops'): string {
  const { spots, tally } = result;
  return (['norm', 'rawLogvar'] as const)
    .map((measure) => {
      const score = scoreAt(subject.posterior, measure, spots[measure]);
      return tallyVerdict(measure, tally[measure], cellText(spots[measure]), score, moves);
    })
    .join(' ');
}

/** The score of a cell in the picture as it is. */
function scoreAt(posterior: PosteriorData, measure: 'norm' | 'rawLogvar', cell: Cell): number {
  return analysisOf(posterior).scores[measure].scores[cellIndex(cell, posterior)] ?? Number.NaN;
}

function MoveCharts(props: { figures: readonly ChartFigure[] }) {
  return (
    <div className="figures figures-wide">
      {props.figures.map((figure) => (
        <Chart key={figure.title} figure={figure} />
      ))}
    </div>
  );
}

/** The ends of the axis of either score, robust sigma. */
type Spans = Record<'norm' | 'rawLogvar', Span>;

function scoreSpans(results: (ExperimentResults['roll'] | ExperimentResults['crop'])[]): Spans {
  const of = (measure: 'norm' | 'rawLogvar') => {
    const tracks = results.flatMap(({ points }) => points.map((point) => point[measure]));
    const scores = tracks.flatMap(({ homeScore, travelledScore }) =>
      [homeScore, travelledScore].filter((score) => score !== null),
    );
    return spanOf(
      scores.map((score) => prominence(measure, score)),
      [0, SPOT_THRESHOLD],
    );
  };
  return { norm: of('norm'), rawLogvar: of('rawLogvar') };
}

/** Charts of the moves, one for each score: a row a move, a dot at the score of either place. */
function moveFigures(rows: readonly MoveRow[], spans: Spans): ChartFigure[] {
  return (['norm', 'rawLogvar'] as const).flatMap((measure) => {
    const own = rows.filter((row) => row.measure === measure);
    // A script may ask for no moves at all.
    if (own.length === 0) return [];
    const at = own.flatMap(({ move, track }) => [
      { move, place: 'home', score: track.homeScore },
      { move, place: 'travelled', score: track.travelledScore },
    ]);
    const dots = at.flatMap(({ score, ...dot }) =>
      score === null ? [] : [{ ...dot, score: prominence(measure, score) }],
    );
    const words = own.map(
      ({ move, track }) =>
        `${move}: ${track.homeScore === null ? 'outside' : signed(track.homeScore, 1)} and ${track.travelledScore === null ? 'outside' : signed(track.travelledScore, 1)}`,
    );
    const [name, label] =
      measure === 'norm'
        ? ['|mean|', 'score of |mean|, robust \u03c3']
        : ['raw logvar', 'score of raw logvar, sign turned, robust \u03c3'];
    return {
      kind: 'chart',
      title: `By ${name}: how much either place stands out`,
      alt: `By ${name}, scores at the cell as before and where its content went. ${words.join('; ')}.`,
      legend: [
        { label: 'the cell as before', colour: 'own' },
        { label: 'where its content went', colour: 'control' },
        THRESHOLD_KEY,
      ],
      height: 70 + 28 * own.length,
      draw: (Plot, palette) => ({
        marginLeft: 20 + 6.5 * Math.max(...own.map(({ move }) => move.length)),
        x: { label, domain: spans[measure], nice: true, grid: true, inset: 8 },
        y: { label: null, domain: own.map(({ move }) => move) },
        marks: [
          Plot.ruleX([0], { stroke: palette.line }),
          Plot.ruleX([SPOT_THRESHOLD], { stroke: palette.muted, strokeDasharray: '4 3' }),
          ...(['home', 'travelled'] as const).map((place) =>
            Plot.dot(
              dots.filter((dot) => dot.place === place),
              {
                x: 'score',
                y: 'move',
                r: 4.5,
                symbol: place === 'home' ? 'circle' : 'diamond',
                fill: place === 'home' ? palette.own : palette.control,
              },
            ),
          ),
        ],
      }),
    };
  });
}
