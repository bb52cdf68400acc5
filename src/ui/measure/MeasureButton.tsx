import { lazy, Suspense, useState } from 'react';
import { useInspector } from '../context';
import { DialogBoundary } from '../trouble/DialogBoundary';

/** Not needed for the first paint. */
const MeasureDialog = lazy(() => import('./MeasureDialog').catch(() => ({ default: NoDialog })));

function NoDialog() {
  return (
    <p className="muted small" role="alert">
      This part of the page could not be loaded. Reload the page to try again.
    </p>
  );
}

/** Opens the page that measures this device; says how far that is, where it goes on behind the closed page. */
export function MeasureButton() {
  const [open, setOpen] = useState(false);
  const fraction = useInspector(({ measure }) => measure.running?.fraction ?? null);
  return (
    <div>
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {fraction === null ? 'Measure this device' : `Measuring, ${Math.round(100 * fraction)} %`}
      </button>
      {open && (
        <DialogBoundary what="The measuring of this device" onClose={() => setOpen(false)}>
          <Suspense>
            <MeasureDialog onClose={() => setOpen(false)} />
          </Suspense>
        </DialogBoundary>
      )}
    </div>
  );
}
