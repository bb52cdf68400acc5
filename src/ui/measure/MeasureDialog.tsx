import { useEffect, useRef } from 'react';
import { useInspector } from '../context';
import { MeasureForm } from './MeasureForm';
import { MeasureResult } from './MeasureResult';

/** How fast the network runs here: asked, measured, and taken along. */
export default function MeasureDialog(props: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const last = useInspector(({ measure }) => measure.last);
  const label = useInspector(({ device }) => device.report?.label ?? '');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog measure" aria-labelledby="measure-title" onClose={props.onClose}>
      <div className="dialog-head">
        <h2 id="measure-title">Measure this device</h2>
        <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <p className="muted">
        Times whole encodes and decodes on {label}, and each layer of the decoder by itself. What is open
        stays as it is. Your own work goes first; a run that it interrupts is made again. Nothing is uploaded.
      </p>
      <MeasureForm />
      {last && <MeasureResult measurement={last} />}
    </dialog>
  );
}
