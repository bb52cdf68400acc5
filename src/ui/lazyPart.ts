import { type ComponentType, createElement, lazy, type ReactElement, useState } from 'react';
import { importPatiently } from '../importing';

/**
 * A component whose script is loaded when it is first drawn. Where that does not come in several tries, the boundary around it says
 * so, and its "Try again" asks anew: React's own `lazy` would remember the failure for as long as the page is open.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => ReactElement {
  const begin = () =>
    lazy(() =>
      importPatiently(load).then(
        (component) => ({ default: component }),
        (error) => {
          part = begin();
          throw error;
        },
      ),
    );
  let part = begin();
  return function Part(props: P) {
    const [current] = useState(() => part);
    return createElement(current as unknown as ComponentType<P>, props);
  };
}
