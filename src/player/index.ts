/**
 * The player of recorded figures: plain elements, no engine, no worker, no framework. It is a part of its own, so that a page
 * with recorded figures loads nothing else.
 */

import { askedTheme, onSystemTheme, systemTheme } from '@/app/look/systemTheme';
import { toPlain } from '@/common/errors';
import { isolatedBox } from '@/element/frame/isolation';
import { openRecording } from '@/formats/recording/file';
import { secondOf } from '@/formats/recording/second';
import { decodePicture } from '@/session/recording/decode';
import { element } from './element';
import { figure, type OnLive } from './figure';
import { figureOfTwo } from './pair';
import { playerStyles } from './styles';

export type { OnLive } from './figure';

/** The source of a recording: a file, or what is already on its way (`fetchRecording`). */
export type RecordingPlace = { arriving: Promise<ReadableStream<Uint8Array<ArrayBuffer>>> } | { file: Blob };

export interface PlayerOptions {
  /** "Run it live" was pressed. */
  onLive: OnLive;
  /** Aborted: what was drawn is taken down, and what is loading is stopped. */
  signal?: AbortSignal;
}

/**
 * Plays a recording in a shadow root. Resolves, when the figure is there and its pictures are arriving, with the way to take
 * it down. What goes wrong later is shown in its place.
 * @throws InspectorError `network`, `not-found` or `bad-file`, which is also shown; what `signal` is aborted with
 */
export async function mountPlayer(
  root: ShadowRoot,
  source: RecordingPlace,
  { onLive, signal }: PlayerOptions,
): Promise<() => void> {
  const ended = new AbortController();
  const stop = () => ended.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', stop, { once: true, signal: ended.signal });

  const sheets = root.adoptedStyleSheets;
  root.adoptedStyleSheets = [...sheets, playerStyles()];
  const inspector = element(
    'div',
    { class: 'inspector player' },
    element('p', { class: 'muted' }, 'Loading the figure.'),
  );
  const box = isolatedBox();
  box.append(inspector);
  root.append(box);
  followTheme(inspector, root.host, ended.signal);
  ended.signal.addEventListener('abort', () => {
    box.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== playerStyles());
  });

  const fail = (error: unknown) => {
    if (ended.signal.aborted) return;
    const { message, advice } = toPlain(error);
    inspector.replaceChildren(
      element('p', { class: 'player-problem', role: 'alert' }, `${message} ${advice}`.trim()),
    );
  };
  try {
    const stream = 'file' in source ? source.file.stream() : await source.arriving;
    const opened = await openRecording(stream);
    ended.signal.throwIfAborted();
    const options = { onLive, onError: fail, signal: ended.signal };
    const second = secondOf({ ...opened, decode: decodePicture });
    inspector.replaceChildren(second ? figureOfTwo(opened, second, options) : figure(opened, options));
    return stop;
  } catch (error) {
    fail(error);
    throw error;
  }
}

/** The author's theme, else the system's, as both may change. */
function followTheme(inspector: HTMLElement, host: Element, signal: AbortSignal): void {
  const show = () => {
    inspector.dataset.theme = askedTheme(host) ?? systemTheme();
  };
  show();
  const observer = new MutationObserver(show);
  observer.observe(host, { attributeFilter: ['theme'] });
  const forget = onSystemTheme(show);
  signal.addEventListener('abort', () => {
    observer.disconnect();
    forget();
  });
}
