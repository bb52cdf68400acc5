import { useEffect, useMemo, useRef, useState } from 'react';
import { toPlain } from '@/common/errors';
import { editText } from '@/edits';
import { cellText } from '@/latent/cellText';
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { recordableLayer, recordingDecodes } from '@/session/recording/request';
import type { RecordedFigure, RecordingRequest } from '@/session/recording/types';
import { canCompute } from '@/session/side/side';
import { useInspector, useInspectorContext } from '../context';
import { costWords } from '../experiments/cost';
import { Dialog } from '../parts/Dialog';
import { Segmented } from '../parts/Segmented';
import { useModelName } from '../sides/side';
import { besideProblem } from './beside';
import { candidates, type EditChoice, editFor, MAX_CELLS, repeatable, STRENGTHS } from './candidates';
import { RecordCells } from './RecordCells';
import { RecordResult } from './RecordResult';

/** Choose what to record, see what it costs, record it, look at it, take it home. */
export default function RecordDialog(props: { onClose(): void }) {
  const posterior = useInspector((state) => (canCompute(state.sides.a) ? state.sides.a.posterior : null));
  return (
    <Dialog title="Record a figure" className="record" onClose={props.onClose}>
      {posterior ? (
        // Another latent has other cells to choose from.
        <Recorder key={keyOf(posterior)} posterior={posterior} />
      ) : (
        <p className="muted">The engine is not ready yet. This can be done once a picture is open.</p>
      )}
    </Dialog>
  );
}

let posteriors = 0;
const keys = new WeakMap<PosteriorData, number>();

/** A number for each latent. */
function keyOf(posterior: PosteriorData): number {
  const key = keys.get(posterior) ?? ++posteriors;
  keys.set(posterior, key);
  return key;
}

interface Progress {
  fraction: number;
  doing: string;
}

function Recorder({ posterior }: { posterior: PosteriorData }) {
  const { store } = useInspectorContext();
  const view = useInspector((state) => state.view);
  const timings = useInspector((state) => state.timings);
  const picture = useInspector((state) => state.picture?.title ?? '');
  const model = useModelName('a');
  const otherModel = useModelName('b');
  const beside = useInspector((state) => state.sides.b);
  const [wantsBoth, setWantsBoth] = useState(true);
  const [cells, setCells] = useState(() => candidates(posterior, view));
  const [choice, setChoice] = useState<EditChoice>('heal');
  const [range, setRange] = useState('beyond');
  const [title, setTitle] = useState(`${picture}, in ${beside ? `${model} and ${otherModel}` : model}`);
  const [caption, setCaption] = useState('');
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [figure, setFigure] = useState<RecordedFigure | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const last = repeatable(view.edits);
  const wish = useMemo((): RecordingRequest => {
    const mean = posteriorMean(posterior);
    const { strengths } = STRENGTHS.find(({ value }) => value === range) ?? STRENGTHS[0];
    return {
      title: title.trim() || 'A recorded figure',
      caption: caption.trim(),
      cells: cells
        .filter(({ chosen }) => chosen)
        .map(({ cell, label }) => ({
          label: label.trim() || cellText(cell),
          edit: editFor(choice, cell, mean, view.edits),
        })),
      strengths,
      shown: { cell: 0, strength: strengths.indexOf(1), layer: recordableLayer(view.layer) },
    };
  }, [posterior, cells, choice, range, title, caption, view.edits, view.layer]);
  const count = wish.cells.length;
  const problemBeside = beside && besideProblem(beside, otherModel, posterior, wish.cells);
  const both = beside !== null && problemBeside === null && wantsBoth;
  const unable =
    count === 0 ? 'Choose a cell.' : count > MAX_CELLS ? `Choose at most ${MAX_CELLS} cells.` : null;

  const record = async () => {
    const controller = new AbortController();
    running.current = controller;
    setProblem(null);
    setFigure(null);
    setProgress({ fraction: 0, doing: 'beginning' });
    try {
      const recorded = await store.getState().recordFigure(
        { ...wish, both },
        {
          signal: controller.signal,
          onProgress: (fraction, doing) => setProgress({ fraction, doing }),
        },
      );
      setFigure(recorded);
    } catch (error) {
      const { code, message, advice } = toPlain(error);
      if (code !== 'aborted') setProblem(`The figure could not be recorded. ${message} ${advice}`);
    } finally {
      running.current = null;
      setProgress(null);
    }
  };

  return (
    <>
      <fieldset className="record-settings" disabled={progress !== null}>
        <RecordCells candidates={cells} onChange={setCells} />
        {beside && (
          <div className="record-row">
            <span className="muted">Models</span>
            <Segmented
              label="Models to record"
              name="record-models"
              value={both ? 'both' : 'a'}
              choices={[
                {
                  value: 'both',
                  label: 'A and B',
                  title: `${model} and ${otherModel}, side by side`,
                  disabled: problemBeside !== null,
                },
                { value: 'a', label: 'A alone', title: model },
              ]}
              onChange={(next: string) => setWantsBoth(next === 'both')}
            />
            <span className="muted small">
              {problemBeside
                ? `${problemBeside} A is recorded alone.`
                : both
                  ? 'The change of A is carried to B in each latent\u2019s own sigma; readers move both with one slider.'
                  : 'B is left out.'}
            </span>
          </div>
        )}
        <div className="record-row">
          <span className="muted">Change</span>
          <Segmented
            label="What is done to each cell"
            name="record-edit"
            value={choice}
            choices={[
              { value: 'heal', label: 'Heal', title: 'Each cell becomes the mean of its neighbours' },
              {
                value: 'current',
                label: last ? `As edited now: ${editText(last)}` : 'As edited now',
                title: last
                  ? 'Edited cells as they are now; the others get the last edit'
                  : 'Nothing is edited that could be repeated',
                disabled: !last,
              },
            ]}
            onChange={(next: EditChoice) => setChoice(next)}
          />
        </div>
        <div className="record-row">
          <span className="muted">Strength</span>
          <Segmented
            label="Strengths"
            name="record-strengths"
            value={range}
            choices={STRENGTHS}
            onChange={(next: string) => setRange(next)}
          />
        </div>
        <label className="record-text">
          <span className="muted">Title</span>
          <input
            className="field"
            value={title}
            maxLength={200}
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        <label className="record-text">
          <span className="muted">Caption</span>
          <textarea
            className="field"
            rows={2}
            maxLength={1000}
            value={caption}
            placeholder="May stay empty"
            onChange={(event) => setCaption(event.target.value)}
          />
        </label>
      </fieldset>
      <div className="record-row">
        {progress ? (
          <>
            <button type="button" className="button" onClick={() => running.current?.abort()}>
              Stop
            </button>
            <progress value={progress.fraction} max={1} aria-label="Progress of the recording" />
            <span className="numeric small">
              {Math.round(100 * progress.fraction)} %, {progress.doing}
            </span>
          </>
        ) : (
          <>
            <button type="button" className="button strong" disabled={unable !== null} onClick={record}>
              Record
            </button>
            <span className="muted small">
              {unable ??
                `It takes ${costWords({ decodes: recordingDecodes(wish, both ? 2 : 1) }, timings, view.size)}; each change is measured beside its control.`}
            </span>
          </>
        )}
      </div>
      {problem && (
        <p className="runner-problem" role="alert">
          {problem}
        </p>
      )}
      {figure && <RecordResult figure={figure} />}
    </>
  );
}
