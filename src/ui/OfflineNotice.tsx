import { useEffect } from 'react';
import { useStore } from 'zustand';
import { offline } from '../offline/state';
import { ownName } from '../state/models';
import { useInspector } from './context';

const isOwn = (model: string | null): boolean => model !== null && ownName(model) !== null;

/** What a reload keeps and what it does not, one sentence; empty where nothing was made. */
export function updateWords({ edits, ownFiles }: { edits: number; ownFiles: boolean }): string {
  const kept = edits > 0 ? 'Your edits are kept' : '';
  if (!ownFiles) return kept && `${kept}.`;
  return `${kept ? `${kept}; what` : 'What'} you opened from files of your own has to be opened again.`;
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
  const update = useStore(offline, (state) => state.update);
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
            {updateWords({ edits, ownFiles })}
          </p>
          <p className="toast-buttons">
            <button type="button" className="button strong" onClick={update}>
              Reload now
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
