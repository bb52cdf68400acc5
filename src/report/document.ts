/** Sources of a written report: rows, where they come from, and what is to be said about the whole. */

import { asked, missing, missingWords } from './missing';
import type { ReportRow } from './row';
import type { ReportDocument, ReportModel, ReportRun } from './run';

/** Each model once. */
export function modelsOf(runs: readonly ReportRun[]): ReportModel[] {
  const models = new Map<string, ReportModel>();
  for (const run of runs) for (const model of run.models) models.set(model.id, model);
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Full sentences on what a reader must know to be missing. */
export function omissions({ runs, rows }: ReportDocument): string[] {
  const sentences: string[] = [];
  const told = missing({ runs, rows });
  const wanted = asked(runs).length;
  // Of runs that do not say what they were asked for, only how much it was at least.
  const estimated = runs.some((run) => run.asked === undefined) ? expectedRows(runs) : 0;
  const measured = rows.filter(({ failure }) => failure === null).length;
  const expected = Math.max(wanted, estimated);
  if (rows.length < estimated && wanted < estimated) {
    sentences.push(
      `${rows.length} of ${expected} measurements are here: a run was stopped or is not finished.`,
    );
  } else if (measured < wanted) {
    sentences.push(`${measured} of ${wanted} measurements are here.`);
  }
  for (const [, group] of groupsByModels(runs.filter((run) => run.asked === undefined))) {
    for (const [count, absent] of missingShards(group)) {
      if (absent.length > 0) sentences.push(`Not here: ${shardNames(absent)} of ${count}.`);
    }
  }
  const failed = picturesWithout(rows);
  if (failed > 0) {
    sentences.push(
      `${failed === 1 ? 'One picture was' : `${failed} pictures were`} not measured; see the list of pictures.`,
    );
  }
  sentences.push(...missingWords(told));
  const copies = new Map(runs.flatMap((run) => run.copies.map(({ name, sameAs }) => [name, sameAs])));
  for (const [name, sameAs] of copies)
    sentences.push(`"${name}" is the same file as "${sameAs}" and counts once.`);
  const unread = new Map(runs.flatMap((run) => (run.unread ?? []).map(({ name, why }) => [name, why])));
  for (const [name, why] of unread) sentences.push(`"${name}" was not read. ${why}`);
  if (rows.every(({ mechanism }) => !mechanism)) {
    sentences.push('The path by which changes travel (mechanism) was not measured.');
  }
  return [...new Set(sentences)];
}

/** Number of pictures that could not be measured in any model at any size. */
function picturesWithout(rows: readonly ReportRow[]): number {
  const measured = new Set<string>();
  for (const { picture, failure } of rows) if (failure === null) measured.add(picture.name);
  return new Set(rows.map(({ picture }) => picture.name).filter((name) => !measured.has(name))).size;
}

/**
 * Least number of rows that belong to these runs: of each model the largest of the sets that were measured in it, for a call that
 * went on after a stop counts once.
 */
function expectedRows(runs: readonly ReportRun[]): number {
  const most = new Map<string, number>();
  for (const [models, group] of groupsByModels(runs)) {
    for (const shards of shardsByCount(group).values()) {
      const units = [...shards.values()].reduce((sum, each) => sum + each, 0);
      for (const id of models) most.set(id, Math.max(most.get(id) ?? 0, units / models.length));
    }
  }
  return Math.floor([...most.values()].reduce((sum, units) => sum + units, 0));
}

/** The runs that measured in the same models, by the ids of these. */
function groupsByModels(runs: readonly ReportRun[]): [string[], ReportRun[]][] {
  const groups = new Map<string, ReportRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.models.map(({ id }) => id).sort());
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, group]) => [JSON.parse(key), group]);
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
