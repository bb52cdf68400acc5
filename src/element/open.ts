/** Puts one inspector together: engine, pictures, recorded example and store. */
import type { StoreApi } from 'zustand/vanilla';
import { createEngine } from '@/engine/client/client';
import { browserAddress } from '@/session/link/address';
import { createPictureReader } from '@/session/pictures/pictures';
import { createInspectorStore } from '@/session/store';
import type { InspectorStore, View } from '@/session/types';
import { EXAMPLE, EXAMPLE_BESIDE, MODELS, PICTURES } from './catalogue';

export interface OpenOptions {
  /** Keeps the view in the page's address. */
  page: boolean;
  /** Begins with the guide where the address asks for nothing. */
  guide: boolean;
  view: Partial<View>;
  /** The picture to open instead of a starting picture, once the engine is there: an address, or a starting picture's id. */
  image: string | null;
  /** The address of a model hub, instead of the one that the models name. */
  hub: string | null;
}

/** Storage may be forbidden (private windows, sandboxed frames); the inspector does without. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Makes the store of a new inspector, with an engine of its own. `dispose` ends both. */
export function openStore({ page, guide, view, image, hub }: OpenOptions): StoreApi<InspectorStore> {
  const engine = createEngine();
  const known = image === null || PICTURES.some(({ id }) => id === image);
  const store = createInspectorStore({
    engine,
    models: MODELS,
    pictures: PICTURES,
    readPicture: createPictureReader(PICTURES, document.baseURI),
    // The example would only flash by before another picture.
    example: known ? EXAMPLE : undefined,
    exampleBeside: known ? EXAMPLE_BESIDE : undefined,
    // In other people's pages nothing is left behind.
    storage: page ? storage() : undefined,
    address: page ? browserAddress(window) : undefined,
    guide,
    view: image !== null && known ? { ...view, picture: image } : view,
    image: image === null || known ? undefined : image,
    hub: hub ?? undefined,
  });
  const { start, dispose } = store.getState();
  store.setState({
    async start(options) {
      await exampleShown(store);
      return start(options);
    },
    dispose() {
      dispose();
      engine.dispose();
    },
  });
  return store;
}

/** After this the engine starts even if the example is not there yet, ms. */
const LONGEST_WAIT = 1500;

/**
 * Resolves when the recorded example, if there is one, has been painted. An engine that starts keeps every core busy
 * for a second, so the first pictures go before it.
 */
function exampleShown(store: StoreApi<InspectorStore>): Promise<void> {
  const shown = ({
    failure,
    sides: {
      a: { recorded, base, edited },
    },
  }: InspectorStore) => !recorded || failure !== null || (base !== null && edited !== null);
  return new Promise((resolve) => {
    if (!store.getState().sides.a.recorded) return resolve();
    const proceed = () => {
      stop();
      clearTimeout(late);
      // Two frames: the second begins when the first has been painted. A hidden page has none, hence the timer.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      setTimeout(resolve, 100);
    };
    const late = setTimeout(proceed, LONGEST_WAIT);
    const stop = store.subscribe((state) => {
      if (shown(state)) proceed();
    });
    if (shown(store.getState())) proceed();
  });
}
