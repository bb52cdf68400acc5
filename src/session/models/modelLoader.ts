/** The device and the models in it, each started or loaded once. */

import { InspectorError } from '@/common/errors';
import type { BackendName } from '@/engine/backends/name';
import type { DeviceReport, ModelInfo, ModelPart } from '@/engine/protocol';
import type { Context } from '../context';
import type { ModelState } from '../types';

export interface LoadOptions {
  signal: AbortSignal;
  /** The halves that are wanted first; the encoder, if it is not said. */
  parts?: readonly ModelPart[];
  /** Told how far it is. `info` is left out until it is known. */
  report(state: Pick<ModelState, 'status' | 'fraction'> & { info?: ModelInfo }): void;
}

export class ModelLoader {
  private device: { backend: BackendName | undefined; report: Promise<DeviceReport> } | null = null;
  private readonly loaded = new Map<string, ModelInfo>();
  /** Models that long work needs, whatever is opened meanwhile. */
  private readonly held = new Set<{ id: string }>();

  constructor(private readonly context: Context) {}

  /** Starts the device, once for each choice of backend; a failed start may be tried again. */
  start(backend: BackendName | undefined): Promise<DeviceReport> {
    const { context } = this;
    if (this.device?.backend === backend && this.device) return this.device.report;
    context.set({ device: { ...context.get().device, status: 'starting' } });
    const starting = context.activities.begin('Starting the engine');
    const report = context.engine
      .start({ backend, precision: context.precision, recheck: context.recheck })
      .finally(starting.end);
    const device = { backend, report };
    this.device = device;
    report.then(
      (result) => {
        if (this.device === device) context.set({ device: { status: 'ready', report: result } });
      },
      () => {
        if (this.device !== device) return;
        this.device = null;
        context.set({ device: { ...context.get().device, status: 'failed' } });
      },
    );
    return report;
  }

  /**
   * Loads a model, unless it is there.
   * @throws InspectorError `not-found` for an unknown id, and whatever loading meets
   */
  async load(id: string, { signal, parts, report }: LoadOptions): Promise<ModelInfo> {
    const { context } = this;
    const known = this.loaded.get(id);
    if (known) {
      report({ status: 'ready', fraction: 1, info: known });
      return known;
    }
    const source = context.models.find(id);
    if (!source) {
      throw new InspectorError(
        'not-found',
        `There is no model "${id}".`,
        'Choose one of the models in the list.',
      );
    }
    report({ status: 'loading', fraction: 0 });
    const info = await context.engine.loadModel(parts ? { ...source, parts } : source, {
      signal,
      onProgress: (fraction) => {
        if (!signal.aborted) report({ status: 'loading', fraction });
      },
    });
    this.loaded.set(id, info);
    context.models.list(id);
    signal.throwIfAborted();
    report({ status: 'ready', fraction: 1, info });
    return info;
  }

  /** All that is known of a model; null where it is not loaded. */
  info(id: string): ModelInfo | null {
    return this.loaded.get(id) ?? null;
  }

  /** Keeps a model from being freed until the returned function is called. */
  hold(id: string): () => void {
    const hold = { id };
    this.held.add(hold);
    return () => this.held.delete(hold);
  }

  /** Takes over what is newly known of a loaded model's file. */
  learn(id: string, provenance: ModelInfo['provenance']): void {
    const info = this.loaded.get(id);
    if (info) this.loaded.set(id, { ...info, provenance });
  }

  /** The engine has unloaded a model by itself. False where it was not there. */
  lost(id: string): boolean {
    return this.loaded.delete(id);
  }

  /** Frees all models but these and those that are held: what is not needed may not fit into the memory beside them. */
  keepOnly(ids: readonly string[]): void {
    const kept = new Set([...ids, ...[...this.held].map(({ id }) => id)]);
    for (const other of this.loaded.keys()) {
      if (kept.has(other)) continue;
      this.loaded.delete(other);
      void this.context.engine.unloadModel({ model: other }).catch(() => {});
    }
  }
}
