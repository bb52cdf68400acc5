import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { announceFailure } from '@/element/face';
import { useInspector, useInspectorContext } from '../context';
import { Broken, type Mend } from './Broken';
import { Catch } from './Catch';

export interface BoundaryProps {
  /** The part of the page, as it begins a sentence: "The picture". */
  what: string;
  /** The way to let go of what cannot be shown, beside trying again; none where there is nothing to let go of. */
  mend?: Mend | undefined;
  /** Frame of the words in its place, for a part that is no box in the flow of the page. */
  frame?: ((words: ReactNode) => ReactNode) | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/**
 * A part of the page that may fail by itself: what it throws while it is drawn is said in its place, and the rest of the page
 * works on. It is tried again as soon as what is open, edited or chosen is another.
 */
export function Boundary(props: BoundaryProps) {
  const { what, mend, className, frame = (words) => words } = props;
  const { element } = useInspectorContext();
  const open = useInspector(
    useShallow((state) => [
      state.view,
      state.models,
      state.picture,
      state.sides.a.posterior,
      state.sides.a.base,
      state.sides.a.edited,
      state.sides.a.effect,
      state.sides.b,
      state.experiments,
    ]),
  );
  return (
    <Catch
      until={open}
      onError={(error) => announceFailure(element, error)}
      instead={(error, retry) =>
        frame(<Broken what={what} error={error} className={className} mend={mend} onRetry={retry} />)
      }
    >
      {props.children}
    </Catch>
  );
}
