import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { StoreApi } from 'zustand';
import { isolatedBox } from '@/element/frame/isolation';
import type { InspectorStore } from '@/session/types';
import { App } from './App';
import { InspectorContext, type InspectorContextValue } from './context';
import { createHover } from './hover';
import { createLocal } from './local';
import { styles } from './look/styles';
import { lastWords } from './trouble/lastWords';
import { listenForErrors } from './trouble/listenForErrors';
import { Whole } from './trouble/Whole';

/**
 * Draws an inspector into the shadow root of `element`; it is there when this returns. Whatever else stands in the root is
 * left alone. Returns the way to take it down.
 */
export function mount(
  root: ShadowRoot,
  store: StoreApi<InspectorStore>,
  options: Pick<InspectorContextValue, 'page' | 'embed' | 'element' | 'figure'>,
): () => void {
  root.adoptedStyleSheets = [styles()];
  const box = isolatedBox();
  root.append(box);
  const context = {
    store,
    local: createLocal(options.page && !options.embed),
    hover: createHover(),
    ...options,
  };
  const react = createRoot(box, {
    // Not even the last boundary could be drawn: React has taken everything away.
    onUncaughtError(error) {
      console.error(error);
      box.append(lastWords(error, store.getState().view));
    },
  });
  const deaf = listenForErrors(context);
  flushSync(() =>
    react.render(
      <InspectorContext value={context}>
        <Whole>
          <App />
        </Whole>
      </InspectorContext>,
    ),
  );
  return () => {
    deaf();
    react.unmount();
    box.remove();
  };
}
