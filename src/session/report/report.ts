/** The report over many pictures: one run at a time, its rows kept. It leaves alone what is open. */
import { fromPlain, InspectorError, toPlain } from '@/common/errors';
import type { ReportDocument } from '@/report/run';
import type { Context } from '../context';
import type { ModelLoader } from '../models/modelLoader';
import type { Sides } from '../side/sides';
import { ReportModels } from './models';
import { measureReport } from './runner';
import type { StoredRows } from './storedRows';
import { NO_REPORT, type ReportActions, type ReportRequest, type ReportState } from './types';

export interface ReportParts {
  context: Context;
  loader: ModelLoader;
  sides: Sides;
  kept: StoredRows;
}

export function createReport({ context, loader, sides, kept }: ReportParts): {
  actions: ReportActions;
  stop(): void;
} {
  const models = new ReportModels(context, loader);
  const tidy = () => loader.keepOnly([...sides.a.models, ...sides.b.models]);
  let running: AbortController | null = null;

  function put(part: Partial<ReportState>): void {
    context.set({ report: { ...context.get().report, ...part, lasting: kept.lasting } });
  }

  async function runReport(
    request: ReportRequest,
    { signal, onProgress }: Parameters<ReportActions['runReport']>[1] = {},
  ): Promise<ReportDocument> {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const show = (part: Partial<ReportState>) => {
      if (running === controller) put(part);
    };
    show({ request, running: { rows: null, fraction: 0, secondsLeft: null, doing: '' }, error: null });
    try {
      const document = await measureReport({ context, models, kept, tidy }, request, {
        signal: controller.signal,
        onProgress(progress) {
          show({ running: progress });
          onProgress?.(progress.fraction, 1);
        },
        onRows: (rows, found) => show({ document: rows, found }),
      });
      show({ running: null });
      return document;
    } catch (error) {
      const plain = toPlain(error);
      show({ running: null, error: plain.code === 'aborted' ? null : plain });
      throw error instanceof InspectorError ? error : fromPlain(plain);
    } finally {
      signal?.removeEventListener('abort', abort);
      if (running === controller) running = null;
    }
  }

  return {
    actions: {
      runReport,
      stopReport: () => running?.abort(),
      async forgetReport() {
        running?.abort();
        await kept.clear();
        put({ ...NO_REPORT, request: context.get().report.request });
      },
      isAtHand: (id) => models.isAtHand(id),
    },
    stop: () => running?.abort(),
  };
}
