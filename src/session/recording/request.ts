/** The cells, strengths and layer that a figure is to be recorded of. */

import type { RecordedLayer } from '@/formats/recording/recording';
import type { Layer } from '../types';
import type { RecordingRequest } from './types';

/** Decodes that a recording takes, in all its models; some fewer where a cell has no control. */
export function recordingDecodes(
  { cells, strengths }: Pick<RecordingRequest, 'cells' | 'strengths'>,
  models: 1 | 2 = 1,
): number {
  return models * (1 + 2 * cells.length * strengths.filter((strength) => strength !== 0).length);
}

/** A layer that a recording can open with; |mean| instead of those that are computed elsewhere. */
export function recordableLayer(layer: Layer): RecordedLayer {
  return layer === 'logvar' || layer === 'kl' || layer === 'influence' ? 'norm' : layer;
}
