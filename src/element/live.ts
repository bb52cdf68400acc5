/** The living part of the element: engine, store and components. Heavy, so the shell (src/element/embed.ts) loads it when it is wanted. */
import type { StoreApi } from 'zustand/vanilla';
import { mount } from '@/app/mount';
import { type Deferred, deferred } from '@/common/deferred';
import { fromPlain, InspectorError } from '@/common/errors';
import { checkEditList, type Edit, isEnabled, validateEdits } from '@/edits';
import type { Pixels } from '@/engine/protocol';
import type { ExperimentName } from '@/experiments/names';
import type { Effect, PosteriorData } from '@/latent/types';
import { readHub } from '@/session/link/link';
import type { ScriptLatent } from '@/session/pictures/givenLatent';
import { givenByScript } from '@/session/pictures/latents';
import type { InspectorState, InspectorStore, OwnModel, Side, SideState, View } from '@/session/types';
import { type AttributeName, readAttribute, readAttributes } from './attributes';
import {
  type ElementExperimentOptions,
  type ElementExperimentResults,
  type ExperimentRun,
  runElementExperiment,
} from './experiments';
import { announce, announceFailure, removed } from './face';
import {
  givenExperiment,
  givenLatent,
  givenModel,
  givenName,
  givenOptions,
  givenSide,
  givenWhich,
  soundEdits,
} from './given';
import type { InspectorMethods } from './methods';
import { openStore } from './open';
import type { SideName } from './sideName';

/**
 * @throws InspectorError `not-found` for `b` where there is no second model
 */
function sideOf({ sides }: InspectorState, side: Side): SideState {
  const found = sides[side];
  if (found) return found;
  throw new InspectorError('not-found', 'No second model is open.', 'Set one to compare with first.');
}

/**
 * The inspector that is open from the moment on that the element is wanted. The methods are the element's own, which documents
 * them.
 */
export class Live implements InspectorMethods {
  #store: StoreApi<InspectorStore>;
  #ready: Deferred<void> = deferred();
  #closed = new AbortController();
  /** Edits that were set before there was a latent to hold them against. */
  #unchecked: readonly Edit[] | null = null;

  /**
   * @param element whose attributes are read, and which tells of what happens
   * @param view what is to be opened beside what the attributes say
   */
  constructor(
    private readonly element: HTMLElement,
    root: ShadowRoot,
    view: Partial<View>,
  ) {
    const page = element.hasAttribute('page');
    const store = openStore({
      page,
      guide: page && !element.hasAttribute('embed'),
      view: { ...readAttributes(element), ...view, ...(view.edits && { edits: soundEdits(view.edits) }) },
      image: element.getAttribute('image'),
      hub: readHub(element.getAttribute('hub') ?? ''),
    });
    this.#store = store;
    this.#unchecked = view.edits ?? null;
    const figure =
      element.getAttribute('view') === 'figure'
        ? { caption: element.getAttribute('caption'), cell: element.hasAttribute('cell') }
        : null;
    const unmount = mount(root, store, { page, embed: element.hasAttribute('embed'), element, figure });
    const silence = store.subscribe((state, before) => this.#announce(state, before));
    this.#closed.signal.addEventListener('abort', () => {
      silence();
      unmount();
      store.getState().dispose();
    });
    store.getState().start().then(this.#ready.resolve, this.#ready.reject);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get edits(): readonly Edit[] {
    return this.#state.view.edits;
  }

  set edits(edits: readonly Edit[]) {
    checkEditList(edits);
    if (this.#state.sides.a.posterior) {
      this.#state.setEdits(edits);
      return;
    }
    this.#state.setEdits(soundEdits(edits));
    this.#unchecked = edits;
  }

  attributeChanged(name: AttributeName, text: string | null): void {
    const state = this.#state;
    if (name === 'compare') {
      this.setCompare(text || null).catch(() => {});
      return;
    }
    if (text === null) return;
    if (name === 'image') {
      this.setImage(text).catch(() => {});
      return;
    }
    const part = readAttribute(name, text);
    if (part?.model) this.setModel(part.model).catch(() => {});
    if (part?.size) state.setSize(part.size).catch(() => {});
    if (part?.cell) state.select(part.cell);
    if (part?.layer) state.setLayer(part.layer);
  }

  async setModel(model: string | OwnModel): Promise<void> {
    return this.#opens(this.#state.setModel(givenModel(model)));
  }

  async setCompare(model: string | OwnModel | null): Promise<void> {
    return this.#state.setCompare(model === null ? null : givenModel(model));
  }

  setImage(source: Blob | ImageBitmapSource | string): Promise<void> {
    return this.#opens(this.#state.setPicture(source));
  }

  async setLatent(latent: ScriptLatent, name?: string): Promise<void> {
    return this.#opens(
      this.#state.setLatent(givenByScript(givenLatent(latent, givenName(name)), givenName(name))),
    );
  }

  async posterior(side?: SideName): Promise<PosteriorData> {
    const wanted = givenSide(side);
    await this.ready;
    const { rows, cols, channels, mean, logvar, rawLogvar } = await this.#when(
      (state) => sideOf(state, wanted).posterior,
    );
    return { rows, cols, channels, mean: mean.slice(), logvar: logvar.slice(), rawLogvar: rawLogvar.slice() };
  }

  async effect(side?: SideName): Promise<Effect> {
    const wanted = givenSide(side);
    await this.ready;
    if (!this.edits.some(isEnabled)) {
      throw new InspectorError('bad-edit', 'There is no effect: nothing is edited.', 'Set edits first.');
    }
    const found = await this.#when<Effect | InspectorError>((state) => {
      const { edits, posterior, controlMissing, effect, noDecoder } = sideOf(state, wanted);
      if (noDecoder) return fromPlain(noDecoder);
      if (posterior && !edits.some(isEnabled)) {
        return new InspectorError('bad-edit', 'There is no effect: no edit could be carried to this latent.');
      }
      if (controlMissing?.edits === edits) return new InspectorError('not-found', controlMissing.value);
      return effect?.edits === edits ? effect.value : null;
    });
    if (found instanceof InspectorError) throw found;
    return structuredClone(found);
  }

  async decoded(which: 'base' | 'edited', side?: SideName): Promise<ImageData> {
    const [picture, wanted] = [givenWhich(which), givenSide(side)];
    await this.ready;
    const pixels = await this.#when<Pixels | InspectorError>((state) => {
      const { edits, posterior, base, edited, noDecoder } = sideOf(state, wanted);
      if (noDecoder) return fromPlain(noDecoder);
      if (picture === 'base' || (posterior && !edits.some(isEnabled))) return base;
      return edited?.edits === edits ? edited.value.pixels : null;
    });
    if (pixels instanceof InspectorError) throw pixels;
    return new ImageData(pixels.data.slice(), pixels.width, pixels.height);
  }

  async experiment<K extends ExperimentName>(
    name: K,
    options: Partial<ElementExperimentOptions[K]> = {},
    run: ExperimentRun = {},
  ): Promise<ElementExperimentResults[K]> {
    const known = givenExperiment(name);
    const [given, side] = [givenOptions(known, options), givenSide(run.side)];
    await this.ready;
    return runElementExperiment(this.#state, known as K, given as typeof options, { ...run, side });
  }

  close(): void {
    this.#ready.reject(removed());
    this.#closed.abort();
  }

  get #state(): InspectorStore {
    return this.#store.getState();
  }

  /** Resolves with what `pick` finds, now or after a later change; rejects with the first failure until then. */
  #when<T>(pick: (state: InspectorStore) => T | null): Promise<T> {
    const { signal } = this.#closed;
    if (signal.aborted) return Promise.reject(removed());
    const now = pick(this.#state);
    if (now !== null) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const gone = () => {
        stop();
        reject(removed());
      };
      const end = (finish: () => void) => {
        stop();
        signal.removeEventListener('abort', gone);
        finish();
      };
      const stop = this.#store.subscribe((state, before) => {
        try {
          const found = pick(state);
          if (found !== null) end(() => resolve(found));
          else if (state.failure && state.failure !== before.failure) {
            const error = fromPlain(state.failure);
            end(() => reject(error));
          }
        } catch (error) {
          end(() => reject(error));
        }
      });
      signal.addEventListener('abort', gone, { once: true });
    });
  }

  /** Passes `opening` on, and is ready once it is there, even where what the element began with failed. */
  #opens(opening: Promise<void>): Promise<void> {
    opening.then(
      () => {
        if (this.#closed.signal.aborted) return;
        this.#ready.resolve();
        this.#ready = deferred();
        this.#ready.resolve();
      },
      () => {},
    );
    return opening;
  }

  #announce(state: InspectorState, before: InspectorState): void {
    const { element } = this;
    const {
      activity,
      failure,
      sides: {
        a: { posterior, effect },
      },
    } = state;
    if (posterior && posterior !== before.sides.a.posterior) {
      this.#check(posterior, state.view.edits);
      const { rows, cols, channels } = posterior;
      announce(element, 'posterior', { rows, cols, channels });
    }
    if (effect && effect !== before.sides.a.effect && effect.edits === state.view.edits) {
      announce(element, 'effect', effect.value);
    }
    if (activity !== before.activity) {
      announce(element, 'progress', { doing: activity?.doing ?? null, fraction: activity?.fraction ?? null });
    }
    if (failure && failure !== before.failure) announceFailure(element, fromPlain(failure));
  }

  /** The first latent leaves out early edits that do not fit it (`kept` are those that do); their author is told so. */
  #check(posterior: PosteriorData, kept: readonly Edit[]): void {
    const edits = this.#unchecked;
    this.#unchecked = null;
    if (!edits || edits.length === kept.length) return;
    try {
      validateEdits(edits, posterior);
    } catch (error) {
      announceFailure(this.element, error);
    }
  }
}
