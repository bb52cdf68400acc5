/** A recorded figure on screen: what is chosen, the pictures that follow from it, and the numbers beside them. */

import type { OpenRecording } from '@/formats/recording/file';
import { RecordedPictures } from '@/formats/recording/pictures';
import { PARTS } from '@/formats/recording/recording';
import { decodePicture } from '@/session/recording/decode';
import type { View } from '@/session/types';
import { about } from './about';
import { controls } from './controls';
import { decodedPane } from './decodedPane';
import { element } from './element';
import { latentPane } from './latentPane';
import { liveView } from './liveView';
import { marks } from './marks';
import { idle, newestOnly } from './newest';
import { pane } from './pane';
import { openingState, type PlayerState } from './state';

/** @param picture the recorded picture, where the view can name none: the author's own, as it is kept */
export type OnLive = (view: Partial<View>, picture: Blob | null) => void;

export interface FigureOptions {
  onLive: OnLive;
  /** Told of what goes wrong after the figure is there: a part that is missing, damaged or unreadable. */
  onError(error: unknown): void;
  signal: AbortSignal;
}

export function figure(opened: OpenRecording, { onLive, onError, signal }: FigureOptions): HTMLElement {
  const { recording } = opened;
  const pictures = new RecordedPictures({ ...opened, decode: decodePicture });
  let state = openingState(recording);
  const set = (part: Partial<PlayerState>) => {
    state = { ...state, ...part };
    show();
  };
  const setCell = (cellIndex: number) =>
    set({ cellIndex, show: state.show === 'before' ? 'edited' : state.show });

  const picture = pane({ name: 'picture', title: 'Picture', alt: recording.picture.alt });
  const pictureMarks = marks(recording);
  picture.square.append(pictureMarks.root);
  picture.legend.append(element('span', { class: 'muted' }, recording.picture.title));
  const latent = latentPane(recording, { onLayer: (layer) => set({ layer }), onCell: setCell });
  const decoded = decodedPane(recording, {
    onShow: (next) => set({ show: next }),
    onAmplification: (amplification) => set({ amplification }),
  });
  const play = controls(recording, {
    onCell: setCell,
    onPosition: (position) => set({ position, show: state.show === 'before' ? 'edited' : state.show }),
  });
  const origin = about(recording, () => {
    const view = liveView(recording, state);
    if (view.picture !== undefined) return onLive(view, null);
    opened.part(PARTS.picture).then((bytes) => onLive(view, new Blob([bytes])), onError);
  });

  const draw = newestOnly(drawDecoded, { onError, signal });

  function show(): void {
    pictureMarks.show(state.cellIndex);
    latent.show(state.layer, state.cellIndex);
    decoded.show(state);
    play.show(state);
    draw();
  }

  async function drawDecoded(): Promise<void> {
    const { show: what, cellIndex, position, amplification } = state;
    if (what === 'before') return decoded.drawPicture(await pictures.basePicture());
    const frame = await pictures.frame(cellIndex, position);
    if (what === 'edited') decoded.drawPicture(frame.pixels);
    else decoded.drawChange(frame.difference, amplification);
  }

  async function load(): Promise<void> {
    await Promise.all([
      // Something to look at while the change is on its way.
      pictures
        .basePicture()
        .then((base) => decoded.drawPicture(base))
        .then(draw),
      pictures.picture().then(({ data, width, height }) => picture.draw(new ImageData(data, width, height))),
      pictures.mean().then((mean) => latent.give({ mean })),
    ]);
    latent.give({ rawLogvar: await pictures.rawLogvar() });
    origin.complete(await opened.complete);
    // The others' images are decoded before they are asked for.
    for (let cell = 0; cell < recording.cells.length && !signal.aborted; cell++) {
      await idle();
      await pictures.images(cell);
    }
  }

  show();
  load().catch((error) => {
    if (!signal.aborted) onError(error);
  });
  return element(
    'div',
    { class: 'player-figure', role: 'group', 'aria-label': recording.title },
    element(
      'div',
      { class: 'player-head' },
      element('strong', { class: 'player-title' }, recording.title),
      element('span', { class: 'muted small' }, `${recording.model.name}, ${recording.size} px, recorded`),
    ),
    element('div', { class: 'player-panes' }, picture.root, latent.root, decoded.root),
    play.root,
    ...(recording.caption === '' ? [] : [element('p', { class: 'player-caption' }, recording.caption)]),
    origin.root,
  );
}
