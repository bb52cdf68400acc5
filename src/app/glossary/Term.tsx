import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { importPatiently } from '@/common/importing';
import type { TermEntry } from './benchTerms';
import { light, placesOf } from './light';
import type { TermId } from './terms';

/** Pixels between a popover and the window's edges. */
const MARGIN = 8;

/** The glossary, once it has come: what is there is shown in the same frame. */
let glossary: Record<string, TermEntry> | null = null;

async function loadGlossary(): Promise<void> {
  glossary ??= (await importPatiently(() => import('./terms'))).TERMS;
}

/** A word of the glossary. Pointing at it lights its place; pressing it says what it means. */
export function Term(props: { of: TermId; children: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLSpanElement>(null);
  const id = useId();
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const [known, setKnown] = useState(glossary !== null);
  const [pointed, setPointed] = useState(false);
  const entry = known ? (glossary?.[props.of] ?? null) : null;
  const part = entry?.part;
  const isLit = (open || pointed) && part !== undefined;

  const load = () => {
    loadGlossary().then(
      () => setKnown(true),
      () => setFailed(true),
    );
  };
  const point = () => {
    load();
    setPointed(true);
  };

  useEffect(() => {
    if (isLit) return light(part, button.current!);
  }, [isLit, part]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: its size changes when its words come
  useEffect(() => {
    if (open) placeBeside(panel.current!, button.current!);
  }, [open, entry]);

  // React's onToggle is heard on some elements only.
  useEffect(() => {
    const element = panel.current!;
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open');
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);

  // Its place is in the window's coordinates, so it has to be moved along with its word.
  useEffect(() => {
    if (!open) return;
    const follow = () => placeBeside(panel.current!, button.current!);
    window.addEventListener('resize', follow);
    window.addEventListener('scroll', follow, { passive: true });
    return () => {
      window.removeEventListener('resize', follow);
      window.removeEventListener('scroll', follow);
    };
  }, [open]);

  return (
    <>
      <button
        type="button"
        ref={button}
        className="term"
        popoverTarget={id}
        aria-expanded={open}
        onPointerEnter={point}
        onPointerLeave={() => setPointed(false)}
        onFocus={point}
        onBlur={() => setPointed(false)}
        onClick={load}
      >
        {props.children}
      </button>
      <span id={id} ref={panel} popover="auto" className="term-popover">
        {open && (
          <>
            <strong>{entry?.name ?? props.children}</strong>{' '}
            <span>{entry?.says ?? (failed ? 'The glossary did not come. Check the connection.' : '…')}</span>
            {part && placesOf(part, button.current!).length > 0 && (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  const [place] = placesOf(part, button.current!);
                  panel.current?.hidePopover();
                  button.current?.focus({ preventScroll: true });
                  place?.scrollIntoView({ block: 'center' });
                }}
              >
                Show its place
              </button>
            )}
          </>
        )}
      </span>
    </>
  );
}

/** Puts a popover under its word, or over it where there is no room, and inside the window. */
function placeBeside(panel: HTMLElement, word: HTMLElement): void {
  const at = word.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.max(MARGIN, Math.min(at.left, clientWidth - width - MARGIN));
  const below = at.bottom + MARGIN / 2;
  const top = below + height + MARGIN <= clientHeight ? below : at.top - height - MARGIN / 2;
  panel.style.left = `${left}px`;
  panel.style.top = `${Math.max(MARGIN, top)}px`;
}
