import { lazy, Suspense, useState } from 'react';
import { DialogBoundary } from '../trouble/DialogBoundary';

const RecordDialog = lazy(() => import('./RecordDialog').catch(() => ({ default: NoDialog })));

function NoDialog() {
  return (
    <p className="muted small" role="alert">
      The recorder could not be loaded. Reload the page to try again.
    </p>
  );
}

/** Where the page offers to record a figure. */
export function RecordFigure() {
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby="record-offer">
      <h3 id="record-offer">A figure for a page of yours</h3>
      <div className="export-buttons">
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          Record a figure
        </button>
        <span className="muted small">
          A few cells at several strengths, computed now and kept in one small file. Readers play it with a
          slider; nothing is computed on their side.
        </span>
      </div>
      {open && (
        <DialogBoundary what="The recorder" onClose={() => setOpen(false)}>
          <Suspense>
            <RecordDialog onClose={() => setOpen(false)} />
          </Suspense>
        </DialogBoundary>
      )}
    </section>
  );
}
