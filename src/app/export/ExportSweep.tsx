import { useEffect, useRef, useState } from 'react';
import { toPlain } from '@/common/errors';
import { editedCells } from '@/edits';
import { sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import { sweepEdits } from '@/session/link/sharing';
import { canCompute } from '@/session/side/side';
import type { InspectorState } from '@/session/types';
import { version } from '../../../package.json';
import { enabledEdits } from '../cell/analysis';
import { useInspector, useInspectorContext } from '../context';
import { costWords } from '../experiments/cost';
import { plural } from '../parts/format';
import { NumberBox } from '../parts/NumberBox';
import { Segmented } from '../parts/Segmented';
import { modelName } from '../sides/side';
import { download } from './ExportDownload';
import { cellsWords, exportName, subjectOf } from './ExportFigures';
import type { Frame } from './ExportFrames';
import { encodeGif } from './ExportGif';
import { canRecordWebm, encodeWebm } from './ExportWebm';

type From = 0 | -1;
type What = 'selected' | 'all';

const ENCODERS = { gif: encodeGif, webm: encodeWebm };
type Format = keyof typeof ENCODERS;

const [FEWEST, MOST] = [3, 61];

/** Progress of a sweep; `fraction` is 0 to 1. */
interface Progress {
  fraction: number;
  doing: string;
}

/** The present change from nothing to the whole of it, as a moving picture of exact decodes. */
export function ExportSweep() {
  const { store } = useInspectorContext();
  const edits = useInspector((state) => state.view.edits);
  const cell = useInspector((state) => state.view.cell);
  const ready = useInspector((state) => canCompute(state.sides.a));
  const timings = useInspector((state) => state.timings);
  const size = useInspector((state) => subjectOf(state).size);
  const cells = editedCells(edits);
  const onSelected = cells.some((each) => sameCell(each, cell));
  const [from, setFrom] = useState<From>(0);
  const [chosen, setWhat] = useState<What>('selected');
  const [count, setCount] = useState(11);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  /** The frames that were decoded last: another format needs them, too. */
  const decoded = useRef<{ key: string; edits: unknown; frames: Frame[] } | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const what: What = onSelected && cells.length > 1 ? chosen : onSelected ? 'selected' : 'all';
  const unable =
    enabledEdits(edits).length === 0
      ? 'Nothing is changed. Edit a cell first.'
      : ready
        ? null
        : 'The engine is not ready yet.';

  const decode = async (signal: AbortSignal): Promise<Frame[]> => {
    const state = store.getState();
    const {
      view,
      sides: {
        a: { posterior },
      },
    } = state;
    if (!posterior) throw new Error('There is no latent.');
    const key = [from, what, count, view.radius, view.cell.row, view.cell.col].join();
    if (decoded.current?.key === key && decoded.current.edits === view.edits) return decoded.current.frames;
    const strengths = Array.from({ length: count }, (_, at) => from + ((1 - from) * at) / (count - 1));
    const series = sweepEdits(
      posteriorMean(posterior),
      view.edits,
      what === 'selected' ? view.cell : null,
      strengths,
    );
    const decodes = await state.decodeSeries(series, {
      signal,
      onProgress: (fraction) => setProgress({ fraction, doing: 'decoding' }),
    });
    const frames = strengths.flatMap((strength, at) => {
      const own = decodes[at];
      return own ? [{ strength, decode: own }] : [];
    });
    decoded.current = { key, edits: view.edits, frames };
    return frames;
  };

  const make = async (format: Format) => {
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setProblem(null);
    setProgress({ fraction: 0, doing: 'decoding' });
    try {
      const state = store.getState();
      const frames = await decode(signal);
      setProgress({ fraction: 1, doing: format === 'gif' ? 'writing the GIF' : 'recording the video' });
      const blob = await ENCODERS[format](frames, wordsOf(state, what), signal);
      download(blob, exportName(state, 'sweep', format));
    } catch (error) {
      const { code, message } = toPlain(error);
      if (code !== 'aborted') setProblem(`The sweep could not be made. ${message}`);
    } finally {
      running.current = null;
      setProgress(null);
    }
  };

  return (
    <section aria-labelledby="export-sweep">
      <h3 id="export-sweep">A sweep of the change</h3>
      <div className="export-settings">
        <Segmented
          label="Strengths of the sweep"
          name="sweep-from"
          value={from}
          choices={[
            { value: 0, label: '0 to 1', title: 'From no change to the present one' },
            { value: -1, label: '\u22121 to 1', title: 'From the opposite change to the present one' },
          ]}
          onChange={(next: From) => setFrom(next)}
        />
        {onSelected && cells.length > 1 && (
          <Segmented
            label="Which cells move"
            name="sweep-what"
            value={chosen}
            choices={[
              { value: 'selected', label: 'selected cell' },
              { value: 'all', label: `all ${cells.length} cells` },
            ]}
            onChange={(next: What) => setWhat(next)}
          />
        )}
        <label className="labelled">
          <NumberBox
            unit="frames"
            min={FEWEST}
            max={MOST}
            value={count}
            onChange={(event) => {
              const next = Math.round(Number(event.target.value));
              if (next >= FEWEST && next <= MOST) setCount(next);
            }}
          />
          <span className="label">frames</span>
        </label>
      </div>
      {progress ? (
        <div className="export-buttons">
          <button type="button" className="button" onClick={() => running.current?.abort()}>
            Stop
          </button>
          <progress value={progress.fraction} max={1} aria-label="Progress of the sweep" />
          <span className="numeric small">
            {Math.round(100 * progress.fraction)} %, {progress.doing}
          </span>
        </div>
      ) : (
        <fieldset className="export-buttons" aria-label="Save the sweep">
          <button type="button" className="button" disabled={unable !== null} onClick={() => make('gif')}>
            GIF
          </button>
          {canRecordWebm() && (
            <button type="button" className="button" disabled={unable !== null} onClick={() => make('webm')}>
              WebM
            </button>
          )}
          <span className="muted small">
            {unable ??
              `${count} exact decodes, each with its control: ${costWords({ decodes: 2 * count }, timings, size)}.`}
          </span>
        </fieldset>
      )}
      {problem && (
        <p className="runner-problem" role="alert">
          {problem}
        </p>
      )}
      <p className="muted small">
        The caption with the levels is part of each frame. A GIF has 256 colours a frame
        {canRecordWebm()
          ? '; a WebM has all of them, compressed with loss.'
          : '. This browser cannot make a WebM.'}
      </p>
    </section>
  );
}

function wordsOf(state: InspectorState, what: What) {
  const { view, models } = state;
  const cells = what === 'selected' ? [view.cell] : editedCells(view.edits);
  return {
    cells: cellsWords(cells),
    foot: `${modelName(models, view.model)}; ${subjectOf(state).title}; far: beyond ${plural(view.radius, 'cell')}; latent-inspector ${version}`,
  };
}
