/**
 * The custom element `<latent-inspector>`: the whole instrument, for pages, for authors and for automation. This is its
 * light shell; what draws and computes (live.ts) is loaded when the element is seen or asked for something.
 */

import { deferred } from '@/common/deferred';
import { codedAbort, InspectorError, toPlain } from '@/common/errors';
import { importPatiently } from '@/common/importing';
import type { Edit } from '@/edits';
import { fetchRecording } from '@/session/recording/fetch';
import type { View } from '@/session/types';
import { ATTRIBUTES } from './attributes';
import { announceFailure, type LatentInspectorEvents, removed } from './face';
import type { Live } from './live';
import { type InspectorMethods, METHOD_NAMES } from './methods';
import { type Placeholder, showPlaceholder } from './placeholder';
import { savesData, whenSeen } from './seen';

export type { LatentInspectorEvents } from './face';
export type { SideName } from './sideName';

/** Several for each cell of the largest latent. */
const MAX_EDITS = 100_000;

/** Attributes that say what is open, and those that say how the element begins. */
const OBSERVED = [...ATTRIBUTES, 'recording', 'loading'] as const;

/**
 * An inspector. It loads when it comes near the window, when one of its methods or `ready` is used, or at once with
 * `loading="eager"`; with `loading="click"`, and where the visitor's browser saves data, it asks first. With `recording` it
 * plays that file, without model or worker, until the visitor runs it live or a method is used. With the attribute `page` it
 * is the whole page: its view is kept in the address, and its keys, drops and pastes count wherever they happen. With
 * `view="figure"` only a figure is shown: one decoded picture, or two with `compare`, a slider, numbers and a caption (`caption`; empty:
 * none). `poster` and `alt` are the still picture that stands there while it waits for a click.
 *
 * @example
 * <latent-inspector model="mini-planted" image="photo.jpg" size="512" cell="12,30" layer="norm"></latent-inspector>
 * <latent-inspector model="sd1" compare="sdxl" hub="https://mirror.example" theme="dark" loading="eager"></latent-inspector>
 * <latent-inspector recording="figure.lirec"></latent-inspector>
 * <latent-inspector view="figure" model="mini-planted" compare="mini-clean" caption="One cell, two models."></latent-inspector>
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface below types methods that are inherited, and those of the list.
export class LatentInspectorElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = OBSERVED;

  /** Aborted when the element has been removed; null while it is on no page. */
  #presence: AbortController | null = null;
  #placeholder: Placeholder | null = null;
  /** Ends the player of a recording, or its loading; null where none is played. */
  #player: AbortController | null = null;
  #live: Live | null = null;
  /** Resolves with the living part once that has been loaded. */
  #opening = deferred<Live>();
  #ready = deferred();
  #loading = false;
  /** True where it is to begin as soon as it is on a page, seen or not. */
  #asked = false;
  /** Edits that were set before the living part was there; null: none. */
  #early: readonly Edit[] | null = null;

  constructor() {
    super();
    // What was set on the element before this class was there hides the property of the class.
    if (!Object.hasOwn(this, 'edits')) return;
    const { edits } = this;
    Reflect.deleteProperty(this, 'edits');
    this.edits = edits;
  }

  /**
   * Resolves when model and picture are open and the base decode is there, or is known not to come (a damaged decoder, whose
   * encoder works); rejects with an InspectorError. Where what the
   * element began with could not be opened it is another promise, resolved, once something else has been. A second model is
   * not waited for. Of an element that plays a recording: resolves when that is on screen.
   */
  get ready(): Promise<void> {
    if (this.#live) return this.#live.ready;
    this.#asked = true;
    if (this.#presence) this.#start();
    return this.#ready.promise;
  }

  connectedCallback(): void {
    if (this.#presence) return;
    this.#presence = new AbortController();
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' });
    this.#begin();
  }

  disconnectedCallback(): void {
    // Moving an element disconnects and connects it again at once: that is no reason to load everything anew.
    queueMicrotask(() => {
      if (this.isConnected || !this.#presence) return;
      this.#presence.abort();
      this.#presence = null;
      this.#clear();
      this.#live?.close();
      this.#live = null;
      this.#opening.reject(removed());
      this.#opening = deferred();
      this.#ready.reject(removed());
      this.#ready = deferred();
      this.#loading = false;
      this.#asked = false;
      this.#early = null;
    });
  }

  attributeChangedCallback(
    name: (typeof OBSERVED)[number],
    before: string | null,
    text: string | null,
  ): void {
    if (text === before) return;
    if (name === 'recording') this.#restart();
    else if (name === 'loading') {
      if (text === 'eager' && this.#presence) this.#start();
    } else this.#live?.attributeChanged(name, text);
  }

  /**
   * The current edits. Setting them is one step of history; edits that do not fit throw (InspectorError `bad-edit`). Before
   * the latent is known they are only kept: those that turn out not to fit it are left out, with the event `failure`.
   * Setting them does not make the element load.
   */
  get edits(): readonly Edit[] {
    return this.#live ? this.#live.edits : (this.#early ?? []);
  }

  set edits(edits: readonly Edit[]) {
    if (this.#live) {
      this.#live.edits = edits;
      return;
    }
    // Each of them is looked at when there is a latent.
    if (!Array.isArray(edits) || edits.length > MAX_EDITS) {
      throw new InspectorError('bad-edit', 'The edits are no list of edits.', 'Give an array of edits.');
    }
    this.#early = [...edits];
  }

  static {
    for (const name of METHOD_NAMES) {
      Object.defineProperty(LatentInspectorElement.prototype, name, {
        value(this: LatentInspectorElement, ...args: unknown[]) {
          const done = this.#with((live) => Reflect.apply(live[name], live, args) as Promise<unknown>);
          return done.catch((error) => {
            throw codedAbort(error);
          });
        },
        writable: true,
        configurable: true,
      });
    }
  }

  /** Does something with the living part, at once where it is there. */
  #with<T>(work: (live: Live) => Promise<T>): Promise<T> {
    if (this.#live) return work(this.#live);
    if (!this.#presence) {
      return Promise.reject(
        new InspectorError('internal', 'The inspector is not on a page.', 'Append the element first.'),
      );
    }
    this.#load();
    return this.#opening.promise.then(work);
  }

  /** Begins at once, or shows the placeholder until there is a reason to. */
  #begin(): void {
    const { shadowRoot: root } = this;
    const signal = this.#presence?.signal;
    if (!root || !signal) return;
    if (this.hasAttribute('page') && !this.hasAttribute('embed')) {
      this.#load();
      return;
    }
    this.#placeholder = showPlaceholder(root, this);
    const loading = this.getAttribute('loading');
    if (this.#asked || loading === 'eager') this.#start();
    else if (loading === 'click' || savesData()) this.#offer();
    else whenSeen(this, signal, () => this.#start());
  }

  /** Another recording, or none any more; what is live stays. */
  #restart(): void {
    if (!this.#presence || this.#loading) return;
    this.#clear();
    this.#begin();
  }

  /** Takes away what is shown until the living part is there. */
  #clear(): void {
    this.#placeholder?.remove();
    this.#placeholder = null;
    this.#player?.abort();
    this.#player = null;
  }

  #offer(): void {
    this.#placeholder?.say('A live figure, computed by this browser.', {
      label: 'Load it',
      press: () => this.#start(),
    });
  }

  #start(): void {
    const recording = this.getAttribute('recording');
    if (recording) this.#play(recording);
    else this.#load();
  }

  async #play(url: string): Promise<void> {
    const { shadowRoot: root } = this;
    if (this.#player || this.#loading || !root) return;
    const player = new AbortController();
    this.#player = player;
    const { signal } = player;
    this.#placeholder?.say('Loading the recording');
    // Both at once: on a phone's network each takes as long as the other.
    const arriving = fetchRecording(new URL(url, document.baseURI).href, signal);
    arriving.catch(() => {});
    try {
      const { mountPlayer } = await importPatiently(() => import('@/player')).catch(notLoaded);
      if (signal.aborted) return;
      const onLive = (view: Partial<View>, picture: Blob | null) => this.#load(view, picture);
      // It says itself what is wrong with a recording.
      await mountPlayer(root, { arriving }, { onLive, signal }).finally(() => this.#unplaced(signal));
      if (!signal.aborted) this.#ready.resolve();
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error);
      this.#placeholder?.say(...tryAgain(error, () => this.#restart()));
    }
  }

  #unplaced(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#placeholder?.remove();
    this.#placeholder = null;
  }

  /** @param view what is to be opened beside what the attributes and the edits say */
  async #load(view: Partial<View> = {}, picture: Blob | null = null): Promise<void> {
    const { shadowRoot: root } = this;
    const signal = this.#presence?.signal;
    if (this.#loading || !root || !signal) return;
    this.#loading = true;
    this.#placeholder?.say('Loading the figure');
    try {
      const { Live } = await importPatiently(() => import('./live')).catch(notLoaded);
      if (signal.aborted) return;
      const live = new Live(this, root, this.#early ? { ...view, edits: this.#early } : view);
      this.#open(live);
      if (picture) live.setImage(picture).catch(() => {});
    } catch (error) {
      if (signal.aborted) return;
      this.#loading = false;
      this.#fail(error);
      this.#placeholder ??= showPlaceholder(root, this);
      this.#placeholder.say(...tryAgain(error, () => this.#load(view, picture)));
    }
  }

  #open(live: Live): void {
    this.#clear();
    this.#live = live;
    this.#early = null;
    this.#opening.resolve(live);
    live.ready.then(this.#ready.resolve, this.#ready.reject);
  }

  /** Whoever waits is told; a later try is waited for anew. */
  #fail(error: unknown): void {
    announceFailure(this, error);
    this.#opening.reject(error);
    this.#opening = deferred();
    this.#ready.reject(error);
    this.#ready = deferred();
  }
}

function notLoaded(cause: unknown): never {
  throw new InspectorError(
    'network',
    'The figure could not be loaded.',
    'Check the connection, then try again.',
    { cause },
  );
}

function tryAgain(error: unknown, press: () => void): Parameters<Placeholder['say']> {
  const { message, advice } = toPlain(error);
  return [`${message} ${advice}`, { label: 'Try again', press }];
}

/** Its methods, and events that know what they carry. */
export interface LatentInspectorElement extends InspectorMethods {
  addEventListener<K extends keyof LatentInspectorEvents>(
    type: K,
    listener: (this: LatentInspectorElement, event: LatentInspectorEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'latent-inspector': LatentInspectorElement;
  }
}

if (!customElements.get('latent-inspector'))
  customElements.define('latent-inspector', LatentInspectorElement);
