import { createRoot } from 'react-dom/client';
import type { StoreApi } from 'zustand';
import type { InspectorStore } from '../state/types';
import { App } from './App';
import { InspectorContext } from './context';
import { createHover } from './hover';
import { createLocal } from './local';
import { styles } from './styles';

/** Draws an inspector into a shadow root; returns the way to take it down. */
export function mount(root: ShadowRoot, store: StoreApi<InspectorStore>, page: boolean): () => void {
  root.adoptedStyleSheets = [styles()];
  const container = document.createElement('div');
  container.style.display = 'contents';
  root.append(container);
  const react = createRoot(container);
  const context = { store, local: createLocal(), hover: createHover(), page };
  react.render(
    <InspectorContext value={context}>
      <App />
    </InspectorContext>,
  );
  return () => {
    react.unmount();
    container.remove();
  };
}
