/** The figures of the article. Each says of which model and pictures it is, and what it does not show. */
import type { ReactNode } from 'react';
import { type Bar, BarChart, LineChart } from './charts';
import { TRY } from './links';
import { count, first, levels, MEASURED, MODEL_IDS, type ModelId, NAMES, overPictures } from './numbers';
import { Try } from './parts';

function Figure(props: { title: string; to?: string; children: ReactNode; note: ReactNode }) {
  return (
    <figure className="article-figure">
      <figcaption>
        <strong>{props.title}</strong>
        {props.to && <Try to={props.to} />}
      </figcaption>
      {props.children}
      <p className="article-note">{props.note}</p>
    </figure>
  );
}

type Row = ReturnType<typeof first>;

function bar(id: ModelId, label: string, of: (row: Row) => number | undefined, isControl = false): Bar {
  const value = of(first(id)) ?? Number.NaN;
  const { min, max } = overPictures(id, of);
  return { label, value, text: levels(value), range: { min, max }, isControl };
}

const spoken = (groups: { label: string; bars: readonly Bar[] }[]) =>
  groups
    .map(({ label, bars }) => `${label}: ${bars.map((each) => `${each.label} ${each.text}`).join(', ')}`)
    .join('; ');

const N = MEASURED.pictures.length;
const PICTURES = `Bars: still life at ${MEASURED.size} pixels. Thin lines: smallest and largest over ${count(N)} pictures.`;

export function EffectFigure() {
  const groups = MODEL_IDS.map((id) => ({
    label: NAMES[id],
    bars: [
      bar(id, 'far', (row) => row.spot.own.far),
      bar(id, 'far, control', (row) => row.spot.control?.far, true),
      bar(id, 'near', (row) => row.spot.own.near),
      bar(id, 'near, control', (row) => row.spot.control?.near, true),
    ],
  }));
  return (
    <Figure
      title="The same change in three models"
      to={TRY.spot}
      note={
        <>
          Root mean square change, levels of 255; near is within {MEASURED.radius} cells. {PICTURES} Hollow:
          the same change at an ordinary cell of the same model. The change is the planted cell’s heal,
          carried to the others in units of each channel’s spread. It does not show each model’s own strongest
          cell, nor Stable Diffusion.
        </>
      }
    >
      <BarChart groups={groups} unit="levels" alt={`Change in levels. ${spoken(groups)}.`} />
    </Figure>
  );
}

export function RingsFigure() {
  const planted = first('mini-planted').spot;
  const clean = first('mini-clean').spot;
  const lines = [
    { label: 'planted, cell (1, 1)', values: planted.own.profile ?? [], kind: 'a' as const },
    { label: 'clean twin, cell (1, 1)', values: clean.own.profile ?? [], kind: 'b' as const },
    { label: 'planted, control cell', values: planted.control?.profile ?? [], kind: 'control' as const },
  ];
  const ends = lines
    .map(
      ({ label, values }) =>
        `${label}: ${levels(values[0] ?? 0)} in its own cell, ${levels(values.at(-1) ?? 0)} in the last ring`,
    )
    .join('; ');
  return (
    <Figure
      title="How the change falls off with distance"
      to={TRY.rings}
      note={
        <>
          Root mean square change in each ring of cells around the changed one; logarithmic scale. Still life,
          one picture, {MEASURED.size} pixels. Each line counts from its own cell. It does not show in which
          direction a pixel moved.
        </>
      }
    >
      <LineChart lines={lines} near={MEASURED.radius} alt={`Change by distance, in levels. ${ends}.`} />
    </Figure>
  );
}

export function PathsFigure() {
  const made = [
    { label: 'planted, its cell', paths: first('mini-planted').paths },
    { label: 'clean twin, the same cell', paths: first('mini-clean').paths },
    { label: 'emergent, its right column', paths: first('mini-emergent').columnPaths },
  ];
  const arm = (label: string, value: number): Bar => ({ label, value, text: levels(value) });
  const groups = made.flatMap(({ label, paths }) =>
    paths
      ? {
          label,
          bars: [
            arm('nothing frozen', paths.full),
            arm('GroupNorm frozen', paths.frozenNorm),
            arm('attention frozen', paths.frozenAttention),
            arm('both frozen', paths.frozenBoth),
          ],
        }
      : [],
  );
  return (
    <Figure
      title="What is left when a part is frozen"
      to={TRY.paths}
      note={
        <>
          Root mean square change beyond the convolutions’ reach of {MEASURED.models['mini-planted'].reach}{' '}
          cells, levels of 255: for the change of the first figure, and in the emergent model for its right
          column set to zero. Still life, one picture, {MEASURED.size} pixels. The control is built in: with
          both frozen nothing can be left. It does not show by which path a model other than these carries its
          effect.
        </>
      }
    >
      <BarChart groups={groups} unit="levels" alt={`Change left, in levels. ${spoken(groups)}.`} />
    </Figure>
  );
}

export function TilesFigure() {
  const groups = MODEL_IDS.map((id) => ({
    label: NAMES[id],
    bars: [bar(id, 'tiles', (row) => row.tiled.rms), bar(id, 'pasted block', (row) => row.paste.beyond)],
  }));
  return (
    <Figure
      title="Tiles, and a pasted block"
      note={
        <>
          Tiles: root mean square difference from the decode in one piece, whole picture. Pasted block: change
          beyond the convolutions’ reach. Levels of 255. {PICTURES} Tiles are not blended, so this is not what
          a program that blends them gives. Convolutions alone would give 0 in both.
        </>
      }
    >
      <BarChart groups={groups} unit="levels" alt={`Difference in levels. ${spoken(groups)}.`} />
    </Figure>
  );
}
