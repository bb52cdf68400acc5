import { useMemo, useState } from 'react';
import { cellIndex } from '../../inspect/geometry';
import { prominence, SPOT_THRESHOLD } from '../../inspect/spots';
import type { Cell, PosteriorData } from '../../inspect/types';
import type { ExperimentState } from '../../state/types';
import { analysisOf } from '../analysis';
import { useInspector } from '../context';
import { signed } from '../format';
import { Segmented } from '../Segmented';
import { Chart } from './Chart';
import type { ChartFigure } from './figures';
import { Outcome } from './Outcome';
import { Runner } from './Runner';
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
} from './rollWords';
import { useExperiment } from './useExperiment';
import { cellWords } from './words';

type Which = 'cells' | 'pixels' | 'own';

export function RollPanel() {
  const experiment = useExperiment('roll');
  const posterior = useInspector((state) => state.posterior);
  const factor = useInspector((state) => state.model.info?.factor ?? 8);
  const [which, setWhich] = useState<Which>('cells');
  const [down, setDown] = useState('0');
  const [right, setRight] = useState('8');
  const shifts = useMemo(() => {
    if (which === 'pixels') return pixelShifts(factor);
    if (which === 'cells') return posterior ? cellShifts(posterior, factor) : [];
    const [dy, dx] = [readShift(down), readShift(right)];
    return dy === null || dx === null ? [] : [{ dy, dx }];
  }, [which, posterior, factor, down, right]);
  const { last } = experiment;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Roll the picture"
        work={{ encodes: shifts.length }}
        unable={shifts.length === 0 && posterior ? 'Give both shifts as whole numbers of pixels.' : null}
        onRun={() => void experiment.run({ shifts })}
      >
        <span className="label muted">By</span>
        <Segmented
          label="How far the picture is rolled"
          name="roll-by"
          value={which}
          choices={[
            { value: 'cells', label: 'whole cells', title: `Seven shifts by multiples of ${factor} pixels` },
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
      {last && <RollResult experiment={experiment} last={last} />}
      <CropPart />
    </>
  );
}

function ShiftField(props: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label className="labelled small">
      <span className="label">{props.label}</span>
      <input
        type="number"
        className="number"
        step={1}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <span className="label">pixels</span>
    </label>
  );
}

function RollResult(props: {
  experiment: ReturnType<typeof useExperiment<'roll'>>;
  last: NonNullable<ExperimentState<'roll'>['last']>;
}) {
  const { points } = props.last.result;
  const rows = useMemo(() => moveRows(points.map(shiftWords), points), [points]);
  const figures = useMemo(() => moveFigures(rows), [rows]);
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
  const posterior = useInspector((state) => state.posterior);
  const crops = useMemo(() => (posterior ? cropsOf(posterior) : []), [posterior]);
  const area = posterior
    ? crops.reduce((sum, { rows, cols }) => sum + (rows * cols) / (posterior.rows * posterior.cols), 0)
    : 0;
  const { last } = experiment;
  return (
    <>
      <h4>The same with crops</h4>
      <Runner
        experiment={experiment}
        label="Crop the picture"
        work={{ encodes: area }}
        onRun={() => void experiment.run({ crops })}
      >
        <span className="muted">
          Four corners at three quarters of the side, and the middle half. A spot stays where it is as far
          from the nearer borders as before.
        </span>
      </Runner>
      {last && <CropResult experiment={experiment} last={last} />}
    </>
  );
}

function CropResult(props: {
  experiment: ReturnType<typeof useExperiment<'crop'>>;
  last: NonNullable<ExperimentState<'crop'>['last']>;
}) {
  const { points } = props.last.result;
  const rows = useMemo(() => moveRows(points.map(cropWords), points), [points]);
  const figures = useMemo(() => moveFigures(rows), [rows]);
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

type Moved = NonNullable<ExperimentState<'roll' | 'crop'>['last']>;

/** What became of the spots by each tracked score. */
function verdictOf({ result, subject }: Moved, moves: 'shifts' | 'crops'): string {
  const { spots, tally } = result;
  return (['norm', 'rawLogvar'] as const)
    .map((measure) => {
      const score = scoreAt(subject.posterior, measure, spots[measure]);
      return tallyVerdict(measure, tally[measure], cellWords(spots[measure]), score, moves);
    })
    .join(' ');
}

/** The score of a cell in the picture as it is. */
function scoreAt(posterior: PosteriorData, measure: 'norm' | 'rawLogvar', cell: Cell): number {
  return analysisOf(posterior).scores[measure].scores[cellIndex(cell, posterior)];
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

/** For each score one chart: a row a move, a dot at the score of either place. */
function moveFigures(rows: readonly MoveRow[]): ChartFigure[] {
  return (['norm', 'rawLogvar'] as const).map((measure) => {
    const own = rows.filter((row) => row.measure === measure);
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
      ],
      height: 70 + 28 * own.length,
      draw: (Plot, palette) => ({
        marginLeft: 20 + 6.5 * Math.max(...own.map(({ move }) => move.length)),
        x: { label, grid: true, inset: 8 },
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
