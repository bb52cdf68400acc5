import { useInspector } from '../context';
import { Dialog } from '../parts/Dialog';
import { MeasureForm } from './MeasureForm';
import { MeasureResult } from './MeasureResult';

/** The speed of the network on this device: asked, measured, and taken along. */
export default function MeasureDialog(props: { onClose(): void }) {
  const last = useInspector(({ measure }) => measure.last);
  const label = useInspector(({ device }) => device.report?.label ?? '');
  return (
    <Dialog title="Measure this device" className="measure" onClose={props.onClose}>
      <p className="muted">
        Times whole encodes and decodes on {label}, and each layer of the decoder by itself. What is open
        stays as it is. Your own work goes first; a run that it interrupts is made again. Nothing is uploaded.
      </p>
      <MeasureForm />
      {last && <MeasureResult measurement={last} />}
    </Dialog>
  );
}
