import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { StoreApi } from 'zustand';
import { isolatedBox } from '../embedding/isolation';
import type { InspectorStore } from '../state/types';
import { App } from './App';
import { InspectorContext, type InspectorContextValue } from './context';
import { createHover } from './hover';
import { createLocal } from './local';
import { styles } from './styles';

/**
 * Draws an inspector into the shadow root of `element`; it is there when this returns. Whatever else stands in the root is
 * left alone. Returns the way to take it down.
 */
export function mount(
  root: ShadowRoot,
  store: StoreApi<InspectorStore>,
  options: Pick<InspectorContextValue, 'page' | 'embed' | 'element'>,
): () => void {
  root.adoptedStyleSheets = [styles()];
  const box = isolatedBox();
  root.append(box);
  const react = createRoot(box);
  const context = { store, local: createLocal(), hover: createHover(), ...options };
  flushSync(() =>
    react.render(
      <InspectorContext value={context}>
        <App />
      </InspectorContext>,
    ),
  );
  return () => {
    react.unmount();
    box.remove();
  };
}
