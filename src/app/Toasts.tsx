import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import type { ErrorCode } from '@/common/errors';
import { useActions, useInspector, useInspectorContext, useLocal } from './context';
import { OfflineNotice } from './OfflineNotice';
import { leaveScrollRoom } from './parts/scrollRoom';
import { Boundary } from './trouble/Boundary';
import { GivenUp } from './trouble/GivenUp';

/** Failures that trying the very same again cannot mend, but where it comes from a hub. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'bad-image',
  'bad-file',
  'bad-model',
  'bad-edit',
  'bad-link',
  'bad-option',
]);

const KEPT = 'Your edits are kept.';

/** Failures, with what can be done about them; and things worth saying that are not failures. Where a dialog is open, in it. */
export function Toasts() {
  const { local, page, embed } = useInspectorContext();
  const actions = useActions();
  const failure = useInspector((state) => state.failure);
  const notice = useInspector((state) => state.notice);
  const edits = useInspector((state) => state.view.edits.length);
  const message = useLocal((state) => state.message);
  const modal = useLocal((state) => state.modals.at(-1));
  const place = useRef<HTMLDivElement>(null);
  useRoomBelow(place, page && !embed && !modal);
  const toasts = (
    <div className="toasts" ref={place}>
      {failure && (
        <div className="toast toast-failure" role="alert">
          <p>
            <strong>{failure.message}</strong>
          </p>
          {failure.advice && <p>{failure.advice}</p>}
          {edits > 0 && !failure.advice.includes(KEPT) && <p className="muted">{KEPT}</p>}
          <p className="toast-buttons">
            {failure.retry && (failure.ofHub || !FINAL.has(failure.code)) && (
              <button type="button" className="button strong" onClick={failure.retry}>
                Try again
              </button>
            )}
            <button type="button" className="button" onClick={() => actions.dismissFailure()}>
              Dismiss
            </button>
          </p>
        </div>
      )}
      <GivenUp />
      {page && !embed && <OfflineNotice />}
      {[
        { text: notice, dismiss: () => actions.dismissNotice() },
        { text: message, dismiss: () => local.setState({ message: null }) },
      ].map(
        ({ text, dismiss }) =>
          text && (
            <div key={text} className="toast toast-notice" role="status">
              <p>{text}</p>
              <button type="button" className="button quiet" onClick={dismiss}>
                Dismiss
              </button>
            </div>
          ),
      )}
    </div>
  );
  return modal ? createPortal(toasts, modal) : toasts;
}

/** Lengthens the page by what messages cover at its end, so that all of it can be scrolled, or tabbed, out from under them. */
function useRoomBelow(place: RefObject<HTMLElement | null>, wanted: boolean): void {
  useLayoutEffect(() => {
    const toasts = place.current;
    const body = toasts?.closest('.inspector')?.querySelector<HTMLElement>('.body, .guide');
    if (!toasts || !body || !wanted) return;
    const leave = (pixels: number) => {
      body.style.paddingBottom = pixels > 0 ? `${pixels}px` : '';
      leaveScrollRoom(toasts, pixels);
    };
    const observer = new ResizeObserver(() =>
      leave(toasts.offsetHeight && Math.ceil(window.innerHeight - toasts.getBoundingClientRect().top)),
    );
    observer.observe(toasts);
    return () => {
      observer.disconnect();
      leave(0);
    };
  }, [place, wanted]);
}

/** Says so where a message cannot be shown, and lets all of them be dismissed. */
export function ToastsBoundary(props: { children: ReactNode }) {
  const { local } = useInspectorContext();
  const actions = useActions();
  const dismiss = () => {
    actions.dismissFailure();
    actions.dismissNotice();
    local.setState({ message: null, givenUp: null });
  };
  return (
    <Boundary
      what="A message"
      className="toast"
      frame={(words) => <div className="toasts">{words}</div>}
      mend={{ label: 'Dismiss it', press: dismiss }}
    >
      {props.children}
    </Boundary>
  );
}
