/** Recording a figure, as the page asks for it. */

import type { Edit } from '@/edits';
import type { Recording } from '@/formats/recording/recording';

export interface RecordingActions {
  /**
   * Records a figure: many decodes, which give way to what the visitor does meanwhile. Rejects with an InspectorError,
   * `aborted` where the signal is.
   */
  recordFigure(wish: RecordingRequest, run?: RecordingRun): Promise<RecordedFigure>;
}

export interface RecordedFigure {
  file: Blob;
  recording: Recording;
}

export interface RecordingRun {
  signal?: AbortSignal;
  /** @param fraction 0 to 1 */
  onProgress?(fraction: number, doing: string): void;
}

/** The figure that is to be recorded. */
export interface RecordingRequest {
  title: string;
  caption: string;
  /** Each with the edit that is strength 1, at that cell. */
  cells: readonly { label: string; edit: Edit }[];
  /** Ascending, with 0 and 1 among them. */
  strengths: readonly number[];
  /** The cell, strength and layer that the figure opens with. */
  shown: Recording['shown'];
  /** SHA-256 of the starting picture's file, where it is known. */
  pictureSha256?: string | null;
  /** True: the model on the right is recorded beside the one on the left. */
  both?: boolean;
}
