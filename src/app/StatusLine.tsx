import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { InspectorState, SideState } from '@/session/types';
import { ExampleBar } from './bench/ExampleBar';
import { playable } from './bench/useExample';
import { enabledEdits } from './cell/analysis';
import { useActions, useInspector } from './context';
import { KeyboardButton } from './keyboard/KeyboardButton';
import { useCoarsePointer } from './look/useCoarsePointer';
import { Transfers } from './models/Transfers';
import { duration } from './parts/format';
import { modelName, sideOf } from './sides/side';
import { SIDES } from './sides/sideNames';

/** "Decoding on the CPU, about 2 s", "Loading the model, 45 %". */
export function activityWords(activity: NonNullable<InspectorState['activity']>): string {
  const { doing, fraction, expectedSeconds } = activity;
  if (expectedSeconds !== null) return `${doing}, ${duration(expectedSeconds)}`;
  if (fraction !== null) return `${doing}, ${Math.round(100 * fraction)} %`;
  return doing;
}

/** The next thing that a visitor can do, by how far they are. `touch`: with a finger, beside which there may be no keys. */
export function hint(
  { device, example, sides }: Pick<InspectorState, 'device' | 'example' | 'sides'>,
  touch = false,
): string {
  const { posterior, noDecoder, edits } = sides.a;
  if (!posterior && device.status === 'idle') return 'Starting';
  if (!posterior) return 'Choose a picture to see its latent.';
  if (noDecoder) return 'Only the latent can be looked at: the decoder of this model gives no picture.';
  const tap = touch ? 'tap' : 'click';
  if (playable(example, edits)) return `Your turn: ${tap} any square of the latent, then press Heal.`;
  if (enabledEdits(edits).length === 0) {
    return `Each square of the latent stands for a small block of pixels. ${touch ? 'Tap' : 'Click'} one, then press Heal or drag a slider.`;
  }
  return touch
    ? 'Press and hold the decoded picture to see it without your edit.'
    : 'Press and hold the decoded picture to see it without your edit. In the latent, Enter repeats the edit at another cell.';
}

interface Stalled {
  words: string;
  /** Words on the button that takes it up again. */
  button: string;
}

/** Words for what stands still though the page needs it; null where nothing does. */
export function stalled({
  activity,
  device,
  picture,
  sides: { a, b },
}: Pick<InspectorState, 'activity' | 'device' | 'picture' | 'sides'>): Stalled | null {
  // Before the engine was asked for nothing can stand still.
  if (activity || a.model.status === 'loading' || device.status === 'idle') return null;
  if (!a.posterior) {
    return picture
      ? { words: 'The picture is not encoded.', button: 'Encode it' }
      : { words: 'Nothing is open yet.', button: 'Open the picture' };
  }
  if (a.recorded) return { words: 'Only the recorded example works.', button: 'Start the engine' };
  const first = undecoded(a, 'The last edit is not decoded.', 'The control is not decoded.');
  if (first || !b || b.model.status === 'loading') return first;
  if (!b.noDecoder && !(b.posterior && b.base)) {
    return { words: 'The second model is not open.', button: 'Open it' };
  }
  return undecoded(
    b,
    'The last edit is not decoded in the second model.',
    'The control of the second model is not decoded.',
  );
}

/** Words for what of the present edits and their control is not decoded on a side that is open; null where all of it is. */
function undecoded(side: SideState, edit: string, control: string): Stalled | null {
  const { edits, edited, effect, controlMissing, noDecoder } = side;
  if (noDecoder || enabledEdits(edits).length === 0) return null;
  if (edited?.edits !== edits) return { words: edit, button: 'Decode it' };
  const isControlled = effect?.edits === edits || controlMissing?.edits === edits;
  return isControlled ? null : { words: control, button: 'Decode it' };
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
  const recorded = useInspector((state) => state.sides.a.recorded);
  const touch = useCoarsePointer();
  const words = useInspector((state) => hint(state, touch));
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
      <KeyboardButton />
    </div>
  );
}

/** Fraction of the work that is done: as reported, or by the clock against earlier runs where nothing is reported. */
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
