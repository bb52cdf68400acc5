/** What a report is written from: rows, where they come from, and what is to be said about the whole. */
import type { Cell } from '../inspect/types';
import type { ReportRow, RowSettings } from './row';

export interface ReportModel {
  id: string;
  /** For people. */
  name: string;
  /** Where the file was. */
  file: string;
  sha256: string;
  configSha256: string;
  /** diffusers' fields, with its defaults filled in. */
  config: object;
  parameters: number;
  /** A known spot, which is healed in every picture. */
  spot: Cell | null;
  /** What is to be known before drawing conclusions; what the file did not say and was assumed. */
  notes: string[];
}

/** One call of the command, or one run on the page; a report that was computed in parts has several. */
export interface ReportRun extends RowSettings {
  /** ISO 8601, when it began. */
  date: string;
  /** As it was typed; of the page, what was chosen, in words. */
  command: string;
  /** What computed, for people. */
  device: string;
  /** In which the instrument ran: "Node 22.1.0", or how the browser names itself. */
  environment: string;
  shard: { index: number; count: number };
  /** How many pictures x models x sizes fell to it, whether or not they were computed then. */
  units: number;
  models: ReportModel[];
  /** Pictures of which the very same file stands under another name: these names are not measured again. */
  copies: { name: string; sameAs: string }[];
  /** Files and folders that were found and not measured, and why; missing in runs of earlier versions. */
  unread?: { name: string; why: string }[];
}

export interface ReportDocument {
  /** ISO 8601, when the report was written. */
  date: string;
  /** Of the run that wrote it. */
  command: string;
  runs: readonly ReportRun[];
  rows: readonly ReportRow[];
}

/** Each model once. */
export function modelsOf(runs: readonly ReportRun[]): ReportModel[] {
  const models = new Map<string, ReportModel>();
  for (const run of runs) for (const model of run.models) models.set(model.id, model);
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What a reader must know to be missing, full sentences. */
export function omissions({ runs, rows }: ReportDocument): string[] {
  const sentences: string[] = [];
  const expected = expectedRows(runs);
  if (rows.length < expected) {
    sentences.push(
      `${rows.length} of ${expected} measurements are here: a run was stopped or is not finished.`,
    );
  }
  for (const [count, missing] of missingShards(runs)) {
    if (missing.length > 0) sentences.push(`Not here: ${shardNames(missing)} of ${count}.`);
  }
  const failed = new Set(rows.filter(({ failure }) => failure !== null).map(({ picture }) => picture.name));
  if (failed.size > 0) {
    sentences.push(
      `${failed.size === 1 ? 'One picture was' : `${failed.size} pictures were`} not measured; see the list of pictures.`,
    );
  }
  const copies = new Map(runs.flatMap((run) => run.copies.map(({ name, sameAs }) => [name, sameAs])));
  for (const [name, sameAs] of copies)
    sentences.push(`"${name}" is the same file as "${sameAs}" and counts once.`);
  const unread = new Map(runs.flatMap((run) => (run.unread ?? []).map(({ name, why }) => [name, why])));
  for (const [name, why] of unread) sentences.push(`"${name}" was not read. ${why}`);
  if (rows.every(({ mechanism }) => !mechanism)) {
    sentences.push('The path by which changes travel (mechanism) was not measured.');
  }
  return sentences;
}

/** At least so many rows belong to these runs: of one call that went on after a stop, its units count once. */
function expectedRows(runs: readonly ReportRun[]): number {
  let most = 0;
  for (const shards of shardsByCount(runs).values()) {
    most = Math.max(
      most,
      [...shards.values()].reduce((sum, units) => sum + units, 0),
    );
  }
  return most;
}

function missingShards(runs: readonly ReportRun[]): [number, number[]][] {
  return [...shardsByCount(runs)].map(([count, shards]) => [
    count,
    Array.from({ length: count }, (_, at) => at + 1).filter((index) => !shards.has(index)),
  ]);
}

/** The units of each shard, by the number of shards. */
function shardsByCount(runs: readonly ReportRun[]): Map<number, Map<number, number>> {
  const all = new Map<number, Map<number, number>>();
  for (const { shard, units } of runs) {
    const shards = all.get(shard.count) ?? new Map<number, number>();
    shards.set(shard.index, Math.max(units, shards.get(shard.index) ?? 0));
    all.set(shard.count, shards);
  }
  return all;
}

function shardNames(indices: readonly number[]): string {
  const shown = indices.slice(0, 8).join(', ');
  const rest = indices.length > 8 ? ` and ${indices.length - 8} more` : '';
  return `${indices.length === 1 ? 'shard' : 'shards'} ${shown}${rest}`;
}
