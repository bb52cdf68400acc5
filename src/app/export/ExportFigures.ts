/** The panes as figures for a file. */

import { editedCells, writeEdit } from '@/edits';
import type { Cell } from '@/latent/types';
import type { InspectorState } from '@/session/types';
import { version } from '../../../package.json';
import { influenceOf } from '../cell/useInfluence';
import { changeEnd } from '../drawing/changeScale';
import { picturePainting, scalarPainting } from '../drawing/paintings';
import { showParts } from '../drawing/show';
import { chooseDecoded } from '../drawing/useDecoded';
import { latentMap } from '../drawing/useLatentMap';
import { replacedWords } from '../drawing/useReplaced';
import type { MapFigure } from '../experiments/figures';
import { fileName } from '../experiments/provenance';
import { CHANGE } from '../parts/colourMaps';
import { modelName, sideOf } from '../sides/side';
import { LETTERS, SIDES, type Side } from '../sides/sideNames';
import type { Sheet } from './ExportSheet';

export type PaneName = 'picture' | 'latent' | 'decoded';

/** The reason why the panes cannot be taken out now, one sentence; null where they can. */
export function figureProblem(state: InspectorState): string | null {
  if (!state.sides.a.posterior || !state.sides.a.base) return 'Nothing is decoded yet.';
  const sides = state.sides.b ? SIDES : (['a'] as const);
  const isReplaced = sides.some((side) => {
    const { id, madeWith } = sideOf(state, side);
    if (madeWith === null) return false;
    return replacedWords(madeWith, { model: id, size: state.view.size }, state.picture?.pixels.width ?? null);
  });
  // Its small print would name the new one.
  if (isReplaced)
    return 'What is to be seen is of the model or size before. Wait until the new one is there.';
  const ready = sides.every((side) => decodedOf(state, side)?.standing === 'exact');
  return ready ? null : 'What is to be seen is not decoded yet. Wait until it is.';
}

/** One pane of one side; null where there is nothing in it. */
export function paneFigure(state: InspectorState, pane: PaneName, side: Side): MapFigure | null {
  switch (pane) {
    case 'picture':
      return pictureFigure(state);
    case 'latent':
      return latentFigure(state, side);
    case 'decoded':
      return decodedFigure(state, side);
  }
}

/** All panes; of a comparison the second model's stand under the first one's. */
export function figureRows(state: InspectorState): (MapFigure | null)[][] {
  const row = (side: Side) => [
    side === 'a' ? pictureFigure(state) : null,
    latentFigure(state, side),
    decodedFigure(state, side),
  ];
  const rows = state.sides.b ? [row('a'), row('b')] : [row('a')];
  // A latent from a file has no picture.
  return state.picture ? rows : rows.map(([, ...rest]) => rest);
}

/** The sentence of the page, and what is ringed. */
export function captionOf(state: InspectorState, sentence: string): string {
  const named = cellsWords(ringed(state, 'a'));
  return editedCells(state.view.edits).length > 0
    ? `${sentence} Edited and ringed: ${named}.`
    : `Nothing is changed. Selected and ringed: ${named}.`;
}

/** "row 1, column 1" or "3 cells". */
export function cellsWords(cells: readonly Cell[]): string {
  const [only, ...others] = cells;
  return only && others.length === 0 ? `row ${only.row}, column ${only.col}` : `${cells.length} cells`;
}

/** Small print on what made it: models, picture, device, edits, version. */
export function footOf(state: InspectorState): string[] {
  const {
    view,
    device,
    sides: { b: compare },
  } = state;
  const models = (compare ? SIDES : (['a'] as const)).map((side) => {
    const { id, model } = sideOf(state, side);
    const sha256 = model.info?.provenance.sha256;
    const letter = compare ? `${LETTERS[side]}: ` : '';
    return `${letter}${modelName(state.models, id)}${sha256 ? ` (SHA-256 ${sha256.slice(0, 12)}\u2026)` : ''}`;
  });
  const edits = view.edits.map(writeEdit).join('; ');
  return [
    [...models, subjectOf(state).title, device.report ? `computed by ${device.report.label}` : '']
      .filter(Boolean)
      .join('; '),
    ...(edits ? [`Edits: ${edits.length > 400 ? `${edits.slice(0, 400)}\u2026` : edits}`] : []),
    `latent-inspector ${version}`,
  ];
}

/** The whole figure. */
export function figureSheet(state: InspectorState, sentence: string): Sheet {
  return { rows: figureRows(state), caption: captionOf(state, sentence), foot: footOf(state) };
}

/** Words for what is open, for names of files: model, what is decoded, and its width in pixels. */
export function subjectOf({
  view,
  picture,
  sides: {
    a: { base },
  },
}: InspectorState): {
  model: string;
  picture: string;
  size: number;
  /** "Still life, 512 x 512 pixels". */
  title: string;
} {
  const name = view.latent === null ? (picture?.title ?? 'picture') : `latent ${view.latent}`;
  const [width, height] = [base?.width ?? view.size, base?.height ?? view.size];
  return {
    model: view.model,
    picture: name,
    size: width,
    title: `${name}, ${width} \u00d7 ${height} pixels`,
  };
}

/** "latent-inspector_figure_mini-planted_still-life_512.png". */
export function exportName(state: InspectorState, what: string, end: string): string {
  return fileName(what, subjectOf(state), end);
}

function pictureFigure({ picture }: InspectorState): MapFigure | null {
  if (!picture) return null;
  const title = `Picture: ${picture.title}`;
  return { kind: 'map', title, alt: picture.alt, painting: picturePainting(picture.pixels), scale: null };
}

function latentFigure(state: InspectorState, side: Side): MapFigure | null {
  const { posterior, edits } = sideOf(state, side);
  if (!posterior) return null;
  const { layer, range, cell } = state.view;
  const map = latentMap(posterior, edits, layer, range, influenceOf(state, side));
  const { rows, cols } = map.grid;
  const { label, low, high } = map.view;
  return {
    kind: 'map',
    title: `${lettered(state, side, 'Latent')}: ${label}, ${rows} \u00d7 ${cols} cells`,
    alt: `Latent, ${label}, with row ${cell.row}, column ${cell.col} selected`,
    painting: scalarPainting(map.values, cols, rows, low, high, map.view.map),
    crisp: true,
    scale: { ...map.view, unit: `${map.view.unit}${range === 'middle' ? ' (1st to 99th percentile)' : ''}` },
    rings: { rows, cols, cells: ringed(state, side) },
  };
}

function decodedFigure(state: InspectorState, side: Side): MapFigure | null {
  const decoded = decodedOf(state, side);
  if (!decoded?.painting) return null;
  const { what, whose } = showParts(decoded.show);
  const { amplification } = state.view;
  const of = whose === 'control' ? ' at the control cell' : '';
  const end = endOf(state);
  const scale = amplification === 'data' ? `colours end at ${end}` : `\u00d7 ${amplification}`;
  const words = what === 'change' ? `change${of} in levels of 255, ${scale}` : `${what}${of}`;
  return {
    kind: 'map',
    title: `${lettered(state, side, 'Decoded')}: ${words}`,
    alt: `Decoded: ${words}`,
    painting: decoded.painting,
    scale:
      what === 'change'
        ? {
            map: CHANGE,
            low: 0,
            high: end,
            unit: `levels of 255${amplification !== 'data' && amplification > 1 ? ', or more' : ''}`,
          }
        : null,
  };
}

function decodedOf(state: InspectorState, side: Side) {
  return chooseDecoded(sideOf(state, side), state.view.show, endOf(state));
}

/** One scale for all that the figure compares. */
function endOf({ view, sides }: InspectorState): number {
  return changeEnd(view.amplification, sides.b ? [sides.a, sides.b] : [sides.a]);
}

/** The edited cells, or the selected one where nothing is edited. */
function ringed(state: InspectorState, side: Side) {
  const { edits, cell } = sideOf(state, side);
  const cells = editedCells(edits);
  return cells.length > 0 ? cells : [cell];
}

function lettered({ sides: { b: compare } }: InspectorState, side: Side, word: string): string {
  return compare ? `${word} of ${LETTERS[side]}` : word;
}
