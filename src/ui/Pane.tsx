import type { ReactNode, Ref } from 'react';
import { Popover } from './Popover';

/** One of the three figures: a caption in words, its controls in the caption line, a square, a legend beneath. */
export function Pane(props: {
  name: 'picture' | 'latent' | 'decoded';
  title: string;
  /** One or two sentences for someone who meets the word for the first time. */
  about: string;
  detail: string;
  controls?: ReactNode;
  legend: ReactNode;
  children: ReactNode;
  frame: Ref<HTMLDivElement>;
  /** What a screen reader is told of the square, where the square itself is a picture. */
  alt?: string;
  stale?: boolean;
}) {
  return (
    <figure className={`pane pane-${props.name}`} data-pane={props.name}>
      <figcaption className="caption">
        <span className="caption-words">
          <Popover className="term pane-title" label={props.title} title={props.about}>
            <p>{props.about}</p>
          </Popover>
          <span className="muted caption-detail">{props.detail}</span>
        </span>
        {props.controls && <span className="caption-controls">{props.controls}</span>}
      </figcaption>
      <div
        className={`square ${props.stale ? 'stale' : ''}`}
        ref={props.frame}
        {...(props.alt && { role: 'img', 'aria-label': props.alt })}
      >
        {props.children}
      </div>
      <div className="legend">{props.legend}</div>
    </figure>
  );
}
