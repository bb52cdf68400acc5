import { useState } from 'react';
import type { DeviceMeasurement } from '@/engine/protocol';
import { DataTable } from '../experiments/DataTable';
import { plural } from '../parts/format';
import { measureJson, measureText } from './measureText';
import { decodeTime, layerColumns, PASS_COLUMNS } from './measureWords';

/** Layers shown at first. */
const FIRST = 10;

/** Numbers in tables that explain themselves, and ways to take them along. */
export function MeasureResult({ measurement }: { measurement: DeviceMeasurement }) {
  const { device, model, passes, layers, layersSize, disturbed } = measurement;
  const [isWhole, setWhole] = useState(false);
  const runs = passes[0]?.milliseconds.runs.length ?? 0;
  return (
    <section className="measure-result" aria-label="Measured">
      <p>
        <strong>{model.name}</strong> on {device.label}
      </p>
      <Copying measurement={measurement} />
      <DataTable caption={`Whole passes, ${plural(runs, 'run')} each`} columns={PASS_COLUMNS} rows={passes} />
      <DataTable
        caption={`Layers of the decoder at ${layersSize} px, those that take most of a decode first`}
        columns={layerColumns(decodeTime(measurement))}
        rows={isWhole ? layers : layers.slice(0, FIRST)}
      />
      {layers.length > FIRST && (
        <button type="button" className="button measure-more" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${layers.length} layers`}
        </button>
      )}
      <ul className="sentences muted small">
        <li>
          GFLOP/s counts the operations of plain convolutions, two for each multiplication and addition,
          whatever the program does to save some. GroupNorm has none to count.
        </li>
        <li>
          A layer by itself may take another time than in its place, so the shares need not add up to 100 %.
        </li>
        <li>{MEMORY[device.backend]}</li>
        {disturbed > 0 && <li>{plural(disturbed, 'run')} made again, because other work came between.</li>}
      </ul>
    </section>
  );
}

const MEMORY: Record<DeviceMeasurement['device']['backend'], string> = {
  webgpu: 'Memory is that of all tensors on the graphics processor, with what is kept to be used again.',
  wasm: "Memory is WebAssembly's whole heap. It never shrinks, so earlier work may have made it as large.",
  webgl: 'Memory is that of all tensors.',
  cpu: 'Memory is that of all tensors.',
};

/** Copies; where the browser does not allow that, shows what could be copied by hand. */
function Copying({ measurement }: { measurement: DeviceMeasurement }) {
  const [said, setSaid] = useState('');
  const [byHand, setByHand] = useState<string | null>(null);
  const copy = async (text: string, what: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setByHand(null);
      setSaid(`${what} copied.`);
    } catch {
      setByHand(text);
      setSaid('The browser does not let the page copy. Select the text below.');
    }
  };
  const { userAgent } = navigator;
  return (
    <>
      <div className="dialog-buttons">
        <button
          type="button"
          className="button strong"
          onClick={() => copy(measureText(measurement, userAgent), 'Text and JSON')}
        >
          Copy result
        </button>
        <button
          type="button"
          className="button"
          onClick={() => copy(measureJson(measurement, userAgent), 'JSON')}
        >
          Copy JSON
        </button>
        <span className="muted" role="status">
          {said}
        </span>
      </div>
      {byHand !== null && (
        <textarea className="measure-text" readOnly rows={8} value={byHand} aria-label="Result as text" />
      )}
    </>
  );
}
