/** Messages of the element to others: its events, and that it is gone. */
import { InspectorError, toPlain } from '@/common/errors';
import type { Effect } from '@/latent/types';

/** The events of the element, with what they carry. */
export interface LatentInspectorEvents {
  /** A picture has been encoded. */
  posterior: CustomEvent<{ rows: number; cols: number; channels: number }>;
  /** The effect of the current edits in `model` is complete, with its control. */
  effect: CustomEvent<Effect>;
  /** `fraction` is null where it is not known; both are null when nothing is being done any more. */
  progress: CustomEvent<{ doing: string | null; fraction: number | null }>;
  failure: CustomEvent<{ code: string; message: string; advice: string }>;
}

/** Tells of something that happened in `element`; heard outside the shadow root and further up the page. */
export function announce<K extends keyof LatentInspectorEvents>(
  element: EventTarget,
  name: K,
  detail: LatentInspectorEvents[K]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Tells that something went wrong, whatever was thrown. */
export function announceFailure(element: EventTarget, error: unknown): void {
  const { code, message, advice } = toPlain(error);
  announce(element, 'failure', { code, message, advice });
}

export function removed(): InspectorError {
  return new InspectorError('aborted', 'The inspector was removed from the page.');
}
