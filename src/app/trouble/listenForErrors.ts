import { InspectorError } from '@/common/errors';
import { announceFailure } from '@/element/face';
import type { InspectorContextValue } from '../context';
import { technical } from './Reason';

/** Scripts of this inspector lie beside this one. */
const SCRIPTS = new URL(/* @vite-ignore */ '.', import.meta.url).href;

/** Messages that browsers report as errors and that are none: a resize that is handed out one frame later. */
const HARMLESS = /^ResizeObserver loop/;

/** Tells whether an error can have come from this inspector and not from a page around it, or from an extension of the browser. */
function isOwn(error: unknown, file: string, page: boolean): boolean {
  const trace = `${file}\n${error instanceof Error ? (error.stack ?? '') : ''}`;
  if (/(chrome|moz|safari(-web)?)-extension:/.test(trace)) return false;
  return page || trace.includes(SCRIPTS);
}

/** Words for an error that nobody caught; null where there is nothing to say. */
export function mishapWords(error: unknown): string | null {
  if (error instanceof InspectorError) {
    // These are answers to a visitor who has changed their mind.
    if (error.code === 'aborted' || error.code === 'superseded') return null;
    if (error.code !== 'internal') return `${error.message} ${error.advice}`.trim();
  }
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  return `Something went wrong, and what you asked for may not have been done: ${technical(error)}. Your picture and your edits are kept. Try it again; if it happens again, it is a mistake of the program: please report it with these words.`;
}

/**
 * Says what fails where nobody waits for it: in handlers of events, in effects, in promises. Returns the way to stop.
 * In other people's pages only errors of the inspector's own scripts count.
 */
export function listenForErrors({ store, local, page, element }: InspectorContextValue): () => void {
  const tell = (error: unknown, file: string) => {
    if (!isOwn(error, file, page)) return;
    const words = mishapWords(error);
    if (words === null) return;
    const { failure } = store.getState();
    // Whoever asked did not wait for it, but it is on the page already.
    if (failure && error instanceof InspectorError && failure.message === error.message) return;
    local.setState({ message: words });
    announceFailure(element, error);
  };
  const onError = (event: ErrorEvent) => {
    // Without an error it is that of a script whose origin keeps its words to itself.
    if (event.error == null || HARMLESS.test(event.message)) return;
    tell(event.error, event.filename);
  };
  const onRejection = (event: PromiseRejectionEvent) => tell(event.reason, '');
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onRejection);
  return () => {
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
  };
}
