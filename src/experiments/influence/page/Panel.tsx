import { useContext, useMemo } from 'react';
import { influenceOf } from '@/app/cell/useInfluence';
import { useActions, useInspector } from '@/app/context';
import { scalarPainting } from '@/app/drawing/paintings';
import { largest } from '@/app/experiments/domains';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { scoreWords } from '@/app/experiments/words';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { levels } from '@/app/parts/format';
import { SideContext } from '@/app/sides/side';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';
import { Healing } from './Healing';
import { ScanPart } from './ScanPart';
import { INFLUENCE_COLUMNS, influenceRows, influenceVerdict, overMedianWords } from './words';

/** Cells in the table; the file has all. */
const LISTED = 8;

/** Three backward passes, each of about two decodes, and the way forward. */
const DECODES = 7;

export function Panel() {
  const experiment = useExperiment('influence');
  return (
    <>
      <Runner
        experiment={experiment}
        label="Compute the influence"
        work={() => ({ decodes: DECODES })}
        onRun={() => void experiment.run(() => ({}))}
      />
      <SharedResults experiment={experiment} shared={highest}>
        {(one, last, high) => <Result experiment={one} last={last} high={high} />}
      </SharedResults>
      <ScanPart />
    </>
  );
}

function highest(results: ExperimentResults['influence'][]): number {
  return Math.max(...results.map(({ influence }) => largest(influence)));
}

function Result(props: {
  experiment: SideExperiment<'influence'>;
  last: Last<'influence'>;
  /** The end of the scale, levels a sigma. */
  high: number;
}) {
  const { experiment, last, high } = props;
  const { subject, result } = last;
  const actions = useActions();
  const side = useContext(SideContext);
  const layer = useInspector((state) => state.view.layer);
  /** The panes of both models show one layer, so it is offered once. */
  const offers = useInspector((state) => side === 'a' || influenceOf(state, 'a') === null);
  const all = useMemo(() => influenceRows(result, subject.posterior), [result, subject]);
  const rows = useMemo(() => all.slice(0, LISTED), [all]);
  const [strongest] = rows;
  const figure = useMemo(
    (): MapFigure => ({
      kind: 'map',
      title: 'Influence of each cell',
      alt: `Influence of each of ${result.rows} by ${result.cols} cells. ${influenceVerdict(rows)}`,
      painting: scalarPainting(result.influence, result.cols, result.rows, 0, high, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low: 0, high, unit: 'levels / \u03c3' },
    }),
    [result, rows, high],
  );
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
        <FigureMap figure={figure} marks={marks} cells={current ? result : undefined} />
        <div className="facts-beside">
          {strongest && (
            <p className="numeric">
              Maximum {levels(strongest.influence)} levels per sigma at {cellText(strongest.cell)}; median{' '}
              {levels(strongest.influence / strongest.overMedian)}; maximum over median{' '}
              {overMedianWords(strongest)}; {scoreWords(strongest.score)} robust standard deviations.
            </p>
          )}
          <p className="muted small">Ringed: the three strongest. The crosshair is the selected cell.</p>
          {current && (
            <>
              {offers && (
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
              )}
              <Healing influence={result} posterior={subject.posterior} />
            </>
          )}
        </div>
      </div>
    </Outcome>
  );
}
