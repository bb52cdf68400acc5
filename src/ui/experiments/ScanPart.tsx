import { useMemo, useRef, useState } from 'react';
import type { ExperimentState } from '../../state/types';
import { MAGNITUDE } from '../colourMaps';
import { useActions, useInspector } from '../context';
import { levels, number } from '../format';
import { scalarPainting } from '../paintings';
import { Segmented } from '../Segmented';
import { influenceOf } from '../useInfluence';
import { Chart } from './Chart';
import { FigureMap } from './FigureMap';
import type { ChartFigure, MapFigure } from './figures';
import {
  agreement,
  type Foretold,
  filledMap,
  foretold,
  scanDecodes,
  scanRows,
  scanStrides,
  scanVerdict,
} from './influenceWords';
import { Outcome } from './Outcome';
import { Runner } from './Runner';
import type { Column } from './table';
import { useExperiment } from './useExperiment';
import { colourWords } from './words';

type ScanRow = ReturnType<typeof scanRows>[number];

const COLUMNS: readonly Column<ScanRow>[] = [
  { key: 'row', label: 'row', value: ({ cell }) => cell.row, text: ({ cell }) => String(cell.row) },
  { key: 'col', label: 'col', value: ({ cell }) => cell.col, text: ({ cell }) => String(cell.col) },
  {
    key: 'far_rms_levels',
    label: 'far, RMS',
    unit: 'levels',
    value: ({ farRms }) => farRms,
    text: ({ farRms }) => levels(farRms),
  },
  ...(['red', 'green', 'blue'] as const).map((colour, index) => ({
    key: `shift_${colour}_levels`,
    label: `mean ${colour}`,
    unit: 'levels',
    value: ({ shift }: ScanRow) => shift[index],
    text: ({ shift }: ScanRow) => colourWords([shift[index]]),
  })),
];

/** Cells in the table; the file has all. */
const LISTED = 8;

/** Brute force: every cell healed, from a coarse grid to a fine one, so that stopping keeps what is there. */
export function ScanPart() {
  const experiment = useExperiment('scan');
  const posterior = useInspector((state) => state.posterior);
  const { last, current } = experiment;
  const known = last && current ? last.result : null;
  const strides = posterior ? scanStrides(posterior) : [1];
  const [wanted, setWanted] = useState(4);
  const finest = strides.includes(wanted) ? wanted : strides[0];
  const decodes = posterior ? scanDecodes(posterior, finest, known) : 0;
  const stopped = useRef(false);

  const run = async () => {
    stopped.current = false;
    let previous = known ?? undefined;
    for (const stride of strides.filter((each) => each >= finest)) {
      const result = await experiment.run({ previous, finest: stride });
      if (!result || stopped.current) return;
      previous = result;
    }
  };
  return (
    <>
      <h4>The same by brute force</h4>
      <Runner
        experiment={experiment}
        label={known ? 'Go on healing cells' : 'Heal cell after cell'}
        work={{ decodes }}
        unable={
          decodes === 0 && posterior ? 'Every cell of this grid is healed already. Choose a finer one.' : null
        }
        onRun={() => void run()}
        onStop={() => {
          stopped.current = true;
          experiment.stop();
        }}
      >
        <span className="label muted">Heal</span>
        <Segmented
          label="How many cells to heal"
          name="scan-stride"
          value={finest}
          choices={strides.map((stride) => ({
            value: stride,
            label: stride === 1 ? 'every cell' : `every ${stride}${stride === 2 ? 'nd' : 'th'}`,
            title: stride === 1 ? 'Every cell' : `Every ${stride} rows and columns`,
          }))}
          onChange={(next: number) => setWanted(next)}
        />
        <span className="muted small">Coarse to fine; what is finished stays when you stop.</span>
      </Runner>
      {last && <Result experiment={experiment} last={last} />}
    </>
  );
}

function Result(props: {
  experiment: ReturnType<typeof useExperiment<'scan'>>;
  last: NonNullable<ExperimentState<'scan'>['last']>;
}) {
  const { experiment, last } = props;
  const { result, subject } = last;
  const actions = useActions();
  const influence = useInspector((state) =>
    experiment.current && influenceOf(state, 'a')
      ? (state.experiments.influence?.last?.result ?? null)
      : null,
  );
  const points = useMemo(
    () => influence && foretold(influence, result, subject.posterior),
    [influence, result, subject],
  );
  const rows = useMemo(() => scanRows(result), [result]);
  const listed = useMemo(() => rows.slice(0, LISTED), [rows]);
  const map = useMemo((): MapFigure => {
    const high = rows[0].farRms;
    return {
      kind: 'map',
      title: `Far change where each cell is healed, ${result.measured} of ${result.rows * result.cols} measured`,
      alt: `Far change where each cell is healed. ${scanVerdict(result, null)}`,
      painting: scalarPainting(filledMap(result), result.cols, result.rows, 0, high, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low: 0, high, unit: 'levels, RMS' },
    };
  }, [result, rows]);
  const chart = useMemo(() => points && points.length >= 3 && scatter(points), [points]);
  const { rows: gridRows, cols } = result;
  return (
    <Outcome
      experiment={experiment}
      verdict={scanVerdict(result, points)}
      caption="The cells that move the far picture most when they are healed"
      columns={COLUMNS}
      rows={listed}
      fileRows={rows}
      figures={chart ? [map, chart] : [map]}
    >
      <div className="figures figures-wide">
        <FigureMap
          figure={map}
          cells={
            experiment.current
              ? { rows: gridRows, cols, onSelect: (cell) => actions.select(cell) }
              : undefined
          }
        />
        {points && chart ? (
          <div className="facts-beside">
            <Chart figure={chart} />
            <p className="muted small">
              The influence itself and the far change, which are different measures of different changes,
              agree in rank to {number(agreement(points).far, 3)}.
            </p>
          </div>
        ) : (
          <p className="muted">Compute the influence above, and the two are compared cell by cell here.</p>
        )}
      </div>
    </Outcome>
  );
}

/** Foretold against measured shift of the mean colour, one dot a cell. */
function scatter(points: readonly Foretold[]): ChartFigure {
  const shown = points.filter(({ predicted, measured }) => predicted > 0 && measured > 0);
  return {
    kind: 'chart',
    title: 'Shift of the mean colour: foretold and measured',
    alt: `${points.length} cells; rank correlation of foretold and measured shift ${agreement(points).shift.toFixed(3)}.`,
    height: 320,
    draw: (Plot, palette) => ({
      grid: true,
      x: { type: 'log', label: 'foretold by the derivative, levels', tickFormat: '~g', ticks: 5 },
      y: { type: 'log', label: 'measured, levels', tickFormat: '~g', ticks: 5 },
      marks: [
        Plot.line(
          [
            Math.min(...shown.map(({ predicted }) => predicted)),
            Math.max(...shown.map(({ predicted }) => predicted)),
          ].map((value) => [value, value]),
          { stroke: palette.muted, strokeDasharray: '4 4' },
        ),
        Plot.dot(shown, { x: 'predicted', y: 'measured', r: 2.5, stroke: palette.own, strokeOpacity: 0.8 }),
      ],
    }),
  };
}
