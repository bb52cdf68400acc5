/** What a figure is to be recorded of. */
import type { RecordedLayer, Recording } from '../../formats/recording/recording';
import type { Edit } from '../../inspect/edits';
import type { Layer } from '../types';

/** What is to be recorded. */
export interface RecordingWish {
  title: string;
  caption: string;
  /** Each with the edit that is strength 1, at that cell. */
  cells: readonly { label: string; edit: Edit }[];
  /** Ascending, with 0 and 1 among them. */
  strengths: readonly number[];
  /** What the figure opens with. */
  shown: Recording['shown'];
  /** Of the starting picture's file, where it is known. */
  pictureSha256?: string | null;
}

/** Decodes that a recording takes; some fewer where a cell has no control. */
export function recordingDecodes({ cells, strengths }: Pick<RecordingWish, 'cells' | 'strengths'>): number {
  return 1 + 2 * cells.length * strengths.filter((strength) => strength !== 0).length;
}

/** A layer that a recording can open with; |mean| instead of those that are computed elsewhere. */
export function recordableLayer(layer: Layer): RecordedLayer {
  return layer === 'logvar' || layer === 'kl' || layer === 'influence' ? 'norm' : layer;
}
