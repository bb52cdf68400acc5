import { type ComponentType, createElement, lazy, type ReactElement } from 'react';
import { importPatiently } from '@/common/importing';

/** Parts that did not come, each with what lets it be asked for anew: React's `lazy` remembers a failure for as long as the page is open. */
const missing = new Set<() => void>();

/** Lets parts that did not come be asked for anew when they are drawn next. */
export function renewParts(): void {
  for (const renew of missing) renew();
  missing.clear();
}

/** A component whose script is loaded when it is first drawn. Where that does not come in several tries, drawing it throws. */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => ReactElement {
  const begin = () =>
    lazy(() =>
      importPatiently(load).then(
        (component) => ({ default: component }),
        (error) => {
          missing.add(() => {
            part = begin();
          });
          throw error;
        },
      ),
    );
  let part = begin();
  return function Part(props: P) {
    return createElement(part as unknown as ComponentType<P>, props);
  };
}
