/** The device and the models in it, each started or loaded once. */
import type { BackendName, DeviceReport, ModelInfo } from '../engine/protocol';
import { InspectorError } from '../errors';
import type { Context } from './context';

export class Bringup {
  private device: { backend: BackendName | undefined; report: Promise<DeviceReport> } | null = null;
  private readonly loaded = new Map<string, ModelInfo>();

  constructor(private readonly context: Context) {}

  /** Starts the device, once for each choice of backend; a failed start may be tried again. */
  start(backend: BackendName | undefined): Promise<DeviceReport> {
    const { context } = this;
    if (this.device?.backend === backend && this.device) return this.device.report;
    context.set({ device: { ...context.get().device, status: 'starting' } });
    const starting = context.activities.begin('Starting the engine');
    const report = context.engine.start({ backend }).finally(starting.end);
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
  async load(id: string, signal: AbortSignal): Promise<ModelInfo> {
    const { context } = this;
    const device = context.get().device.report?.label ?? '';
    const known = this.loaded.get(id);
    if (known) {
      context.set({ model: { status: 'ready', fraction: 1, info: known } });
      context.timings.use(device, id);
      return known;
    }
    const source = context.models.find(({ manifest }) => manifest.id === id);
    if (!source) {
      throw new InspectorError(
        'not-found',
        `There is no model "${id}".`,
        'Choose one of the models in the list.',
      );
    }
    const { info } = context.get().model;
    context.set({ model: { status: 'loading', fraction: 0, info } });
    const model = await context.engine.loadModel(source, {
      signal,
      onProgress: (fraction) => {
        if (!signal.aborted) context.set({ model: { status: 'loading', fraction, info } });
      },
    });
    this.loaded.set(id, model);
    signal.throwIfAborted();
    context.set({ model: { status: 'ready', fraction: 1, info: model } });
    context.timings.use(device, id);
    return model;
  }

  /** Frees all models but one: two large ones may not fit into the memory. */
  keepOnly(id: string): void {
    for (const other of this.loaded.keys()) {
      if (other === id) continue;
      this.loaded.delete(other);
      void this.context.engine.unloadModel({ model: other }).catch(() => {});
    }
  }
}
