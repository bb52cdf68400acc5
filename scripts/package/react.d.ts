/**
 * `<latent-inspector>` in JSX, for React 19, which sets properties of custom elements and listens to their events
 * (`oneffect`). Import it once for its types: `import 'latent-inspector/react'`.
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { Edit, LatentInspectorElement, LatentInspectorEvents } from './index.js';

type Listeners = {
  [K in keyof LatentInspectorEvents as `on${K}`]?: (event: LatentInspectorEvents[K]) => void;
};

export interface LatentInspectorProps
  extends Omit<
      DetailedHTMLProps<HTMLAttributes<LatentInspectorElement>, LatentInspectorElement>,
      keyof Listeners
    >,
    Listeners {
  model?: string;
  compare?: string;
  /** An address, or the id of a starting picture. */
  image?: string;
  size?: 256 | 384 | 512 | 768;
  /** "row,column" */
  cell?: string;
  layer?: string;
  recording?: string;
  hub?: string;
  theme?: 'light' | 'dark';
  loading?: 'lazy' | 'eager' | 'click';
  edits?: readonly Edit[];
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'latent-inspector': LatentInspectorProps;
    }
  }
}
