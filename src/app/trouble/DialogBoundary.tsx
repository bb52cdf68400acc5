import type { ReactNode } from 'react';
import { Dialog } from '../parts/Dialog';
import { Boundary } from './Boundary';

/** A dialog that may fail by itself: then another one in its place says so, and can be closed. */
export function DialogBoundary(props: { what: string; onClose(): void; children: ReactNode }) {
  return (
    <Boundary
      what={props.what}
      frame={(words) => (
        <Dialog title="Something went wrong" className="broken-dialog" onClose={props.onClose}>
          {words}
        </Dialog>
      )}
    >
      {props.children}
    </Boundary>
  );
}
