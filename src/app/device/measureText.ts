/** A measurement to take along: as text, for people, with the whole of it as JSON behind. */

import type { DeviceMeasurement } from '@/engine/protocol';
import { version } from '../../../package.json';
import type { Column } from '../experiments/table';
import { decodeTime, layerColumns, PASS_COLUMNS } from './measureWords';

/** The measurement, and where it was made. */
export function measureJson(measurement: DeviceMeasurement, browser: string): string {
  return JSON.stringify({ tool: 'latent-inspector', version, browser, ...measurement });
}

/** Lines for people, an empty line, and the JSON as the last line. */
export function measureText(measurement: DeviceMeasurement, browser: string): string {
  const { device, model, passes, layers, layersSize } = measurement;
  return [
    `latent-inspector ${version}, measured on this device`,
    `Device: ${device.label} (${device.backend}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'})`,
    `Browser: ${browser}`,
    `Model: ${model.name}, ${model.parameters.toLocaleString('en')} parameters, SHA-256 ${model.sha256 ?? 'not known'}`,
    '',
    ...lines(PASS_COLUMNS, passes),
    '',
    `Layers of the decoder at ${layersSize} px`,
    ...lines(layerColumns(decodeTime(measurement)), layers),
    '',
    measureJson(measurement, browser),
  ].join('\n');
}

function lines<R>(columns: readonly Column<R>[], rows: readonly R[]): string[] {
  const head = columns.map(({ label, unit }) => (unit ? `${label} (${unit})` : label));
  return [head, ...rows.map((row) => columns.map(({ text }) => text(row)))].map((cells) => cells.join(' | '));
}
