import { useStore } from 'zustand';
import { BACKEND_TITLES } from '@/engine/device/device';
import { offline } from '@/offline/state';
import { useInspector } from '../context';
import { seconds } from '../parts/format';
import { Popover } from '../parts/Popover';
import { MeasureButton } from './MeasureButton';

/** Left out where there is no room for it. */
const OWN = "this computer's ";

/** The name of the device that computes; a click says why, and offers to measure it. */
export function DeviceChip() {
  const device = useInspector((state) => state.device);
  const timings = useInspector((state) => state.timings);
  const size = useInspector((state) => state.view.size);
  const isolatesNext = useStore(offline, (state) => state.isolatesNext);
  const { report } = device;
  const label = report
    ? report.label
    : device.status === 'failed'
      ? 'no engine'
      : device.status === 'starting'
        ? 'starting the engine'
        : 'engine not started';
  // The reason often is why another was passed over: once is enough.
  const rejected = report?.rejected.filter(({ reason }) => !report.reason.includes(reason)) ?? [];
  const encode = timings.encode[size];
  const decode = timings.decode[size];
  return (
    <Popover
      align="right"
      className="button quiet chip"
      title="What computes, and why; measure it"
      label={
        <>
          <span className={`dot dot-${device.status}`} aria-hidden="true" />
          {label.startsWith(OWN) ? (
            <>
              <span className="chip-own">{OWN}</span>
              {label.slice(OWN.length)}
            </>
          ) : (
            label
          )}
        </>
      }
    >
      {report ? (
        <>
          <strong>{report.label}</strong>
          <p>{report.reason}</p>
          {isolatesNext && report.backend === 'wasm' && report.threads === 1 && (
            <p>
              From the next visit on this page is cross-origin isolated, and WebAssembly may use several
              threads.
            </p>
          )}
          {rejected.length > 0 && (
            <ul className="rejected small">
              {rejected.map(({ backend, reason }) => (
                <li key={`${backend} ${reason}`}>{reason}</li>
              ))}
            </ul>
          )}
          <dl className="facts small numeric">
            <dt>Backend</dt>
            <dd>
              {BACKEND_TITLES[report.backend]}
              {report.threads > 1 && `, ${report.threads} threads`}
            </dd>
            <dt>Self-test</dt>
            <dd>
              passed in {seconds(report.selfTest.milliseconds)}, largest error{' '}
              <span className="whole">{report.selfTest.largestError.toExponential(1)}</span>
            </dd>
            {encode !== undefined && (
              <>
                <dt>Encode, {size} px</dt>
                <dd>{seconds(encode)}</dd>
              </>
            )}
            {decode !== undefined && (
              <>
                <dt>Decode, {size} px</dt>
                <dd>{seconds(decode)}</dd>
              </>
            )}
          </dl>
          <p className="muted small">Everything is computed on this device. Nothing is uploaded.</p>
          <MeasureButton />
        </>
      ) : (
        <p>The network runs in a worker on this device. It reports here once it has chosen how to compute.</p>
      )}
    </Popover>
  );
}
