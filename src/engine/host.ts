/**
 * The worker's side of the engine: answers the calls of `protocol.ts` with one backend, one scheduler and the models
 * and studies on it. What fails for good (a lost device, a full heap) is reported with its code; the client then
 * replaces the worker, so nothing here recovers.
 */
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '../errors';
import type { AutoencoderKL } from '../vae/autoencoder';
import { loadManifest } from '../weights/load';
import { startBackend, stopBackend } from './backends';
import type { LiveBackend } from './backends/live';
import { bringUp } from './bringup';
import { aborted, type HandlerRun, type Handlers, type Port, type Server, serve } from './channel';
import { deviceLabel, deviceReason, planDevice } from './device';
import { macrotask } from './macrotask';
import { probeMachine } from './probe';
import type { DeviceReport, ModelInfo, ModelSource, WorkerCalls, WorkerEvents } from './protocol';
import { Scheduler } from './scheduler';
import { selfTest } from './selftest';
import { Studies } from './studies';

interface Started {
  report: DeviceReport;
  backend: LiveBackend;
  studies: Studies;
}

/** What the host is made of, so that tests can put a machine or a loader of their own in its place. */
export interface HostParts {
  probe: typeof probeMachine;
  startBackend: typeof startBackend;
  stopBackend: typeof stopBackend;
  selfTest: typeof selfTest;
  load(source: ModelSource, run: HandlerRun): Promise<AutoencoderKL>;
}

/** Answers on `port` for as long as the worker lives. */
export function host(port: Port, replaced: Partial<HostParts> = {}): void {
  const parts: HostParts = {
    probe: probeMachine,
    startBackend,
    stopBackend,
    selfTest,
    load: loadWeights,
    ...replaced,
  };
  const scheduler = new Scheduler(macrotask);
  let starting: Promise<Started> | null = null;
  const loading = new Map<string, Promise<ModelInfo>>();

  /** Does `work` with what was started, and tells the device's failures from the caller's. */
  async function onDevice<T>(work: (started: Started) => T | Promise<T>): Promise<T> {
    if (!starting) throw new InspectorError('internal', 'The engine was not started.');
    const started = await starting;
    const { backend } = started;
    try {
      backend.check();
      return await work(started);
    } catch (error) {
      // A device reports its end beside the computation, and maybe a little later.
      await macrotask();
      backend.check();
      throw backend.explain(error) ?? error;
    }
  }

  const handlers: Handlers<WorkerCalls> = {
    async start({ backend, excluded }) {
      starting ??= start(backend, excluded, scheduler, parts, server);
      return (await starting).report;
    },
    loadModel(source, run) {
      const { id } = source.manifest;
      return onDevice(({ studies }) => {
        const loaded = studies.model(id);
        if (loaded) return loaded;
        const loadingNow =
          loading.get(id) ?? loadInto(studies, parts.load, source, run).finally(() => loading.delete(id));
        loading.set(id, loadingNow);
        return loadingNow;
      });
    },
    async unloadModel({ model }) {
      return onDevice(async ({ studies }) => {
        await loading.get(model)?.catch(() => {});
        studies.removeModel(model);
        return null;
      });
    },
    open: ({ study, model, picture }, run) =>
      onDevice(({ studies }) => studies.open(study, model, picture, run)),
    async restore({ study, model, mean }) {
      return onDevice(({ studies }) => {
        studies.restore(study, model, mean);
        return null;
      });
    },
    close: ({ study }) =>
      onDevice(({ studies }) => {
        studies.close(study);
        return null;
      }),
    base: ({ study }, run) => onDevice(({ studies }) => studies.base(study, run)),
    edited: ({ study, edits, radius }, run) =>
      onDevice(({ studies }) => studies.edited(study, edits, radius, run)),
    control: ({ study, edits, radius }, run) =>
      onDevice(({ studies }) => studies.control(study, edits, radius, run)),
    decode: ({ model, latent }, run) => onDevice(({ studies }) => studies.decode(model, latent, run)),
  };
  const server = serve<WorkerCalls, WorkerEvents>(port, handlers);
}

async function start(
  wanted: WorkerCalls['start']['args']['backend'],
  excluded: WorkerCalls['start']['args']['excluded'],
  scheduler: Scheduler,
  parts: HostParts,
  server: Server<WorkerEvents>,
): Promise<Started> {
  tf.enableProdMode();
  const probe = await parts.probe();
  const plan = planDevice(probe.facts, wanted, excluded);
  const up = await bringUp(plan.order, {
    trying: (backend) => server.emit('trying', { backend }),
    start: (backend) => parts.startBackend(backend, probe),
    stop: parts.stopBackend,
    test: parts.selfTest,
  });
  const rejected = [...plan.rejected, ...up.rejected];
  return {
    backend: up.live,
    studies: new Studies(scheduler, up.live),
    report: {
      backend: up.backend,
      label: deviceLabel(up.backend, probe.facts, up.live.threads, up.live.name),
      reason: deviceReason(up.backend, probe.facts, rejected, wanted),
      threads: up.live.threads,
      rejected,
      selfTest: up.selfTest,
    },
  };
}

async function loadInto(
  studies: Studies,
  load: HostParts['load'],
  source: ModelSource,
  run: HandlerRun,
): Promise<ModelInfo> {
  const begin = performance.now();
  const network = await load(source, run);
  // While the weights were uploaded no message got in: an abort is heard only now, and nobody waits for them any more.
  await macrotask();
  if (run.signal.aborted) {
    network.dispose();
    throw aborted();
  }
  const info: ModelInfo = {
    id: source.manifest.id,
    name: source.manifest.name,
    config: network.config,
    factor: network.factor,
    parameters: network.parameterCount,
    loadMilliseconds: performance.now() - begin,
  };
  studies.addModel(info, network);
  return info;
}

function loadWeights(
  { manifest, base }: ModelSource,
  { signal, onProgress }: HandlerRun,
): Promise<AutoencoderKL> {
  return loadManifest(manifest, base, {
    signal,
    onProgress: (fraction) => onProgress(fraction, `loading ${manifest.name}`),
  });
}
