/**
 * The worker's side of the engine: answers the calls of `protocol.ts` with one backend, one scheduler and the models
 * and studies on it. What fails for good (a lost device, a full heap) is reported with its code; the client then
 * replaces the worker, so nothing here recovers.
 */
import * as tf from '@tensorflow/tfjs-core';
import { fromPlain, InspectorError, toPlain } from '@/common/errors';
import { aborted, type HandlerRun, type Handlers, type Port, type Server, serve } from '@/common/rpc';
import { listStored, removeStored } from '@/models/stores/stored';
import { startBackend, stopBackend } from '../backends';
import type { LiveBackend } from '../backends/live';
import { holdLifeline } from '../client/lifeline';
import { layerDeadline } from '../device/deadlines';
import { adapterOf, deviceLabel, deviceReason, planDevice, whyFewerThreads } from '../device/device';
import { probeMachine } from '../device/probe';
import { selfTest } from '../device/selfTest';
import { startFirstBackend } from '../device/startFirstBackend';
import type { DeviceReport, ModelInfo, ModelSource, WorkerCalls, WorkerEvents } from '../protocol';
import { plannedSizes } from './capacity';
import { Claims } from './claims';
import { macrotask } from './macrotask';
import { type ModelDownload, type OpenedModel, openModel } from './opening';
import { Recheck } from './recheck';
import { Scheduler } from './scheduler';
import { Studies } from './studies';

interface Started {
  report: DeviceReport;
  backend: LiveBackend;
  studies: Studies;
}

/** Parts of the host, so that tests can put a machine or a loader of their own in its place. */
export interface HostParts {
  probe: typeof probeMachine;
  startBackend: typeof startBackend;
  stopBackend: typeof stopBackend;
  selfTest: typeof selfTest;
  open: typeof openModel;
  listStored: typeof listStored;
  removeStored: typeof removeStored;
}

/** Answers on `port` for as long as the worker lives. */
export function host(port: Port, replaced: Partial<HostParts> = {}): void {
  const parts: HostParts = {
    probe: probeMachine,
    startBackend,
    stopBackend,
    selfTest,
    open: openModel,
    listStored,
    removeStored,
    ...replaced,
  };
  const scheduler = new Scheduler(macrotask);
  let starting: Promise<Started> | null = null;
  const claims = new Claims();
  const downloads = new Map<string, Pick<ModelDownload, 'pause'>>();

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
    async start(args) {
      starting ??= start(args, scheduler, parts, server);
      return (await starting).report;
    },
    loadModel({ parts: halves = ['encoder'], ...source }, run) {
      const { id } = source.manifest;
      return onDevice(async ({ studies }) => {
        const begin = performance.now();
        const before = openingShare(source);
        const { claim, isFirst } = claims.on(
          id,
          (all) => openInto(studies, source, all),
          (reason) => studies.removeModel(id, reason),
        );
        return claim.wait(run, async () => {
          await studies.loadParts(id, halves, run.signal, (fraction) => {
            if (isFirst)
              claim.run.onProgress(before + (1 - before) * fraction, `loading ${source.manifest.name}`);
          });
          // While weights are uploaded hardly a message gets in: an abort may be heard only now.
          await macrotask();
          const info = studies.requireInfo(id);
          if (isFirst) info.loadMilliseconds = performance.now() - begin;
          return info;
        });
      });
    },
    async unloadModel({ model }) {
      return onDevice(async () => {
        await claims.end(model);
        return null;
      });
    },
    async steerTransfer({ model, paused }) {
      downloads.get(model)?.pause(paused);
      return null;
    },
    stored: () => parts.listStored(),
    removeStored: ({ key }) => parts.removeStored(key),
    open: (args, run) => onDevice(({ studies }) => studies.open(args, run)),
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
    base: (args, run) => onDevice(({ studies }) => studies.base(args, run)),
    edited: (args, run) => onDevice(({ studies }) => studies.edited(args, run)),
    control: ({ study, edits, radius }, run) =>
      onDevice(({ studies }) => studies.control(study, edits, radius, run)),
    decode: ({ model, latent }, run) => onDevice(({ studies }) => studies.decode(model, latent, run)),
    experiment: (args, run) => onDevice(({ studies }) => studies.experiment(args, run)),
    measureDevice: (args, run) =>
      onDevice(async ({ studies, report }) => ({ ...(await studies.measure(args, run)), device: report })),
  };
  const server = serve<WorkerCalls, WorkerEvents>(port, handlers);

  /** Opens a model's file and enters the model; its download, if there is one, goes on by itself. */
  async function openInto(studies: Studies, source: ModelSource, run: HandlerRun): Promise<void> {
    const { id, name } = source.manifest;
    let isOver = false;
    let isClosed = false;
    const opened = await parts
      .open(source, {
        signal: run.signal,
        onProgress: (fraction) => run.onProgress(openingShare(source) * fraction, `loading ${name}`),
        onTransfer: (transfer) => {
          if (!isOver) server.emit('transfer', { model: id, transfer });
        },
        onNotice: (notice) => server.emit('notice', { model: id, notice }),
        onAsking: (tryNow) => {
          if (!isOver) downloads.set(id, { pause: (paused) => paused || tryNow() });
        },
        onDownload: (download) => follow(download),
      })
      .catch((error) => {
        isOver = true;
        downloads.delete(id);
        server.emit('transfer', { model: id, transfer: null });
        throw error;
      });
    const { file, download } = opened;
    const end = () => {
      isOver = true;
      isClosed = true;
      downloads.delete(id);
      opened.close();
    };
    if (run.signal.aborted) {
      end();
      file.dispose();
      throw aborted();
    }
    studies.addModel(infoOf(source, opened), file, end);
    for (const notice of file.choices) server.emit('notice', { model: id, notice });
    downloads.delete(id);
    if (download) follow(download);

    function follow(download: ModelDownload): void {
      // A file that was open may be followed once more; one that was closed is not.
      if (isClosed) return;
      isOver = false;
      downloads.set(id, download);
      // What was followed before it has nothing more to say: the newer one has.
      const isReplaced = () => downloads.has(id) && downloads.get(id) !== download;
      download.whole.then(
        () => {
          if (isOver || isReplaced()) return;
          isOver = true;
          downloads.delete(id);
          const provenance = opened.provenance();
          studies.requireInfo(id).provenance = provenance;
          server.emit('transfer', { model: id, transfer: null, provenance });
        },
        (thrown) => {
          if (isReplaced()) return;
          const wasOver = isOver;
          isOver = true;
          downloads.delete(id);
          if (wasOver) server.emit('transfer', { model: id, transfer: null });
          else {
            const error = toPlain(thrown);
            void claims.end(id, fromPlain(error));
            server.emit('transfer', { model: id, transfer: null, error });
          }
        },
      );
    }
  }
}

/** Share of a loading's progress that is over when the file is open: what lies beside the page is downloaded first, whole. */
function openingShare({ manifest }: ModelSource): number {
  return manifest.kind === 'embedded' ? 0.8 : 0;
}

function infoOf({ manifest }: ModelSource, { file, provenance }: OpenedModel): ModelInfo {
  const { config, factor, parameterCount } = file.network;
  return {
    id: manifest.id,
    name: manifest.name,
    config,
    factor,
    parameters: parameterCount,
    memory: plannedSizes(config),
    loadMilliseconds: 0,
    layout: file.layout,
    dtypes: file.dtypes,
    assumptions: [...file.assumptions],
    scalingAssumed: file.scalingAssumed,
    provenance: provenance(),
  };
}

async function start(
  {
    backend: wanted,
    precision: wantedPrecision,
    recheck: every = 0,
    excluded,
    only,
    lifeline,
  }: WorkerCalls['start']['args'],
  scheduler: Scheduler,
  parts: HostParts,
  server: Server<WorkerEvents>,
): Promise<Started> {
  tf.enableProdMode();
  // Beside all else: it must not make the start wait.
  if (lifeline) void holdLifeline(lifeline).then((holds) => holds && server.emit('holding', {}));
  const probe = await parts.probe();
  const plan = planDevice(probe.facts, wanted, excluded, only);
  const up = await startFirstBackend(plan.order, {
    trying: (backend) => server.emit('trying', { backend }),
    start: (backend) => parts.startBackend(backend, probe, wanted),
    stop: parts.stopBackend,
    test: parts.selfTest,
  });
  const rejected = [...plan.rejected, ...up.rejected];
  const precision = up.live.keepsFloat16 && wantedPrecision === 'half' ? 'half' : 'single';
  // Others need not give the same numbers twice.
  const recheck =
    every > 0 && up.backend === 'wasm'
      ? new Recheck(every, (error) => server.emit('rechecked', { error: error && toPlain(error) }))
      : null;
  const label = deviceLabel(up.backend, probe.facts, up.live.threads, up.live.name, precision);
  const deadline = layerDeadline(up.backend, label);
  return {
    backend: up.live,
    studies: new Studies(scheduler, up.live, precision, recheck, deadline),
    report: {
      backend: up.backend,
      label,
      reason: [deviceReason(up.backend, probe.facts, rejected, wanted), whyFewerThreads(probe.facts, up.live)]
        .filter((sentence) => sentence !== null)
        .join(' '),
      precision,
      threads: up.live.threads,
      kernels: {
        name: up.live.kernels ?? up.backend,
        threads: up.live.threads,
        adapter: adapterOf(up.backend, probe.facts, up.live.name),
      },
      rejected,
      selfTest: up.selfTest,
    },
  };
}
