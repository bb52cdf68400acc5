import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Edit } from '../edits';
import type { InspectorState } from '../session/types';
import { enabledEdits } from './cell/analysis';
import { useActions, useInspector } from './context';
import { ExampleBar } from './ExampleBar';
import { Transfers } from './models/Transfers';
import { duration } from './parts/format';
import { modelName, sideOf } from './sides/side';
import { SIDES } from './sides/sideNames';
import { playable } from './useExample';

/** "Decoding on the CPU, about 2 s", "Loading the model, 45 %". */
export function activityWords(activity: NonNullable<InspectorState['activity']>): string {
  const { doing, fraction, expectedSeconds } = activity;
  if (expectedSeconds !== null) return `${doing}, ${duration(expectedSeconds)}`;
  if (fraction !== null) return `${doing}, ${Math.round(100 * fraction)} %`;
  return doing;
}

/** What a visitor can do next, by how far they are. */
export function hint(
  state: Pick<InspectorState, 'view' | 'posterior' | 'example' | 'device' | 'noDecoder'>,
): string {
  if (!state.posterior && state.device.status === 'idle') return 'Starting';
  if (!state.posterior) return 'Choose a picture to see its latent.';
  if (state.noDecoder) return 'Only the latent can be looked at: the decoder of this model gives no picture.';
  if (playable(state.example, state.view.edits)) {
    return 'Then click any cell of the latent and heal it.';
  }
  if (enabledEdits(state.view.edits).length === 0) {
    return 'Each square of the latent stands for a small block of pixels. Click one, then heal it or drag a channel.';
  }
  return 'Hold Space to flip between base and edited. Enter makes the same edit at another cell.';
}

/** What stands still though the page needs it, and the word on the button that takes it up again; null where nothing does. */
export function stalled(
  state: Pick<
    InspectorState,
    | 'activity'
    | 'device'
    | 'model'
    | 'picture'
    | 'posterior'
    | 'recorded'
    | 'view'
    | 'edited'
    | 'effect'
    | 'controlMissing'
    | 'compare'
    | 'noDecoder'
  >,
): { words: string; button: string } | null {
  const { edits } = state.view;
  // Before the engine was asked for nothing can stand still.
  if (state.activity || state.model.status === 'loading' || state.device.status === 'idle') return null;
  if (!state.posterior) {
    return state.picture
      ? { words: 'The picture is not encoded.', button: 'Encode it' }
      : { words: 'Nothing is open yet.', button: 'Open the picture' };
  }
  if (state.recorded) return { words: 'Only the recorded example works.', button: 'Start the engine' };
  if (state.noDecoder || enabledEdits(edits).length === 0) return stalledBeside(state.compare);
  if (state.edited?.edits !== edits) return { words: 'The last edit is not decoded.', button: 'Decode it' };
  if (!isControlled(state, edits)) return { words: 'The control is not decoded.', button: 'Decode it' };
  return stalledBeside(state.compare);
}

/** The same of the second model, asked once the first one has all it needs. */
function stalledBeside(compare: InspectorState['compare']): ReturnType<typeof stalled> {
  if (!compare || compare.model.status === 'loading' || compare.noDecoder) return null;
  const { edits } = compare;
  if (!compare.posterior || !compare.base)
    return { words: 'The second model is not open.', button: 'Open it' };
  if (enabledEdits(edits).length === 0) return null;
  if (compare.edited?.edits !== edits) {
    return { words: 'The last edit is not decoded in the second model.', button: 'Decode it' };
  }
  if (!isControlled(compare, edits)) {
    return { words: 'The control of the second model is not decoded.', button: 'Decode it' };
  }
  return null;
}

function isControlled(
  { effect, controlMissing }: Pick<InspectorState, 'effect' | 'controlMissing'>,
  edits: readonly Edit[],
): boolean {
  return effect?.edits === edits || controlMissing?.edits === edits;
}

/** The model that is being loaded, where no download tells more of it. */
function loadingModel(state: InspectorState): { name: string; fraction: number } | null {
  const side = SIDES.map((each) => sideOf(state, each)).find(({ model }) => model.status === 'loading');
  return side
    ? {
        name: side.id === state.view.model ? 'the model' : modelName(state.models, side.id),
        fraction: side.model.fraction,
      }
    : null;
}

/** The line under the header: a thin progress bar, what is being done and how to stop it, or what to do next. */
export function StatusLine() {
  const loading = useInspector(useShallow(loadingModel));
  const whole = useInspector((state) => state.activity);
  // A model that is being loaded says more than what it is loaded for.
  const activity = whole?.whole && loading !== null ? null : whole;
  const downloading = useInspector((state) => Object.keys(state.transfers).length > 0);
  const recorded = useInspector((state) => state.recorded);
  const words = useInspector(hint);
  const halt = useInspector(useShallow(stalled));
  const actions = useActions();
  const fraction = useFraction(activity) ?? loading?.fraction ?? null;

  return (
    <div className="status">
      {(activity !== null || (loading !== null && !downloading)) && <Progress fraction={fraction} />}
      <ExampleBar />
      {downloading && <Transfers />}
      <p className="status-words">
        {downloading ? (
          activity && <span className="muted">{activityWords(activity)}</span>
        ) : activity || loading ? (
          <>
            <span>
              {activity
                ? activityWords(activity)
                : loading && `Loading ${loading.name}, ${Math.round(100 * loading.fraction)} %`}
            </span>
            <button type="button" className="button quiet small" onClick={() => actions.cancel()}>
              Cancel
            </button>
          </>
        ) : halt ? (
          <span className="stalled">
            {halt.words}
            <button type="button" className="button small" onClick={() => actions.resume()}>
              {halt.button}
            </button>
          </span>
        ) : (
          <span className="muted">{words}</span>
        )}
        {recorded && (
          <span
            className="muted"
            title="Picture, latent and both decodes were computed beforehand with this model."
          >
            Recorded example
          </span>
        )}
      </p>
    </div>
  );
}

/** How far the work is: as reported, or by the clock against earlier runs where nothing is reported. */
function useFraction(activity: InspectorState['activity']): number | null {
  const [now, setNow] = useState(() => Date.now());
  const timed = activity !== null && activity.fraction === null && activity.expectedSeconds !== null;
  useEffect(() => {
    if (!timed) return;
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [timed]);
  if (!activity) return null;
  if (activity.fraction !== null) return activity.fraction;
  if (activity.expectedSeconds === null) return null;
  return Math.min(
    0.97,
    Math.max(0, (now - activity.startedAt) / 1000 / Math.max(0.1, activity.expectedSeconds)),
  );
}

function Progress(props: { fraction: number | null }) {
  const { fraction } = props;
  return (
    <div
      className={`progress ${fraction === null ? 'unknown' : ''}`}
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.round(100 * fraction)}
    >
      <span style={{ transform: `scaleX(${fraction ?? 1})` }} />
    </div>
  );
}
