import { useMemo } from 'react';
import type { ExperimentState } from '../../state/types';
import { MAGNITUDE } from '../colourMaps';
import { useActions, useInspector } from '../context';
import { levels, ratio } from '../format';
import { scalarPainting } from '../paintings';
import { FigureMap } from './FigureMap';
import type { MapFigure } from './figures';
import { Healing } from './Healing';
import { INFLUENCE_COLUMNS, influenceRows, influenceVerdict } from './influenceWords';
import { Outcome } from './Outcome';
import { Runner } from './Runner';
import { ScanPart } from './ScanPart';
import { useExperiment } from './useExperiment';
import { cellWords, scoreWords } from './words';

/** Cells in the table; the file has all. */
const LISTED = 8;

/** Three backward passes, each of about two decodes, and the way forward. */
const DECODES = 7;

export function InfluencePanel() {
  const experiment = useExperiment('influence');
  const { last } = experiment;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Compute the influence"
        work={{ decodes: DECODES }}
        onRun={() => void experiment.run({})}
      />
      {last && <Result experiment={experiment} last={last} />}
      <ScanPart />
    </>
  );
}

function Result(props: {
  experiment: ReturnType<typeof useExperiment<'influence'>>;
  last: NonNullable<ExperimentState<'influence'>['last']>;
}) {
  const { experiment, last } = props;
  const { subject, result } = last;
  const actions = useActions();
  const layer = useInspector((state) => state.view.layer);
  const all = useMemo(() => influenceRows(result, subject.posterior), [result, subject]);
  const rows = useMemo(() => all.slice(0, LISTED), [all]);
  const figure = useMemo((): MapFigure => {
    const high = rows[0].influence;
    return {
      kind: 'map',
      title: 'Influence of each cell',
      alt: `Influence of each of ${result.rows} by ${result.cols} cells. ${influenceVerdict(rows)}`,
      painting: scalarPainting(result.influence, result.cols, result.rows, 0, high, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low: 0, high, unit: 'levels / \u03c3' },
    };
  }, [result, rows]);
  const marks = useMemo(
    () => rows.slice(0, 3).map(({ cell }) => ({ cell, kind: 'spot' as const, strong: true })),
    [rows],
  );
  const { current } = experiment;
  return (
    <Outcome
      experiment={experiment}
      verdict={influenceVerdict(rows)}
      caption="The strongest cells. The scores are kept apart: a cell may be written strongly without being influential."
      columns={INFLUENCE_COLUMNS}
      rows={rows}
      fileRows={all}
      figures={[figure]}
    >
      <div className="figures">
        <FigureMap
          figure={figure}
          marks={marks}
          cells={
            current
              ? { rows: result.rows, cols: result.cols, onSelect: (cell) => actions.select(cell) }
              : undefined
          }
        />
        <div className="facts-beside">
          <p className="numeric">
            Maximum {levels(rows[0].influence)} levels per sigma at {cellWords(rows[0].cell)}; median{' '}
            {levels(rows[0].influence / rows[0].overMedian)}; maximum over median {ratio(rows[0].overMedian)};{' '}
            {scoreWords(rows[0].score)} robust standard deviations.
          </p>
          {current && (
            <>
              <p>
                <button
                  type="button"
                  className="button"
                  aria-pressed={layer === 'influence'}
                  onClick={() => actions.setLayer(layer === 'influence' ? 'norm' : 'influence')}
                >
                  Show it in the latent pane
                </button>
              </p>
              <Healing influence={result} posterior={subject.posterior} />
            </>
          )}
        </div>
      </div>
    </Outcome>
  );
}
