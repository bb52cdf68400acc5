import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Boundary } from '../trouble/Boundary';

/** Room that a panel leaves at the edges of the window, pixels. */
const EDGE = 8;

/**
 * A button that opens a small panel beneath it; Escape and a click elsewhere close it. `open` and `onOpen` are for those that
 * something else opens, too; `heading` makes the button the text of a heading of the second level.
 */
export function Popover(props: {
  label: ReactNode;
  className?: string;
  title?: string;
  align?: 'left' | 'right';
  open?: boolean;
  onOpen?(open: boolean): void;
  heading?: boolean;
  children: ReactNode;
}) {
  const [own, setOwn] = useState(false);
  const open = props.open ?? own;
  const setOpen = props.onOpen ?? setOwn;
  const close = useRef(() => {});
  close.current = () => setOpen(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const view = root.current!;
    const tree = view.getRootNode() as Document | ShadowRoot;
    const outside = (event: Event) => {
      if (event.composedPath().includes(view)) return;
      close.current();
      // The focus moves with the mouse's event, which a finger sends, too, once it is lifted.
      const signal = AbortSignal.timeout(1000);
      window.addEventListener('mousedown', () => setTimeout(giveBack), { once: true, capture: true, signal });
    };
    /** Takes the focus back where the press outside found nothing to give it to. */
    const giveBack = () => {
      if (tree.activeElement || document.activeElement !== document.body) return;
      button.current?.focus({ preventScroll: true });
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close.current();
      (opener.current ?? button.current)?.focus();
      opener.current = null;
    };
    if (!view.contains(tree.activeElement)) {
      // A key opened it: the focus goes there, and back afterwards.
      opener.current = tree.activeElement instanceof HTMLElement ? tree.activeElement : null;
      button.current?.focus();
    }
    window.addEventListener('pointerdown', outside, true);
    view.addEventListener('keydown', onEscape);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      view.removeEventListener('keydown', onEscape);
    };
  }, [open]);

  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open || !panel.current) return;
    const { left, right } = panel.current.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const shift = Math.max(EDGE - left, Math.min(0, width - EDGE - right));
    if (shift !== 0) panel.current.style.translate = `${shift}px`;
  }, [open]);

  const toggle = (
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
  );
  return (
    <div className="popover" ref={root}>
      {props.heading ? <h2 className="popover-heading">{toggle}</h2> : toggle}
      {open && (
        <div id={id} ref={panel} className={`panel panel-${props.align ?? 'left'}`}>
          <Boundary what="This panel">{props.children}</Boundary>
        </div>
      )}
    </div>
  );
}
