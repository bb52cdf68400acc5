import { useContext, useMemo, useState } from 'react';
import { influenceOf } from '@/app/cell/useInfluence';
import { useInspector } from '@/app/context';
import { scalarPainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { largest } from '@/app/experiments/domains';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import type { Column } from '@/app/experiments/table';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { colourWords } from '@/app/experiments/words';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { levels, number } from '@/app/parts/format';
import type { Painting } from '@/app/parts/PixelCanvas';
import { Segmented } from '@/app/parts/Segmented';
import { SideContext, useSide } from '@/app/sides/side';
import { stridesOf } from '@/latent/coarseToFine';
import { cellAt, cellIndex, type Grid } from '@/latent/geometry';
import type { ExperimentResults } from '../../names';
import { foretellingFigure } from './foretellingFigure';
import { isWhole, scanVerdict, strideWords, triedWords } from './scanWords';
import {
  agreement,
  filledMap,
  foretold,
  predictedLengths,
  type ScanRow,
  scanDecodes,
  scanRows,
} from './words';

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
    value: ({ shift }: ScanRow) => shift[index] ?? null,
    text: ({ shift }: ScanRow) => colourWords(shift.slice(index, index + 1)),
  })),
];

/** Foretold and measured, in the file, where both are there. */
const FORETOLD_COLUMN: Column<ScanRow> = {
  key: 'foretold_shift_levels',
  label: 'foretold',
  unit: 'levels',
  value: ({ predicted }) => predicted,
  text: ({ predicted }) => (predicted === null ? '\u2013' : levels(predicted)),
};

/** Columns of the file where both are there. */
export const SCAN_FILE_COLUMNS: readonly Column<ScanRow>[] = [...COLUMNS, FORETOLD_COLUMN];

/** Cells in the table; the file has all. */
const LISTED = 8;

const NO_GRID: Grid = { rows: 0, cols: 0 };

/** Brute force: every cell healed, from a coarse grid to a fine one; what is measured stays when it is stopped. */
export function ScanPart() {
  const experiment = useExperiment('scan');
  const [wanted, setWanted] = useState(4);
  const gridOf = ({ open }: SideExperiment<'scan'>): Grid => open.posterior ?? NO_GRID;
  const finestOf = (one: SideExperiment<'scan'>) => {
    const strides = stridesOf(gridOf(one));
    return strides.includes(wanted) ? wanted : (strides[0] ?? 1);
  };
  const knownOf = ({ last, current }: SideExperiment<'scan'>) => (last && current ? last.result : undefined);
  const decodesOf = (one: SideExperiment<'scan'>) => scanDecodes(gridOf(one), finestOf(one), knownOf(one));
  const [first] = experiment.sides;
  const done = experiment.sides.every((one) => one.open.posterior && decodesOf(one) === 0);
  return (
    <>
      <h4>The same by brute force</h4>
      <Runner
        experiment={experiment}
        label={experiment.sides.some(knownOf) ? 'Go on healing cells' : 'Heal cell after cell'}
        work={(one) => ({ decodes: decodesOf(one) })}
        unable={done ? 'Every cell of this grid is healed already. Choose a finer one.' : null}
        onRun={() => void experiment.run((one) => ({ previous: knownOf(one), finest: finestOf(one) }))}
      >
        <span className="label muted">Heal</span>
        <Segmented
          label="How many cells to heal"
          name="scan-stride"
          value={finestOf(first)}
          choices={stridesOf(gridOf(first)).map((stride) => ({
            value: stride,
            label: stride === 1 ? 'every cell' : strideWords(stride),
            title: stride === 1 ? 'Every cell' : `Every ${stride} rows and columns`,
          }))}
          onChange={(next: number) => setWanted(next)}
        />
        <span className="muted small">Coarse to fine; what is measured stays when you stop.</span>
      </Runner>
      <SharedResults experiment={experiment} shared={highest}>
        {(one, last, high) => <Result experiment={one} last={last} high={high} />}
      </SharedResults>
    </>
  );
}

function highest(results: ExperimentResults['scan'][]): number {
  return Math.max(...results.map(({ farRms }) => largest(farRms)));
}

function Result(props: {
  experiment: SideExperiment<'scan'>;
  last: Last<'scan'>;
  /** The end of the scale, levels. */
  high: number;
}) {
  const { experiment, last, high } = props;
  const { result, subject } = last;
  const side = useContext(SideContext);
  const selected = useSide(({ cell }) => cell);
  const influence = useInspector((state) =>
    experiment.current && influenceOf(state, side)
      ? (state.experiments[side].influence?.last?.result ?? null)
      : null,
  );
  const predicted = useMemo(
    () => influence && predictedLengths(influence, subject.posterior),
    [influence, subject],
  );
  const points = useMemo(
    () => influence && predicted && foretold(predicted, influence, result),
    [predicted, influence, result],
  );
  const pointed = useMemo(
    () => influence && cellAt(influence.influence.indexOf(largest(influence.influence)), influence),
    [influence],
  );
  const rows = useMemo(() => scanRows(result, predicted), [result, predicted]);
  const listed = useMemo(() => rows.slice(0, LISTED), [rows]);
  const map = useMemo((): MapFigure => {
    const values = filledMap(result);
    return {
      kind: 'map',
      title: `Far change where each cell is healed: ${triedWords(result)}`,
      alt: `Far change where each cell is healed. ${scanVerdict(result, null)}`,
      painting: withHoles(scalarPainting(values, result.cols, result.rows, 0, high, MAGNITUDE), values),
      crisp: true,
      scale: { map: MAGNITUDE, low: 0, high, unit: 'levels, RMS' },
    };
  }, [result, high]);
  const own = cellIndex(selected, result);
  const chart = useMemo(() => points && points.length >= 3 && foretellingFigure(points, own), [points, own]);
  return (
    <Outcome
      experiment={experiment}
      verdict={scanVerdict(result, points, pointed)}
      caption={
        isWhole(result)
          ? 'The cells that move the far picture most when they are healed'
          : 'Of the cells that were tried, those that move the far picture most when they are healed'
      }
      columns={COLUMNS}
      rows={listed}
      fileColumns={predicted ? SCAN_FILE_COLUMNS : COLUMNS}
      fileRows={rows}
      figures={chart ? [map, chart] : [map]}
    >
      <div className="figures figures-wide">
        <div>
          <FigureMap figure={map} cells={experiment.current ? result : undefined} />
          {!isWhole(result) && (
            <p className="muted small">
              Each square has the colour of the cell at its top left; the other cells in it were not tried.
            </p>
          )}
        </div>
        {points && chart ? (
          <div className="facts-beside">
            <Chart figure={chart} />
            <p className="muted small">
              Each dot is a cell; the filled one is selected; on the line both are equal. The influence itself
              and the far change, which are different measures of different changes, agree in rank to{' '}
              {number(agreement(points).far, 3)} (Spearman, n = {points.length}).
            </p>
          </div>
        ) : (
          <p className="muted">
            Compute the influence above, and what it foretells is compared with this cell by cell here.
          </p>
        )}
      </div>
    </Outcome>
  );
}

/** Leaves what is not measured empty, rather than in the lowest colour. */
function withHoles(painting: Painting, values: ArrayLike<number>): Painting {
  return {
    ...painting,
    paint(image) {
      painting.paint(image);
      for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) image.data[4 * at + 3] = 0;
    },
  };
}
