import { Suspense, useState } from 'react';
import { lazyPart } from '../parts/lazyPart';
import { DialogBoundary } from '../trouble/DialogBoundary';

/** Not needed for the first paint. */
const RecordDialog = lazyPart(() => import('./RecordDialog').then((module) => module.default));

/** The offer to record a figure. */
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
