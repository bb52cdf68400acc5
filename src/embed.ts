/** The custom element `<latent-inspector>`: the whole instrument, for pages, for authors and for automation. */
import type { StoreApi } from 'zustand/vanilla';
import { ATTRIBUTES, type AttributeName, readAttribute, readAttributes } from './attributes';
import {
  type ElementExperimentOptions,
  type ElementExperimentResults,
  type ExperimentRun,
  runElementExperiment,
} from './embedExperiments';
import { fromPlain, InspectorError } from './errors';
import type { ExperimentName } from './experiments/names';
import { isEnabled } from './inspect/edits';
import type { Edit, Effect, PosteriorData } from './inspect/types';
import { openStore } from './open';
import { resultsOf } from './state/side';
import type { InspectorState, InspectorStore, OwnModel, SideResults } from './state/types';
import { readHub } from './state/url';
import { mount } from './ui/mount';

interface Deferred {
  promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

/** A promise that is settled from outside. Whoever does not wait for it sees failures on the page, not as unhandled. */
function deferred(): Deferred {
  let settle!: Pick<Deferred, 'resolve' | 'reject'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settle };
}

function removed(): InspectorError {
  return new InspectorError('aborted', 'The inspector was removed from the page.');
}

/** The two models of a comparison: the one on the left, which stands alone where nothing is compared, and the right one. */
export type SideName = 'model' | 'compare';

/**
 * One side's results, and the edits in its own latent.
 * @throws InspectorError `not-found` for `compare` where there is no second model
 */
function sideOf(state: InspectorState, side: SideName): SideResults & { edits: readonly Edit[] } {
  if (side === 'model') return { ...resultsOf(state), edits: state.view.edits };
  if (state.compare) return state.compare;
  throw new InspectorError('not-found', 'No second model is open.', 'Set one to compare with first.');
}

/** What its events carry. */
export interface LatentInspectorEvents {
  /** A picture has been encoded. */
  posterior: CustomEvent<{ rows: number; cols: number; channels: number }>;
  /** The effect of the current edits in `model` is complete, with its control. */
  effect: CustomEvent<Effect>;
  /** `fraction` is null where it is not known; both are null when nothing is being done any more. */
  progress: CustomEvent<{ doing: string | null; fraction: number | null }>;
  failure: CustomEvent<{ code: string; message: string; advice: string }>;
}

/**
 * An inspector. With the attribute `page` it is the whole page: its view is kept in the address, and its keys, drops and
 * pastes count wherever they happen.
 *
 * @example
 * <latent-inspector model="mini-spot" image="photo.jpg" size="512" cell="12,30" layer="norm"></latent-inspector>
 * <latent-inspector model="sd1" compare="sdxl" hub="https://mirror.example"></latent-inspector>
 */
export class LatentInspectorElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  #store: StoreApi<InspectorStore> | null = null;
  #close: (() => void) | null = null;
  #ready = deferred();
  /** Aborted when the element has been removed. */
  #removed = new AbortController();

  /**
   * Resolves when model and picture are open and the base decode is there; rejects with an InspectorError. Where what the
   * element began with could not be opened it is another promise, resolved, once something else has been. A second model is
   * not waited for.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  connectedCallback(): void {
    if (this.#store) return;
    const page = this.hasAttribute('page');
    const store = openStore({
      page,
      view: readAttributes(this),
      image: this.getAttribute('image'),
      hub: readHub(this.getAttribute('hub') ?? ''),
    });
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const unmount = mount(root, store, page);
    const silence = store.subscribe((state, before) => this.#announce(state, before));
    this.#store = store;
    this.#close = () => {
      silence();
      unmount();
      store.getState().dispose();
    };
    store.getState().start().then(this.#ready.resolve, this.#ready.reject);
  }

  disconnectedCallback(): void {
    // Moving an element disconnects and connects it again at once: that is no reason to load everything anew.
    queueMicrotask(() => {
      if (this.isConnected || !this.#close) return;
      this.#close();
      this.#close = null;
      this.#store = null;
      this.#ready.reject(removed());
      this.#ready = deferred();
      this.#removed.abort();
      this.#removed = new AbortController();
    });
  }

  attributeChangedCallback(name: AttributeName, before: string | null, text: string | null): void {
    const store = this.#store?.getState();
    if (!store || text === before) return;
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
    if (part?.size) store.setSize(part.size).catch(() => {});
    if (part?.cell) store.select(part.cell);
    if (part?.layer) store.setLayer(part.layer);
  }

  /**
   * Opens a model: one of the list by its id, which is downloaded where it has to be, or a file of weights (safetensors), with
   * its config.json, parsed, where there is one. The model that stands on the right: left and right change places.
   */
  setModel(model: string | OwnModel): Promise<void> {
    return this.#opens(this.#state.setModel(model));
  }

  /**
   * Puts a second model beside the first, or takes it away (null). Resolves when its base decode is there. The model that
   * stands on the left: left and right change places.
   */
  setCompare(model: string | OwnModel | null): Promise<void> {
    return this.#state.setCompare(model);
  }

  /** Opens a picture: a file or bitmap, a canvas, an image element, an address, or the id of a starting picture. */
  setImage(source: Blob | ImageBitmapSource | string): Promise<void> {
    return this.#opens(this.#state.setPicture(source));
  }

  /**
   * The posterior of the picture; each array is `[rows, cols, channels]`.
   * @throws InspectorError `not-found` for `compare` where there is no second model
   */
  async posterior(side: SideName = 'model'): Promise<PosteriorData> {
    await this.ready;
    const { rows, cols, channels, mean, logvar, rawLogvar } = await this.#when(
      (state) => sideOf(state, side).posterior,
    );
    return { rows, cols, channels, mean: mean.slice(), logvar: logvar.slice(), rawLogvar: rawLogvar.slice() };
  }

  /** The current edits. Setting them is one step of history; edits that do not fit throw (InspectorError `bad-edit`). */
  get edits(): readonly Edit[] {
    return this.#state.view.edits;
  }

  set edits(edits: readonly Edit[]) {
    this.#state.setEdits(edits);
  }

  /**
   * The effect of the current edits with its control, once it has been computed.
   * @throws InspectorError `bad-edit` without an edit that is on (on the right: that could be carried there), `not-found` where
   * no cell can be the control, or for `compare` where there is no second model
   */
  async effect(side: SideName = 'model'): Promise<Effect> {
    await this.ready;
    if (!this.edits.some(isEnabled)) {
      throw new InspectorError('bad-edit', 'There is no effect: nothing is edited.', 'Set edits first.');
    }
    const found = await this.#when<Effect | InspectorError>((state) => {
      const { edits, posterior, controlMissing, effect } = sideOf(state, side);
      if (posterior && !edits.some(isEnabled)) {
        return new InspectorError('bad-edit', 'There is no effect: no edit could be carried to this latent.');
      }
      if (controlMissing?.edits === edits) return new InspectorError('not-found', controlMissing.value);
      return effect?.edits === edits ? effect.value : null;
    });
    if (found instanceof InspectorError) throw found;
    return structuredClone(found);
  }

  /**
   * A decoded picture, exact: of the latent as it is, or with the current edits.
   * @throws InspectorError `not-found` for `compare` where there is no second model
   */
  async decoded(which: 'base' | 'edited', side: SideName = 'model'): Promise<ImageData> {
    await this.ready;
    const pixels = await this.#when((state) => {
      const { edits, posterior, base, edited } = sideOf(state, side);
      if (which === 'base' || (posterior && !edits.some(isEnabled))) return base;
      return edited?.edits === edits ? edited.value.pixels : null;
    });
    return new ImageData(pixels.data.slice(), pixels.width, pixels.height);
  }

  /**
   * Runs an experiment on what is open in the model on the left (src/experiments describes each). What is not given is chosen:
   * the selected cell, usual strengths and sizes.
   * @throws InspectorError; `aborted` where `run.signal` is
   * @example
   * const { influence, rows, cols } = await element.experiment('influence');
   * const { carriers } = await element.experiment('mechanism');
   */
  async experiment<K extends ExperimentName>(
    name: K,
    options: Partial<ElementExperimentOptions[K]> = {},
    run: ExperimentRun = {},
  ): Promise<ElementExperimentResults[K]> {
    await this.ready;
    return runElementExperiment(this.#state, name, options, run);
  }

  get #state(): InspectorStore {
    if (!this.#store) {
      throw new InspectorError('internal', 'The inspector is not on a page.', 'Append the element first.');
    }
    return this.#store.getState();
  }

  /** Resolves with what `pick` finds, now or after a later change; rejects with the first failure until then. */
  #when<T>(pick: (state: InspectorStore) => T | null): Promise<T> {
    const store = this.#store;
    const { signal } = this.#removed;
    if (!store) return Promise.reject(removed());
    const now = pick(store.getState());
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
      const stop = store.subscribe((state, before) => {
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
    const { signal } = this.#removed;
    opening.then(
      () => {
        if (signal.aborted) return;
        this.#ready.resolve();
        this.#ready = deferred();
        this.#ready.resolve();
      },
      () => {},
    );
    return opening;
  }

  #announce(state: InspectorState, before: InspectorState): void {
    const { posterior, effect, activity, failure } = state;
    if (posterior && posterior !== before.posterior) {
      const { rows, cols, channels } = posterior;
      this.#dispatch('posterior', { rows, cols, channels });
    }
    if (effect && effect !== before.effect && effect.edits === state.view.edits) {
      this.#dispatch('effect', effect.value);
    }
    if (activity !== before.activity) {
      this.#dispatch('progress', { doing: activity?.doing ?? null, fraction: activity?.fraction ?? null });
    }
    if (failure && failure !== before.failure) {
      const { code, message, advice } = failure;
      this.#dispatch('failure', { code, message, advice });
    }
  }

  #dispatch<K extends keyof LatentInspectorEvents>(
    name: K,
    detail: LatentInspectorEvents[K]['detail'],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'latent-inspector': LatentInspectorElement;
  }
}

if (!customElements.get('latent-inspector'))
  customElements.define('latent-inspector', LatentInspectorElement);
