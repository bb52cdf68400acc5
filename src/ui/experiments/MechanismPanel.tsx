import { useMemo, useState } from 'react';
import { toPixels } from '../../inspect/pixels';
import type { Amplification, ExperimentState } from '../../state/types';
import { enabledEdits } from '../analysis';
import { CHANGE } from '../colourMaps';
import { useActions, useInspector } from '../context';
import { levels } from '../format';
import { changePainting, picturePainting } from '../paintings';
import { Segmented } from '../Segmented';
import { FigureMap } from './FigureMap';
import type { MapFigure } from './figures';
import {
  ARM_NAMES,
  ARMS,
  armColumns,
  armRows,
  checkWords,
  mechanismVerdict,
  shareWords,
} from './mechanismWords';
import { Outcome } from './Outcome';
import { Runner } from './Runner';
import { useExperiment } from './useExperiment';

/** The base, which is recorded, and four arms. */
const DECODES = 5;

const AMPLIFICATIONS = [
  { value: 1, label: '\u00d7 1' },
  { value: 8, label: '\u00d7 8' },
  { value: 32, label: '\u00d7 32' },
] as const;

export function MechanismPanel() {
  const experiment = useExperiment('mechanism', true);
  const actions = useActions();
  const nothing = useInspector((state) => enabledEdits(state.view.edits).length === 0);
  const cell = useInspector((state) => state.view.cell);
  const { last } = experiment;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Decode the four ways"
        work={{ decodes: DECODES }}
        unable={nothing ? 'Nothing is changed, so nothing travels. Change a cell first.' : null}
        onRun={() => void experiment.run({})}
      >
        {nothing && (
          <button type="button" className="button" onClick={() => actions.addEdit({ kind: 'heal', cell })}>
            Heal row {cell.row}, col {cell.col}
          </button>
        )}
      </Runner>
      {last && <Result experiment={experiment} last={last} />}
    </>
  );
}

function Result(props: {
  experiment: ReturnType<typeof useExperiment<'mechanism'>>;
  last: NonNullable<ExperimentState<'mechanism'>['last']>;
}) {
  const { result } = props.last;
  const [shown, setShown] = useState<'change' | 'picture'>('change');
  const [amplification, setAmplification] = useState<Amplification>(1);
  const figures = useMemo(
    () =>
      ARMS.map((arm): MapFigure => {
        const { picture, difference, change } = result[arm];
        const { width, height } = picture;
        return {
          kind: 'map',
          title: `${ARM_NAMES[arm]}${shown === 'change' ? `: change${amplification === 1 ? '' : ` \u00d7 ${amplification}`}` : ''}`,
          alt: `${ARM_NAMES[arm]}: ${shown === 'change' ? 'change map' : 'decoded picture'}. Near ${levels(change.nearRms)} levels, far ${levels(change.farRms)}.`,
          painting:
            shown === 'change'
              ? changePainting(difference, width, height, amplification)
              : picturePainting(toPixels(picture)),
          scale:
            shown === 'change'
              ? { map: CHANGE, low: 0, high: 255 / amplification, unit: 'levels of 255' }
              : null,
        };
      }),
    [result, shown, amplification],
  );
  const rows = useMemo(() => armRows(result), [result]);
  const columns = useMemo(() => armColumns(result), [result]);
  const check = checkWords(result);
  const { normShare, attentionShare } = result.carriers;
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
      {normShare !== null && attentionShare !== null && (
        <p className="numeric">
          Shares of the squared change beyond {result.judgedBeyond} cells: GroupNorm{' '}
          <strong>{shareWords(normShare)}</strong>, attention <strong>{shareWords(attentionShare)}</strong>.{' '}
          <span className="muted">
            Each is the mean of what a path adds alone and beside the other (Shapley values), so they add up
            to 100 %.
          </span>
        </p>
      )}
      <div className="runner-settings">
        <Segmented
          label="What the four arms show"
          name="arm-shows"
          value={shown}
          choices={[
            { value: 'change', label: 'Change' },
            { value: 'picture', label: 'Picture' },
          ]}
          onChange={(next: 'change' | 'picture') => setShown(next)}
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
      <div className="figures figures-arms">
        {figures.map((figure, index) => (
          <FigureMap key={ARMS[index]} figure={figure} />
        ))}
      </div>
    </Outcome>
  );
}
