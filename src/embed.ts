/** The custom element `<latent-inspector>`: the whole instrument, for pages, for authors and for automation. */
import type { StoreApi } from 'zustand/vanilla';
import { ATTRIBUTES, type AttributeName, readAttribute, readAttributes } from './attributes';
import { fromPlain, InspectorError } from './errors';
import { isEnabled } from './inspect/edits';
import type { Edit, Effect, PosteriorData } from './inspect/types';
import { openStore } from './open';
import type { InspectorState, InspectorStore } from './state/types';
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

/** What its events carry. */
export interface LatentInspectorEvents {
  /** A picture has been encoded. */
  posterior: CustomEvent<{ rows: number; cols: number; channels: number }>;
  /** The effect of the current edits is complete, with its control. */
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
   * element began with could not be opened it is another promise, resolved, once something else has been.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  connectedCallback(): void {
    if (this.#store) return;
    const page = this.hasAttribute('page');
    const store = openStore({ page, view: readAttributes(this), image: this.getAttribute('image') });
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
    if (!store || text === null || text === before) return;
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

  /** Opens a model by its id. */
  setModel(id: string): Promise<void> {
    return this.#opens(this.#state.setModel(id));
  }

  /** Opens a picture: a file or bitmap, a canvas, an image element, an address, or the id of a starting picture. */
  setImage(source: Blob | ImageBitmapSource | string): Promise<void> {
    return this.#opens(this.#state.setPicture(source));
  }

  /** The posterior of the picture; each array is `[rows, cols, channels]`. */
  async posterior(): Promise<PosteriorData> {
    await this.ready;
    const { rows, cols, channels, mean, logvar, rawLogvar } = await this.#when((state) => state.posterior);
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
   * @throws InspectorError `bad-edit` without an edit that is on, `not-found` where no cell can be the control
   */
  async effect(): Promise<Effect> {
    await this.ready;
    if (!this.edits.some(isEnabled)) {
      throw new InspectorError('bad-edit', 'There is no effect: nothing is edited.', 'Set edits first.');
    }
    const found = await this.#when<Effect | InspectorError>((state) => {
      const { edits } = state.view;
      if (state.controlMissing?.edits === edits)
        return new InspectorError('not-found', state.controlMissing.value);
      return state.effect?.edits === edits ? state.effect.value : null;
    });
    if (found instanceof InspectorError) throw found;
    return structuredClone(found);
  }

  /** A decoded picture, exact: of the latent as it is, or with the current edits. */
  async decoded(which: 'base' | 'edited'): Promise<ImageData> {
    await this.ready;
    const pixels = await this.#when((state) => {
      if (which === 'base' || !state.view.edits.some(isEnabled)) return state.base;
      return state.edited?.edits === state.view.edits ? state.edited.value.pixels : null;
    });
    return new ImageData(pixels.data.slice(), pixels.width, pixels.height);
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
      const stop = store.subscribe((state, before) => {
        const found = pick(state);
        if (found === null && (state.failure === null || state.failure === before.failure)) return;
        stop();
        signal.removeEventListener('abort', gone);
        if (found !== null) resolve(found);
        else if (state.failure) reject(fromPlain(state.failure));
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
