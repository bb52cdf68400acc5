import { useCallback, useMemo, useState } from 'react';
import { enabledEdits } from '@/app/cell/analysis';
import { useActions, useInspector } from '@/app/context';
import { sharedEnd } from '@/app/drawing/changeScale';
import { changePainting, picturePainting } from '@/app/drawing/paintings';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { CHANGE } from '@/app/parts/colourMaps';
import { levels } from '@/app/parts/format';
import { Segmented } from '@/app/parts/Segmented';
import { toPixels } from '@/latent/pixels';
import { SMALLEST_NAMED } from '@/measures/effect';
import type { Amplification } from '@/session/types';
import type { ExperimentResults } from '../../names';
import { ARM_NAMES, ARMS, armColumns, armRows, checkWords, mechanismVerdict, shareWords } from './words';

/** The base, which is recorded, and four arms. */
const DECODES = 5;

const AMPLIFICATIONS = [
  { value: 'data', label: 'fit', title: 'One scale for all arms, which ends just above the largest change' },
  { value: 1, label: '\u00d7 1' },
  { value: 8, label: '\u00d7 8' },
  { value: 32, label: '\u00d7 32' },
] as const;

type ArmsShow = 'change' | 'picture';

export function Panel() {
  const experiment = useExperiment('mechanism', true);
  const actions = useActions();
  const nothing = experiment.sides.every(({ open }) => enabledEdits(open.edits).length === 0);
  const cell = useInspector((state) => state.view.cell);
  const [shown, setShown] = useState<ArmsShow>('change');
  const [amplification, setAmplification] = useState<Amplification>('data');
  const shared = useCallback(
    (results: ExperimentResults['mechanism'][]) =>
      sharedEnd(
        amplification,
        results.flatMap((one) => ARMS.map((arm) => one[arm].difference)),
      ),
    [amplification],
  );
  return (
    <>
      <Runner
        experiment={experiment}
        label="Decode the four ways"
        work={() => ({ decodes: DECODES })}
        unable={nothing ? 'Nothing is changed, so nothing travels. Change a cell first.' : null}
        onRun={() => void experiment.run(() => ({}))}
      >
        {nothing && (
          <button type="button" className="button" onClick={() => actions.addEdit({ kind: 'heal', cell })}>
            Heal row {cell.row}, col {cell.col}
          </button>
        )}
      </Runner>
      {experiment.sides.some(({ last }) => last) && (
        <div className="runner-settings">
          <Segmented
            label="What the four arms show"
            name="arm-shows"
            value={shown}
            choices={[
              { value: 'change', label: 'Change' },
              { value: 'picture', label: 'Picture' },
            ]}
            onChange={(next: ArmsShow) => setShown(next)}
          />
          {shown === 'change' && (
            <Segmented
              label="Amplification of the change"
              name="arm-amplification"
              value={amplification}
              choices={AMPLIFICATIONS}
              onChange={(next: Amplification) => setAmplification(next)}
            />
          )}
        </div>
      )}
      <SharedResults experiment={experiment} shared={shared}>
        {(one, last, end) => (
          <Result experiment={one} last={last} shown={shown} amplification={amplification} end={end} />
        )}
      </SharedResults>
    </>
  );
}

function Result(props: {
  experiment: SideExperiment<'mechanism'>;
  last: Last<'mechanism'>;
  shown: ArmsShow;
  amplification: Amplification;
  /** The levels at which the colours end, in all arms of both models. */
  end: number;
}) {
  const { shown, amplification, end } = props;
  const { result } = props.last;
  const figures = useMemo(
    () =>
      ARMS.map((arm): MapFigure => {
        const { picture, difference, change } = result[arm];
        const { width, height } = picture;
        return {
          kind: 'map',
          title: `${ARM_NAMES[arm]}${shown === 'change' ? `: change${amplification === 1 || amplification === 'data' ? '' : ` \u00d7 ${amplification}`}` : ''}`,
          alt: `${ARM_NAMES[arm]}: ${shown === 'change' ? 'change map' : 'decoded picture'}. Near ${levels(change.nearRms)} levels, ${Number.isNaN(change.farRms) ? 'no pixel is far' : `far ${levels(change.farRms)}`}.`,
          painting:
            shown === 'change'
              ? changePainting(difference, width, height, end)
              : picturePainting(toPixels(picture)),
          scale: shown === 'change' ? { map: CHANGE, low: 0, high: end, unit: 'levels of 255' } : null,
        };
      }),
    [result, shown, amplification, end],
  );
  const rows = useMemo(() => armRows(result), [result]);
  const columns = useMemo(() => armColumns(result), [result]);
  const check = checkWords(result);
  const { normShare, attentionShare, full } = result.carriers;
  // Shares of nothing to speak of would say nothing.
  const travels = Math.sqrt(full) >= SMALLEST_NAMED;
  return (
    <Outcome
      experiment={props.experiment}
      verdict={mechanismVerdict(result)}
      caption="The change in each arm"
      columns={columns}
      rows={rows}
      figures={figures}
    >
      <p className={check.ok === false ? 'runner-problem' : ''}>{check.text}</p>
      {travels && normShare !== null && attentionShare !== null && (
        <p className="numeric">
          Shares of the squared change beyond {result.judgedBeyond} cells: GroupNorm{' '}
          <strong>{shareWords(normShare)}</strong>, attention <strong>{shareWords(attentionShare)}</strong>.{' '}
          <span className="muted">
            Each is the mean of what a path adds alone and beside the other (Shapley values), so they add up
            to 100&nbsp;%.
          </span>
        </p>
      )}
      <div className="figures figures-arms">
        {figures.map((figure, index) => (
          <FigureMap key={ARMS[index]} figure={figure} />
        ))}
      </div>
    </Outcome>
  );
}
