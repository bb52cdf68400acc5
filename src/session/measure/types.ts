/** Measuring the device, as the page sees it. */

import type { PlainError } from '@/common/errors';
import type { DeviceMeasurement } from '@/engine/protocol';

export interface MeasureRequest {
  /** A model that is at hand. */
  model: string;
  /** Sides of the square pictures, pixels. */
  sizes: readonly number[];
  /** Timed runs of each thing. */
  runs: number;
}

export interface MeasureState {
  running: { request: MeasureRequest; fraction: number; doing: string; startedAt: number } | null;
  /** The last that came to its end; it stays while another runs. */
  last: DeviceMeasurement | null;
  /** The error that ended the last one; null where it did not fail, or was stopped. */
  error: PlainError | null;
}

export const NO_MEASURE: MeasureState = { running: null, last: null, error: null };

export interface MeasureActions {
  /**
   * Times the network on this device. What is open stays as it is, and goes first. One that runs is stopped. Rejects with an
   * InspectorError, which is also kept as the measurement's `error` (`aborted`, after `stopMeasuring`, is not).
   */
  measureDevice(request: MeasureRequest): Promise<DeviceMeasurement>;
  stopMeasuring(): void;
}
