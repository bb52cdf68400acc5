import { Suspense, useState } from 'react';
import { lazyPart } from '../parts/lazyPart';
import { DialogBoundary } from '../trouble/DialogBoundary';

/** Not needed for the first paint. */
const ShareDialog = lazyPart(() => import('./ShareDialog').then((module) => module.default));

/** A button, and behind it all that can be taken from the page or brought to it. */
export function ShareButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button share" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Share<span className="share-more"> and export</span>
      </button>
      {open && (
        <DialogBoundary what="Share and export" onClose={() => setOpen(false)}>
          <Suspense>
            <ShareDialog onClose={() => setOpen(false)} />
          </Suspense>
        </DialogBoundary>
      )}
    </>
  );
}
