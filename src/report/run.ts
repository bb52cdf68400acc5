/** The source of a report: its rows, and the runs that they come from. */
import type { Cell } from '@/latent/types';
import type { NamedPicture } from './pictures';
import type { ReportRow, RowSettings } from './row';

export interface ReportModel {
  id: string;
  /** Name for people. */
  name: string;
  /** Path of the file, as it was then. */
  file: string;
  sha256: string;
  configSha256: string;
  /** diffusers' fields, with its defaults filled in. */
  config: object;
  parameters: number;
  /** A known spot, which is healed in every picture. */
  spot: Cell | null;
  /** Sentences to know before drawing conclusions: what the file did not say and was assumed, too. */
  notes: string[];
}

/** One call of the command, or one run on the page; a report that was computed in parts has several. */
export interface ReportRun extends RowSettings {
  /** ISO 8601, when it began. */
  date: string;
  /** The command as it was typed; of the page, what was chosen, in words. */
  command: string;
  /** Name of what computed, for people. */
  device: string;
  /** Program in which the instrument ran: "Node 22.1.0", or how the browser names itself. */
  environment: string;
  shard: { index: number; count: number };
  /** Number of pictures x models x sizes that fell to it, whether or not they were computed then. */
  units: number;
  models: ReportModel[];
  /** Pictures of which the very same file stands under another name: these names are not measured again. */
  copies: { name: string; sameAs: string }[];
  /** All that was asked for, whatever shard of it is this run's; missing in runs of earlier versions. */
  asked?:
    | {
        pictures: NamedPicture[];
        sizes: number[];
        /** Present where they are not those of the run: on the page a run names the models that it has opened by now. */
        models?: Pick<ReportModel, 'id' | 'sha256' | 'configSha256' | 'spot'>[];
      }
    | undefined;
  /** Files and folders that were found and not measured, and why; missing in runs of earlier versions. */
  unread?: { name: string; why: string }[];
}

export interface ReportDocument {
  /** ISO 8601, when the report was written. */
  date: string;
  /** Command of the run that wrote it. */
  command: string;
  runs: readonly ReportRun[];
  rows: readonly ReportRow[];
  /** Full sentences on what was found and is not part of it, such as rows that cannot be read. */
  notes?: readonly string[];
}
