/** A report over many pictures, as the page asks for it and keeps it. */
import type { PlainError } from '@/common/errors';
import type { ReportDocument } from '@/report/run';

export interface ReportPicture {
  /** Names are told apart by all of it: of a folder's files, the path within the folder. */
  name: string;
  file: Blob;
}

export interface ReportRequest {
  pictures: readonly ReportPicture[];
  /** Ids of models that are at hand. */
  models: readonly string[];
  /** Sides of the pictures, pixels; multiples of every model's factor. */
  sizes: readonly number[];
  /** Also by which path the changes travel. */
  mechanism: boolean;
}

export interface ReportProgress {
  /** Rows that are there, and rows of the whole report; null while that is being found out. */
  rows: { done: number; total: number } | null;
  /** Share of all the work, 0 to 1. */
  fraction: number;
  /** Estimate from the rows that were measured; null before the first. */
  secondsLeft: number | null;
  /** Words for people. */
  doing: string;
}

export interface ReportState {
  /** The last request. */
  request: ReportRequest | null;
  /** Report with the rows that there are: all, or as far as it came. An older one stays until there is a row of the new. */
  document: ReportDocument | null;
  /** Number of its rows that were there already and were not measured by the last run. */
  found: number;
  running: ReportProgress | null;
  /** The error that ended the last run early; null where it did not fail, or was stopped. */
  error: PlainError | null;
  /** False where this browser keeps nothing for this page: then the rows last as long as the page does. */
  lasting: boolean;
}

export interface ReportActions {
  /**
   * Measures each picture in each model at each size, in the background. Rows that were measured before, here or in an earlier
   * visit, are taken as they are; what cannot be read is a row that says so. Another run that is under way is stopped.
   * @throws InspectorError `aborted` when it is stopped: its rows are kept; `not-found` for a model that would have to be
   *   downloaded, or without pictures, models or sizes; `bad-image` for a size that does not fit a model; `bad-file` for two
   *   pictures of one name; `out-of-memory` and `device-lost` as the engine says
   */
  runReport(
    request: ReportRequest,
    run?: { signal?: AbortSignal; onProgress?(done: number, total: number): void },
  ): Promise<ReportDocument>;
  stopReport(): void;
  /** Deletes all rows that are kept on this computer, and the report on the page. */
  forgetReport(): Promise<void>;
  /** Tells whether a model can be measured without a download. */
  isAtHand(model: string): boolean;
}

export const NO_REPORT: ReportState = {
  request: null,
  document: null,
  found: 0,
  running: null,
  error: null,
  lasting: true,
};
