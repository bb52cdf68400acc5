/** The store of one inspector. Each has its own, so several can live on one page. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Engine, ModelSource } from '../engine/protocol';
import { InspectorError } from '../errors';
import { applyEdits, cellValues } from '../inspect/edits';
import { clampCell, sameCell } from '../inspect/geometry';
import { posteriorMean } from '../inspect/layers';
import type { Edit } from '../inspect/types';
import { validateEdits } from '../inspect/validate';
import type { Address } from './address';
import { createContext } from './context';
import { amend, type Edits, record, redone, type Timeline, undone } from './history';
import { Opener } from './open';
import { openingView } from './opening';
import type { PictureReader } from './pictures';
import { ExamplePlayer, type ExampleSource } from './player';
import { EffectPipeline } from './poke';
import type { TimingsStorage } from './timings';
import type { InspectorStore, StartingPicture, View } from './types';
import { readLink, writeLink } from './url';
import { isSize, LARGEST_RADIUS } from './view';

export interface InspectorStoreOptions {
  /** Not disposed of by the store: who makes it ends it. */
  engine: Engine;
  /** At least one; the first is the default. */
  models: readonly ModelSource[];
  pictures: readonly StartingPicture[];
  readPicture: PictureReader;
  /** Shown at once, before `start`, unless the link or `view` asks for something else. */
  example?: ExampleSource;
  /** Where measured durations are remembered between visits. */
  storage?: TimingsStorage;
  /** Gives the store an address to read its view from and to keep it in. At most one store of a page may have it. */
  address?: Address;
  /** What to open instead of the defaults; a link in `address` wins. */
  view?: Partial<View>;
  /** The address of a picture to open instead of the view's, which then stands in if it cannot be opened. */
  image?: string;
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
  const { engine, models, pictures, address } = options;
  if (models.length === 0) throw new InspectorError('not-found', 'No model was given.');
  const { search = '', hash = '' } = address?.read() ?? {};
  const link = address ? readLink(search, hash) : { view: {}, problems: [] };

  const store = createStore<InspectorStore>(() => ({}) as InspectorStore);
  const { getState: get, setState: set } = store;
  const context = createContext(store, options);

  const player = options.example ? new ExamplePlayer(context, options.example) : null;
  const pipeline = new EffectPipeline(context, (error) => {
    if (opener.shrink()) void opener.open();
    else context.fail(error, null);
  });

  const { view, playing, problems } = openingView(
    { ...options.view, ...link.view },
    { models: models.map(({ manifest }) => manifest.id), pictures: pictures.map(({ id }) => id), player },
  );

  const startingPicture = view.picture ?? '';
  const wish = {
    model: view.model,
    picture: options.image ?? startingPicture,
    size: view.size,
    sizeChosen: options.view?.size !== undefined || link.view.size !== undefined,
    backend: link.backend,
  };
  const opener = new Opener(context, pipeline, player, wish, startingPicture);

  /** The edits that the last gesture made, and its name. */
  let gesture: { name: string; edits: Edits } | null = null;

  const timeline = (): Timeline => ({ edits: get().view.edits, past: get().past, future: get().future });

  function put({ edits, past, future }: Timeline, moving = false): void {
    set({ past, future, view: { ...get().view, edits } });
    if (pipeline.attached) pipeline.update(moving);
    else if (get().recorded) {
      void player?.update(edits).catch(() => {});
      // Opening was cancelled or failed, and edits of the visitor's own need the engine.
      if (!opener.busy && edits.length > 0 && !player?.owns(edits)) resume();
    }
  }

  function resume(): void {
    set({ failure: null });
    if (pipeline.attached) pipeline.resume();
    else if (!opener.busy) opener.open().catch(() => {});
  }

  /** Whether this gesture made the present edits, and nothing happened to them since. */
  const goesOn = (name: string | undefined): boolean =>
    name !== undefined && gesture?.name === name && gesture.edits === get().view.edits;

  /** Makes `edits` the present: a new step, or the same one while a gesture goes on. */
  function commit(edits: Edits, name?: string): void {
    const going = goesOn(name);
    gesture = name === undefined ? null : { name, edits };
    put(going ? amend(timeline(), edits) : record(timeline(), edits), going);
  }

  function check(edits: Edits): void {
    const { shape } = opener;
    if (shape) validateEdits(edits, shape);
  }

  /** Edits of the example mean nothing in another picture or model. */
  function leaveExample(): void {
    if (get().view.edits.length > 0 && player?.owns(get().view.edits)) commit([]);
  }

  /**
   * The edits that a new edit is added to. The example's own edit steps aside when another cell is changed: else its
   * change, which is as large as the picture, would be laid to that cell.
   */
  function editsBeside(edit: Edit): Edits {
    const { view, example } = get();
    if (!example || !player?.owns(view.edits)) return view.edits;
    const touched = edit.kind === 'swap' ? [edit.cell, edit.with] : [edit.cell];
    return touched.some((cell) => sameCell(cell, view.edits[0].cell)) ? view.edits : [];
  }

  set({
    view,
    models: models.map(({ manifest }) => manifest),
    pictures,
    device: { status: 'idle', report: null },
    model: { status: 'idle', fraction: 0, info: null },
    recorded: playing,
    picture: null,
    posterior: null,
    base: null,
    edited: null,
    control: null,
    effect: null,
    controlMissing: null,
    example: playing && player ? player.state(view.edits) : null,
    activity: null,
    failure: null,
    notice: [...link.problems, ...problems].join(' ') || null,
    timings: { encode: {}, decode: {} },
    past: [],
    future: [],

    start: ({ backend } = {}) => opener.open({ backend: backend ?? link.backend }),

    setModel(model) {
      set({ notice: null, failure: null });
      leaveExample();
      return opener.open({ model });
    },

    setPicture(picture) {
      set({ notice: null, failure: null });
      leaveExample();
      return opener.open({ picture });
    },

    setSize(size) {
      if (!isSize(size)) return Promise.reject(new InspectorError('not-found', `There is no size ${size}.`));
      set({ notice: null, failure: null });
      return opener.open({ size, sizeChosen: true });
    },

    setLayer: (layer) => set({ view: { ...get().view, layer } }),
    setShow: (show) => set({ view: { ...get().view, show } }),
    setAmplification: (amplification) => set({ view: { ...get().view, amplification } }),

    setRadius(value) {
      const radius = Math.min(LARGEST_RADIUS, Math.max(0, Math.round(value)));
      if (!Number.isFinite(radius) || radius === get().view.radius) return;
      pipeline.forget();
      // The same edits in a new list: what was measured with the old radius is out of date.
      const edits = [...get().view.edits];
      set({ view: { ...get().view, radius, edits } });
      put({ ...timeline(), edits });
    },

    select(cell) {
      const { shape } = opener;
      const grid = shape ?? { rows: 2 ** 15, cols: 2 ** 15 };
      set({ view: { ...get().view, cell: clampCell(cell, grid) } });
    },

    setEdits(edits) {
      check(edits);
      commit([...edits]);
    },

    addEdit(edit, name) {
      check([edit]);
      const edits = editsBeside(edit);
      const key = name === undefined ? undefined : `${name} | ${edit.kind} ${edit.cell.row},${edit.cell.col}`;
      commit(goesOn(key) ? [...edits.slice(0, -1), edit] : [...edits, edit], key);
    },

    setChannel(channel, value, name) {
      const { posterior } = get();
      const { cell, edits } = get().view;
      if (!posterior) return;
      const values = cellValues(applyEdits(posteriorMean(posterior), edits), cell);
      if (!(channel in values)) {
        throw new InspectorError(
          'bad-edit',
          `There is no channel ${channel}; this latent has 0 to ${values.length - 1}.`,
        );
      }
      values[channel] = value;
      const edit: Edit = { kind: 'set', cell, values };
      check([edit]);
      const beside = editsBeside(edit);
      const last = beside.at(-1);
      // A `set` hides the one before it on the same cell, so the list need not grow with every step of a spin button.
      const replaces = last?.kind === 'set' && last.enabled !== false && sameCell(last.cell, cell);
      const key = name === undefined ? undefined : `${name} | set ${cell.row},${cell.col}`;
      commit(replaces ? [...beside.slice(0, -1), edit] : [...beside, edit], key);
    },

    toggleEdit(index) {
      const { edits } = get().view;
      if (!edits[index]) return;
      commit(edits.map((edit, at) => (at === index ? { ...edit, enabled: edit.enabled === false } : edit)));
    },

    removeEdit(index) {
      const { edits } = get().view;
      if (edits[index]) commit(edits.filter((_, at) => at !== index));
    },

    undo() {
      const before = undone(timeline());
      gesture = null;
      if (before) put(before);
    },

    redo() {
      const next = redone(timeline());
      gesture = null;
      if (next) put(next);
    },

    reset() {
      if (get().view.edits.length > 0) commit([]);
    },

    poke() {
      const { cell, edits } = get().view;
      const last = edits.at(-1) ?? ({ kind: 'heal', cell } as Edit);
      // A swap of the selected cell with itself would be none: then it is the last swap, turned round.
      const edit: Edit =
        last.kind === 'swap' && sameCell(last.with, cell)
          ? { ...last, cell, with: last.cell, enabled: true }
          : { ...last, cell, enabled: true };
      delete edit.enabled;
      // Doing these twice to one cell changes nothing.
      const settled = ['heal', 'zero', 'set', 'paste'].includes(edit.kind);
      if (settled && last === edits.at(-1) && last.enabled !== false && sameCell(last.cell, cell)) return;
      get().addEdit(edit);
    },

    playExample(cellIndex, position, name) {
      const { example, recorded } = get();
      if (!player || !example?.cells[cellIndex]) return;
      const at = Math.min(example.strengths.length - 1, Math.max(0, position));
      if (Number.isNaN(at)) return;
      set({ example: { ...example, cellIndex, position: at } });
      commit(player.editsAt(cellIndex, at), name === undefined ? undefined : `${name} | example`);
      if (!recorded || pipeline.attached) return;
      if (!Number.isInteger(at)) void player.showNear(cellIndex, at).catch(() => {});
      void player.loadFrames(cellIndex).catch(() => {});
    },

    cancel() {
      opener.cancel();
      pipeline.cancel();
    },

    resume,

    dismissFailure: () => set({ failure: null }),
    dismissNotice: () => set({ notice: null }),

    dispose() {
      stopListening();
      stopWriting();
      address?.dispose();
      pipeline.detach();
      opener.dispose();
    },
  });

  const stopListening = engine.on('device', ({ report, message }) => {
    set({ device: { status: 'ready', report } });
    context.notify(message);
    const { info } = get().model;
    if (info) context.timings.use(report.label, info.id);
  });
  const stopWriting = store.subscribe((state, before) => {
    if (state.view !== before.view) address?.write(writeLink(state.view));
  });
  if (playing) {
    player?.show().catch((error) => {
      // Without its files the example is only missing; the engine brings the real thing.
      if (get().recorded) set({ recorded: false, example: null });
      console.warn('The recorded example could not be shown.', error);
    });
  }
  return store;
}
