/** The measurements that were asked for and are not there, one by one, and why. */

import { compareRows, type RowHead, rowKey } from './row';
import type { ReportDocument, ReportRun } from './run';
import { placeOf } from './settle';
import { planUnits } from './units';

/** A measurement that is not there. */
export interface Missing {
  picture: string;
  model: string;
  size: number;
  /** A full sentence. */
  why: string;
}

const UNFINISHED = 'A run was stopped or is not finished.';

/** Measurements asked for by all runs that say so: each picture in each model at each size, once, by its newest name. */
export function asked(runs: readonly ReportRun[]): { head: RowHead; why: string }[] {
  const units = new Map<string, { head: RowHead; why: string }>();
  for (const run of runs) {
    const { shard, asked } = run;
    if (!asked) continue;
    const models = (asked.models ?? run.models).map((about) => ({ about }));
    const plan = planUnits(run, asked.pictures, models, asked.sizes);
    for (const [at, { head }] of plan.entries()) {
      const index = (at % shard.count) + 1;
      const known = units.get(placeOf(head));
      const isOwn = index === shard.index;
      // What another run had to measure is not missing for want of a shard; a file that was replaced counts as it is now.
      const why =
        isOwn || known?.why === UNFINISHED ? UNFINISHED : `Shard ${index} of ${shard.count} is not here.`;
      units.set(placeOf(head), { head, why });
    }
  }
  // A picture that was asked for under two names is one.
  const contents = new Map<string, { head: RowHead; why: string }>();
  for (const unit of units.values()) {
    const known = contents.get(rowKey(unit.head));
    contents.set(rowKey(unit.head), known?.why === UNFINISHED ? { ...unit, why: UNFINISHED } : unit);
  }
  return [...contents.values()];
}

/** Ordered as rows are; those that failed say how. */
export function missing({ runs, rows }: Pick<ReportDocument, 'runs' | 'rows'>): Missing[] {
  const present = new Set(rows.map(rowKey));
  const lacking = asked(runs).filter(({ head }) => !present.has(rowKey(head)));
  const failed = rows.flatMap((head) => (head.failure === null ? [] : [{ head, why: head.failure }]));
  return [...lacking, ...failed]
    .sort((a, b) => compareRows(a.head, b.head))
    .map(({ head, why }) => ({ picture: head.picture.name, model: head.model.id, size: head.size, why }));
}

/** "mini-clean at 128 pixels: a.png, b.png. A run was stopped or is not finished.": one sentence a model, size and reason. */
export function missingWords(all: readonly Missing[]): string[] {
  const groups = new Map<string, Missing[]>();
  for (const each of all) {
    const key = JSON.stringify([each.model, each.size, each.why]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const [{ model, size, why }] = group;
    return `${model} at ${size} pixels: ${namesOf(group.map(({ picture }) => picture))}. ${why}`;
  });
}

/** So many pictures are named in a sentence; all of them are in the JSON. */
const NAMED = 12;

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}
