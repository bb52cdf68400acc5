import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Boundary } from '../trouble/Boundary';

/** A button that opens a small panel beneath it; Escape and a click elsewhere close it. */
export function Popover(props: {
  label: ReactNode;
  className?: string;
  title?: string;
  align?: 'left' | 'right';
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!event.composedPath().includes(root.current!)) setOpen(false);
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    const view = root.current!;
    window.addEventListener('pointerdown', outside, true);
    view.addEventListener('keydown', onEscape);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      view.removeEventListener('keydown', onEscape);
    };
  }, [open]);

  return (
    <div className="popover" ref={root}>
      <button
        type="button"
        ref={button}
        className={props.className ?? 'button'}
        title={props.title}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {props.label}
      </button>
      {open && (
        <div id={id} className={`panel panel-${props.align ?? 'left'}`}>
          <Boundary what="This panel">{props.children}</Boundary>
        </div>
      )}
    </div>
  );
}
