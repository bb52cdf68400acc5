/** The store of one inspector. Each has its own, so several can live on one page. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { fromPlain, InspectorError } from '@/common/errors';
import type { Engine, ModelSource } from '@/engine/protocol';
import type { RecordingSource } from '@/formats/recording/pictures';
import { clampCell } from '@/latent/geometry';
import { createChoosing } from './choosing';
import { createContext } from './context';
import { DecodeQueue } from './decodeQueue';
import { createEditing } from './editing';
import { Example } from './example/example';
import { RecordedEngine } from './example/recordedEngine';
import { createExperiments } from './experiments';
import { createGuide } from './guide/guide';
import type { Address } from './link/address';
import { isBare, type Link, readLink, writeLink } from './link/link';
import { openingView } from './link/opening';
import { askedOf, createSharing } from './link/sharing';
import { createMeasure } from './measure/measure';
import { NO_MEASURE } from './measure/types';
import { DownloadPrompt } from './models/downloadPrompt';
import { fileHash } from './models/fileHash';
import { ModelLoader } from './models/modelLoader';
import { Models } from './models/models';
import { ownFilesOf } from './models/ownFiles';
import { createTransfers } from './models/transfers';
import type { PictureReader } from './pictures/pictures';
import { createRecording } from './recording/action';
import { createReport } from './report/report';
import { browserRows, type StoredRows } from './report/storedRows';
import { NO_REPORT } from './report/types';
import { OpenSide } from './side/openSide';
import { emptySide } from './side/side';
import { SideA } from './side/sideA';
import { SideB } from './side/sideB';
import { SideSync } from './side/sideSync';
import type { Sides } from './side/sides';
import type { TimingsStorage } from './timings';
import type { InspectorStore, StartingPicture, View } from './types';
import { isSize, UNITS } from './view';

export interface InspectorStoreOptions {
  /** Not disposed of by the store: who makes it ends it. */
  engine: Engine;
  /** Models, at least one; the first is the default. */
  models: readonly ModelSource[];
  pictures: readonly StartingPicture[];
  readPicture: PictureReader;
  /** Shown at once, before `start`, unless the link or `view` asks for something else. */
  example?: RecordingSource | undefined;
  /** The same of the model beside it, on the same picture, with the same cells. */
  exampleBeside?: RecordingSource | undefined;
  /** The store in which measured durations are remembered between visits. */
  storage?: TimingsStorage | undefined;
  /** The store in which rows of reports are kept; the browser's own, if it is not said. */
  reportRows?: StoredRows | undefined;
  /** Gives the store an address to read its view from and to keep it in. At most one store of a page may have it. */
  address?: Address | undefined;
  /** True where an address that asks for nothing opens the guide, and not the bench. */
  guide?: boolean | undefined;
  /** The parts of the view to open instead of the defaults; a link in `address` wins. */
  view?: Partial<View> | undefined;
  /** The address of the model hub instead of the one that the models name; a link in `address` wins. */
  hub?: string | undefined;
  /** The address of a picture to open instead of the view's, which then stands in if it cannot be opened. */
  image?: string | undefined;
}

/**
 * Makes the store of one inspector. Nothing is computed before `start`.
 *
 * @example
 * const store = createInspectorStore({ engine, models, pictures, readPicture });
 * await store.getState().start();
 * store.getState().select({ row: 12, col: 30 });
 * store.getState().poke();
 */
export function createInspectorStore(options: InspectorStoreOptions): StoreApi<InspectorStore> {
  const { engine, pictures, address } = options;
  if (options.models.length === 0) throw new InspectorError('not-found', 'No model was given.');
  const { search = '', hash = '' } = address?.read() ?? {};
  const link: Link = address ? readLink(search, hash) : { view: {}, problems: [] };
  if (options.guide && isBare(search, hash)) link.view.step = 0;

  const models = new Models(atHub(options.models, link.hub ?? options.hub), (manifests) =>
    set({ models: manifests }),
  );
  const store = createStore<InspectorStore>(() => ({}) as InspectorStore);
  const sideSync = new SideSync((id) => models.nameOf(id));
  const { getState: get } = store;
  const set = (part: Partial<InspectorStore>) =>
    store.setState((state) => sideSync.derive({ ...state, ...part }), true);
  const context = createContext(get, set, {
    ...options,
    models,
    precision: link.precision,
    recheck: link.recheck,
  });

  const example = options.example
    ? new Example(options.example.recording, options.exampleBeside?.recording.model.id ?? null)
    : null;
  const shrink = () => {
    if (!sides.a.shrink()) return false;
    void sides.a.open();
    return true;
  };
  const decodeQueue = new DecodeQueue(context, (error) => {
    if (shrink()) return;
    if (sides.b.makeRoom()) decodeQueue.resume();
    else context.fail(error, null);
  });
  const loader = new ModelLoader(context);
  const open = {
    a: new OpenSide('a', { context, loader, pipeline: decodeQueue.a }),
    b: new OpenSide('b', { context, loader, pipeline: decodeQueue.b }),
  };
  const b = new SideB({ context, loader, side: open.b, shrink, modelsOfA: () => sides.a.models });

  const { view, compare, aside, wanted, playing, problems } = openingView(
    { ...options.view, ...link.view },
    { models: models.manifests.map(({ id }) => id), pictures: pictures.map(({ id }) => id), example },
  );
  const besideId = options.exampleBeside?.recording.model.id;
  const playsBeside = compare !== null && compare === besideId ? compare : null;
  const downloadPrompt = new DownloadPrompt(context, b, aside, compare);

  const startingPicture = view.picture ?? '';
  const request = {
    model: view.model,
    picture: options.image ?? startingPicture,
    size: view.size,
    sizeChosen: options.view?.size !== undefined || link.view.size !== undefined,
    backend: link.backend,
  };
  const a = new SideA(
    { context, loader, side: open.a, example, b, downloadPrompt },
    request,
    startingPicture,
  );
  const sides: Sides = { a, b };
  const transfers = createTransfers({ context, loader, sides });

  function resume(): void {
    set({ failure: null });
    if (decodeQueue.a.attached) {
      decodeQueue.resume();
      b.resume();
    }
    if (!a.current && !a.busy) a.open().catch(() => {});
  }

  const experiments = createExperiments({ context, sides });
  const report = createReport({
    context,
    loader,
    sides,
    kept: options.reportRows ?? browserRows(),
  });
  const measure = createMeasure({ context, loader, sides });
  const editing = createEditing({ context, sides, decodeQueue, example, resume });
  const { leaveExample } = editing;
  const choosing = createChoosing({
    context,
    sides,
    open,
    decodeQueue,
    sideSync,
    example,
    downloadPrompt,
    experiments,
    leaveExample,
  });

  set({
    view,
    models: models.manifests,
    pictures,
    device: { status: 'idle', report: null },
    sides: {
      a: {
        ...emptySide(view.model, view.edits, view.cell),
        madeWith: playing ? view.model : null,
        recorded: playing,
      },
      b:
        playing && playsBeside
          ? { ...emptySide(playsBeside, [], view.cell), madeWith: playsBeside, recorded: true }
          : null,
    },
    factors: {},
    transfers: {},
    stored: null,
    offer: null,
    wanted,
    picture: null,
    example: playing && example ? example.state(view.edits) : null,
    experiments: { a: {}, b: {} },
    report: NO_REPORT,
    measure: NO_MEASURE,
    activity: null,
    failure: null,
    notice: [...link.problems, ...problems].join(' ') || null,
    timings: { encode: {}, decode: {} },
    past: [],
    future: [],

    start: ({ backend } = {}) => a.open({ backend: backend ?? link.backend }),

    ...choosing.actions,
    ...transfers.actions,
    ...editing.actions,
    ...createGuide({ context, example }),
    ...experiments.actions,
    ...createRecording({ context, sides }),
    ...createSharing({ context, sides, leaveExample }),
    ...report.actions,
    ...measure.actions,
    hashModel(model, signal, onProgress) {
      const file = models.fileOf(model);
      if (file) return fileHash(file, signal, onProgress);
      return Promise.reject(new InspectorError('not-found', `${models.nameOf(model)} is no file of yours.`));
    },
    ownFiles: () => ownFilesOf(context, sides),
    timingsOf: (model) => context.timings.of(model),

    setUnits(units) {
      if (!UNITS.includes(units) || units === get().view.units) return;
      set({ view: { ...get().view, units } });
      decodeQueue.update();
    },

    setSize(size) {
      if (!isSize(size)) return Promise.reject(new InspectorError('not-found', `There is no size ${size}.`));
      set({ notice: null, failure: null });
      return a.open({ size, sizeChosen: true });
    },

    setFactor(model, factor) {
      const { [model]: _, ...others } = get().factors;
      set({ factors: factor ? { ...others, [model]: factor } : others });
    },

    setLayer: (layer) => set({ view: { ...get().view, layer } }),
    setRange: (range) => set({ view: { ...get().view, range } }),
    setPanel: (panel) => set({ view: { ...get().view, panel } }),
    setShow: (show) => set({ view: { ...get().view, show } }),
    setAmplification: (amplification) => set({ view: { ...get().view, amplification } }),

    select(cell) {
      const { shape } = a;
      const grid = shape ?? { rows: 2 ** 15, cols: 2 ** 15 };
      set({ view: { ...get().view, cell: clampCell(cell, grid) } });
    },

    cancel() {
      if (choosing.cancel()) return;
      // While the second side is being opened, only that is given up: the first one is not to blame.
      if (!a.busy && b.busy) return b.cancel();
      a.cancel();
      decodeQueue.cancel();
    },

    resume,

    dismissFailure: () => set({ failure: null }),
    dismissNotice: () => set({ notice: null }),

    dispose() {
      stopListening();
      stopDoubting();
      stopWriting();
      address?.dispose();
      transfers.stop();
      experiments.stop();
      report.stop();
      measure.stop();
      b.dispose();
      a.dispose();
    },
  });

  const stopListening = engine.on('device', ({ report, message }) => {
    set({ device: { status: 'ready', report } });
    context.notify(message);
    const { info } = get().sides.a.model;
    if (info) context.timings.use(report.label, info.id);
  });
  // Nothing is tried again: whatever it gave could not be trusted either.
  const stopDoubting = engine.on('rechecked', ({ error }) => {
    if (error) context.fail(fromPlain(error), null);
  });
  const stopWriting = store.subscribe((state, before) => {
    // What is offered, or asked for, belongs into the address until it is turned down.
    if (state.view !== before.view || state.offer !== before.offer || state.wanted !== before.wanted) {
      address?.write(writeLink(askedOf(downloadPrompt.asked(state.view), state)));
    }
  });
  downloadPrompt.begin();
  if (playing && example && options.example) {
    void a.play(new RecordedEngine(options.example, example), options.example.recording.picture);
    const beside = options.exampleBeside;
    if (beside && get().sides.b?.recorded) {
      const recorded = new Example(beside.recording, null, true);
      void b.play(new RecordedEngine(beside, recorded), (posterior) => {
        sideSync.recorded = { posterior, recognise: (edits) => recorded.recognise(edits) };
      });
    }
  }
  return store;
}

/** The models with another hub's address, where one is given. */
function atHub(models: readonly ModelSource[], hub: string | undefined): readonly ModelSource[] {
  if (hub === undefined) return models;
  return models.map((source) =>
    source.manifest.kind === 'hub' && 'base' in source ? { ...source, base: hub } : source,
  );
}
