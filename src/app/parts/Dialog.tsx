import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { useInspectorContext } from '../context';
import { addModal } from '../local';

/** A dialog over the page, open from the beginning, with its title and a way to close it. */
export function Dialog(props: {
  title: string;
  className: string;
  onClose(): void;
  /** Is given what closes it. */
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const { title, className, onClose, children } = props;
  const id = useId();
  const dialog = useModal();
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} className={`dialog ${className}`} aria-labelledby={id} onClose={onClose}>
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="button quiet" onClick={close}>
          Close
        </button>
      </div>
      {typeof children === 'function' ? children(close) : children}
    </dialog>
  );
}

/** The reference of a `<dialog>` that stands over the page as soon as it is there; messages are shown in it. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const { local } = useInspectorContext();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current) return;
    dialog.current.showModal();
    return addModal(local, dialog.current);
  }, [local]);
  return dialog;
}
