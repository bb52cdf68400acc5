import type { ReactNode, Ref } from 'react';
import { useInspector } from '../context';
import { Popover } from './Popover';

/** One of the three figures: a caption in words, its controls in the caption line, its squares, a legend beneath. */
export function Pane(props: {
  name: 'picture' | 'latent' | 'decoded';
  title: string;
  /** One or two sentences for someone who meets the word for the first time. */
  about: string;
  detail: string;
  controls?: ReactNode;
  legend: ReactNode;
  /** A square, or the squares of both sides. */
  children: ReactNode;
}) {
  return (
    <figure className={`pane pane-${props.name}`} data-pane={props.name}>
      <figcaption className="caption">
        <span className="caption-words">
          <Popover heading className="term pane-title" label={props.title} title={props.about}>
            <p>{props.about}</p>
          </Popover>
          <span className="muted caption-detail">{props.detail}</span>
        </span>
        {props.controls && <span className="caption-controls">{props.controls}</span>}
      </figcaption>
      {props.children}
      <div className="legend">{props.legend}</div>
    </figure>
  );
}

/** The square itself, in which things are drawn over one another. */
export function Square(props: {
  frame: Ref<HTMLDivElement>;
  /** Words for screen readers, where the square itself is a picture. */
  alt?: string | undefined;
  /** True where what is drawn is older than what is open and edited. It keeps its colours. */
  stale?: boolean;
  /** True while something newer is on its way. */
  updating?: boolean;
  /** True where another one shows the very same. */
  small?: boolean;
  children: ReactNode;
}) {
  const shape = useSquareShape();
  return (
    <div
      className={`square ${props.stale ? 'stale' : ''} ${props.small ? 'square-small' : ''}`}
      ref={props.frame}
      style={shape === null ? undefined : { aspectRatio: shape }}
      {...(props.alt && { role: 'img', 'aria-label': props.alt })}
    >
      {props.children}
      {props.updating && <span className="updating" aria-hidden="true" />}
    </div>
  );
}

/** Width to height, where a latent from a file need not be square; null for the usual. */
function useSquareShape(): number | null {
  return useInspector(
    ({
      view,
      sides: {
        a: { posterior },
      },
    }) => (view.latent !== null && posterior ? posterior.cols / posterior.rows : null),
  );
}
