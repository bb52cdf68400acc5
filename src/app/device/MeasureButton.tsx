import { Suspense, useState } from 'react';
import { useInspector } from '../context';
import { lazyPart } from '../parts/lazyPart';
import { DialogBoundary } from '../trouble/DialogBoundary';

/** Not needed for the first paint. */
const MeasureDialog = lazyPart(() => import('./MeasureDialog').then((module) => module.default));

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
