/** One run of a report: what is kept is taken, the rest is measured, row by row, one model after the other. */

import { InspectorError } from '@/common/errors';
import { NUMERICS, numericsChanges } from '@/common/numerics';
import { fromBrowser } from '@/models/stores/browser';
import { withEmptyFar } from '@/report/emptyFar';
import { encodedRow } from '@/report/encoder';
import { failedRow, type ReportRow, type RowSettings } from '@/report/row';
import type { ReportDocument, ReportModel, ReportRun } from '@/report/run';
import { REPORT_RADIUS, rowWork } from '@/report/units';
import { version } from '../../../package.json';
import type { Context } from '../context';
import { closeStudy } from '../side/study';
import { ReportClock } from './clock';
import type { IdentifiedModel, ReportModels } from './models';
import { earlierKeys, keptKey, type PageUnit, type Plan, planReport } from './plan';
import { readKept, readKeptRun } from './readKept';
import type { StoredRow, StoredRows } from './storedRows';
import type { ReportProgress, ReportRequest } from './types';

export interface RunnerParts {
  context: Context;
  models: ReportModels;
  kept: StoredRows;
  /** Frees the models that nobody uses any more. */
  tidy(): void;
}

export interface RunnerOptions {
  signal: AbortSignal;
  onProgress(progress: ReportProgress): void;
  /** Called when the kept rows are known, if there are any, and after each row. */
  onRows(document: ReportDocument, found: number): void;
}

/** @throws InspectorError as `runReport` says */
export async function measureReport(
  parts: RunnerParts,
  request: ReportRequest,
  options: RunnerOptions,
): Promise<ReportDocument> {
  const device = parts.context.get().device.report;
  if (!device) {
    throw new InspectorError(
      'not-found',
      'The engine is not ready yet.',
      'Wait until it is, then run again.',
    );
  }
  const settings: RowSettings = {
    version,
    numerics: NUMERICS,
    backend: device.backend,
    radius: REPORT_RADIUS,
    mechanism: request.mechanism,
  };
  const plan = await planReport(request, settings, parts.models, {
    signal: options.signal,
    onDoing: (doing) => options.onProgress({ rows: null, fraction: 0, secondsLeft: null, doing }),
  });
  const runner = new ReportRunner(parts, options, plan, {
    ...settings,
    date: new Date().toISOString(),
    command: wordsOf(request),
    device: device.label,
    environment: fromBrowser((browser) => browser.navigator?.userAgent) ?? 'unknown',
    shard: { index: 1, count: 1 },
    units: plan.units.length,
    models: [],
    copies: plan.copies,
  });
  try {
    return await runner.run();
  } finally {
    parts.tidy();
  }
}

class ReportRunner {
  private readonly rows = new Map<PageUnit, ReportRow>();
  /** The runs that the rows come from, by key. */
  private readonly runs = new Map<string, ReportRun>();
  private readonly key: string;
  /** Full sentences on what was kept and is not used. */
  private readonly notes: string[] = [];
  private found = 0;

  constructor(
    private readonly parts: RunnerParts,
    private readonly options: RunnerOptions,
    private readonly plan: Plan,
    private readonly own: ReportRun,
  ) {
    this.key = `run ${own.date}`;
  }

  async run(): Promise<ReportDocument> {
    await this.takeKept();
    const { units } = this.plan;
    const left = units.filter((unit) => !this.rows.has(unit));
    const clock = new ReportClock(workOf(units), workOf(units) - workOf(left));
    for (const model of new Set(left.map((unit) => unit.model))) {
      const own = left.filter((unit) => unit.model === model);
      await this.measureAll(model, own, clock);
    }
    return this.document();
  }

  private async takeKept(): Promise<void> {
    const { kept } = this.parts;
    const { units, copies } = this.plan;
    const keyed = units.map((unit) => ({ unit, key: keptKey(unit.head) }));
    const found = await kept.rows(keyed.map(({ key }) => key));
    this.options.signal.throwIfAborted();
    const runKeys = new Set<string>();
    for (const [at, { unit, key }] of keyed.entries()) {
      if (found[at] === undefined) continue;
      const known = await this.usable(found[at], key, unit);
      // What could not be read, or failed, is tried again.
      if (!known || unit.head.picture.sha256 === null || known.row.failure !== null) continue;
      // The same content may have had another name then; another version may have measured the same numbers.
      const { version } = known.row;
      this.rows.set(unit, withEmptyFar({ ...known.row, ...unit.head, version }));
      runKeys.add(known.run);
    }
    this.found = this.rows.size;
    await this.tellEarlier();
    if (this.found === 0) return;
    const ofRuns = [...runKeys];
    const keptRuns = await kept.runs(ofRuns);
    for (const [at, key] of ofRuns.entries()) {
      const run = readKeptRun(keptRuns[at]);
      // A run over more pictures counts here as one over these.
      if (run) this.runs.set(key, { ...run, units: units.length, copies, models: this.chosen(run) });
    }
    this.options.onRows(this.document(), this.found);
  }

  /** Reads the row that is kept under a key; null for what cannot be used, which is put aside and said. */
  private async usable(value: unknown, key: string, { head, model }: PageUnit): Promise<StoredRow | null> {
    try {
      return readKept(value, key);
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      await this.parts.kept.setAside(key);
      this.notes.push(
        `What this browser kept of ${head.picture.name} (${model.name}, ${head.size} px) is not used, and is measured again: ${error.message}.`,
      );
      return null;
    }
  }

  /** Numbers of earlier numerics versions stay where they are, and are not put beside those of this one. */
  private async tellEarlier(): Promise<void> {
    const left = this.plan.units.filter((unit) => !this.rows.has(unit));
    const keys = left.map(({ head }) => earlierKeys(head));
    const found = await this.parts.kept.rows(keys.flat());
    this.options.signal.throwIfAborted();
    const each = keys[0]?.length ?? 0;
    const isThere = (at: number) =>
      found.slice(at * each, (at + 1) * each).some((value) => value !== undefined);
    const count = left.filter((_, at) => isThere(at)).length;
    if (count === 0) return;
    const [were, are] = count === 1 ? ['result was', 'It is'] : ['results were', 'They are'];
    this.notes.push(
      `${count} ${were} kept in this browser by an earlier numerics version. ${numericsChanges(1, NUMERICS)} ${are} measured again; the older ones stay until you delete what is kept.`,
    );
  }

  /** The models of an earlier run that are the same files as those of this one. */
  private chosen({ models }: ReportRun): ReportModel[] {
    const shas = new Map(this.plan.units.map(({ model: { about } }) => [about.id, about.sha256]));
    return models.filter(({ id, sha256 }) => shas.get(id) === sha256);
  }

  private async measureAll(
    model: IdentifiedModel,
    units: readonly PageUnit[],
    clock: ReportClock,
  ): Promise<void> {
    const { parts, options } = this;
    const { signal } = options;
    options.onProgress(this.progress(clock.read(), `loading ${model.name}`));
    const { about, letGo } = await parts.models.open(model.about.id, signal);
    try {
      this.own.models.push(about);
      this.runs.set(this.key, this.own);
      for (const unit of units) {
        const label = `${model.name}, ${unit.head.size} px, ${unit.head.picture.name}`;
        options.onProgress(this.progress(clock.read(), label));
        const row = await this.measure(unit, (part, doing) =>
          options.onProgress(this.progress(clock.read(part, workOf([unit])), `${label}: ${doing}`)),
        );
        clock.finished(workOf([unit]));
        await this.add(unit, row);
      }
    } finally {
      letGo();
      parts.tidy();
    }
  }

  private async add(unit: PageUnit, row: ReportRow): Promise<void> {
    this.checkBackend();
    this.rows.set(unit, row);
    if (row.picture.sha256 !== null) {
      await this.parts.kept.add(keptKey(unit.head), { row, run: this.key }, this.own);
    }
    this.options.onRows(this.document(), this.found);
  }

  /** A picture that cannot be measured is a row that says so. */
  private async measure(
    { head, picture, model }: PageUnit,
    onProgress: (part: number, doing: string) => void,
  ): Promise<ReportRow> {
    const { context } = this.parts;
    const { signal } = this.options;
    const { id } = model.about;
    try {
      const source = await context.readPicture(picture.file, signal);
      try {
        const { pixels, notices } = await source.fit(head.size, signal);
        const { study, posterior } = await context.engine.open(
          { model: id, picture: pixels, priority: 'background' },
          { signal },
        );
        closeStudy(context, study);
        const known = { sourceSide: source.side, notices };
        try {
          const measures = await context.engine.experiment(
            {
              name: 'report',
              options: { named: head.named, withMechanism: head.mechanism },
              model: id,
              picture: pixels,
              posterior,
              edits: [],
              radius: head.radius,
            },
            { signal, onProgress },
          );
          const { kernels } = context.get().device.report ?? {};
          return { ...head, kernels, ...known, measures, failure: null };
        } catch (error) {
          const row = encodedRow(head, posterior, known, error);
          if (!row) throw error;
          return row;
        }
      } finally {
        source.close();
      }
    } catch (error) {
      const row = failedRow(head, error);
      if (!row) throw error;
      return row;
    }
  }

  /** Rows of two backends never stand in one report. */
  private checkBackend(): void {
    const { report } = this.parts.context.get().device;
    if (report?.backend === this.own.backend) return;
    throw new InspectorError(
      'device-lost',
      `The computation moved to ${report?.label ?? 'another device'}, and a report is of one device.`,
      'Run it again: it then measures all of them there.',
    );
  }

  private progress(
    { fraction, secondsLeft }: ReturnType<ReportClock['read']>,
    doing: string,
  ): ReportProgress {
    const rows = { done: this.rows.size, total: this.plan.units.length };
    return { rows, fraction, secondsLeft, doing };
  }

  /** The pictures, models and sizes that are asked for now, whichever run measured them. */
  private asked(): ReportRun['asked'] {
    const { units } = this.plan;
    const pictures = [...new Set(units.map(({ picture }) => picture))];
    return {
      pictures: pictures.map(({ name, sha256 }) => ({ name, sha256 })),
      sizes: [...new Set(units.map(({ head }) => head.size))],
      models: [...new Set(units.map(({ model }) => model.about))],
    };
  }

  /** Report with the rows that are there by now, in the order of the plan. */
  private document(): ReportDocument {
    return {
      date: new Date().toISOString(),
      command: this.own.command,
      runs: [...this.runs.values()].map((run) => ({ ...run, models: [...run.models], asked: this.asked() })),
      rows: this.plan.units.flatMap((unit) => this.rows.get(unit) ?? []),
      notes: [...this.notes],
    };
  }
}

function workOf(units: readonly PageUnit[]): number {
  return units.reduce((sum, { head, model }) => sum + rowWork(head.size, model.numbers), 0);
}

/** "On the page: 12 pictures; mini-planted, mini-clean; 256, 512 pixels; with the mechanism". */
function wordsOf({ pictures, models, sizes, mechanism }: ReportRequest): string {
  const count = `${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}`;
  return `On the page: ${count}; ${models.join(', ')}; ${sizes.join(', ')} pixels; ${mechanism ? 'with' : 'without'} the mechanism`;
}
