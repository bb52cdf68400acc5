import { useEffect } from 'react';
import { useStore } from 'zustand';
import { offline } from '@/offline/state';
import { ownName } from '@/session/models/models';
import { useInspector } from './context';
import { useReload } from './useReload';

const isOwn = (model: string | null): boolean => model !== null && ownName(model) !== null;

/** The work of a visitor on the page. */
interface Made {
  edits: number;
  ownFiles: boolean;
  results: boolean;
}

/**
 * Words for what a reload keeps and what it does not, a sentence or two; empty where nothing was made.
 * @param lost there is no room to carry own files over
 */
export function updateWords({ edits, ownFiles, results }: Made, lost = false): string {
  const kept = [ownFiles && !lost && 'what you opened from files of your own', edits > 0 && 'your edits'];
  const words = kept.filter(Boolean).join(' and ');
  return [
    lost &&
      'This browser has no room to carry your own files over: after a reload they have to be opened again.',
    words && `${words.charAt(0).toUpperCase()}${words.slice(1)} ${edits > 0 ? 'are' : 'is'} kept.`,
    results && 'What experiments have found is not: save it first.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Tells the page's service worker when it may fetch, and says what there is to say of it. On the whole page only. */
export function OfflineNotice() {
  const busy = useInspector(
    ({ device, activity, transfers }) =>
      (device.status !== 'ready' && device.status !== 'failed') ||
      activity !== null ||
      Object.values(transfers).some(({ state }) => state !== 'paused'),
  );
  const ownFiles = useInspector(
    ({ picture, view }) => picture?.id === null || [view.model, view.compare].some(isOwn),
  );
  const edits = useInspector((state) => state.view.edits.length);
  const results = useInspector(({ experiments }) =>
    [experiments.a, experiments.b].some((side) => Object.values(side).some((each) => each?.last)),
  );
  const update = useStore(offline, (state) => state.update);
  const { press, lost } = useReload(update);
  const said = useStore(offline, (state) => state.said);
  useEffect(() => offline.setState({ drawn: true, busy }), [busy]);
  return (
    <>
      {said && (
        <div className="toast toast-notice" role="status">
          <p>{said}</p>
          <button type="button" className="button quiet" onClick={() => offline.setState({ said: null })}>
            Dismiss
          </button>
        </div>
      )}
      {update && (
        <div className="toast" role="status">
          <p>
            A new version of this page is ready, and is used when the page is opened next.{' '}
            {updateWords({ edits, ownFiles, results }, lost)}
          </p>
          <p className="toast-buttons">
            <button type="button" className="button strong" onClick={press}>
              {lost ? 'Reload all the same' : 'Reload now'}
            </button>
            <button type="button" className="button" onClick={() => offline.setState({ update: null })}>
              Later
            </button>
          </p>
        </div>
      )}
    </>
  );
}
