import { type ReactNode, useMemo, useRef } from 'react';
import { formatLevels } from '@/measures/effect';
import { useActions, useInspector } from '../context';
import { changeLegend } from '../drawing/changeScale';
import { picturePainting } from '../drawing/paintings';
import { showParts } from '../drawing/show';
import { useChangeEnd } from '../drawing/useDecoded';
import { CellMarks } from '../panes/CellMarks';
import { DecodedSquare } from '../panes/DecodedSquare';
import { LatentSquare } from '../panes/LatentSquare';
import { useChooseCell } from '../panes/useChooseCell';
import { useMarks } from '../panes/useMarks';
import { usePaneCells } from '../panes/usePaneCells';
import { CHANGE } from '../parts/colourMaps';
import { Legend } from '../parts/Legend';
import { Square } from '../parts/Pane';
import { PixelCanvas } from '../parts/PixelCanvas';
import { SideBadge } from '../sides/Sides';
import { SideContext, useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';
import { CellLoupe } from './CellLoupe';
import { DecoderDrawing, FrozenLine, FrozenSquare } from './DecoderDrawing';
import type { Step } from './steps';
import type { GuideState } from './useGuide';
import type { Frozen } from './useMechanism';

export interface GuideFigureProps {
  state: GuideState;
  step: Step;
  frozen: Frozen;
  onFreeze(frozen: Frozen): void;
  onReveal(): void;
}

/** Photograph, latent and both decoded pictures, each with a line of words. */
export function GuideFigure(props: GuideFigureProps) {
  const { state, step, frozen } = props;
  const isDecoder = step.place === 'decoder';
  return (
    <div className="guide-figures" data-place={step.place}>
      {isDecoder ? (
        <Figure name="decoder" title="The decoder of A" note="Frozen: held as it was before the change.">
          <DecoderDrawing frozen={frozen} onFreeze={props.onFreeze} />
        </Figure>
      ) : (
        <>
          <Figure name="photo" title="Photo" note="What the encoder is given.">
            <PhotoSquare />
          </Figure>
          <LatentFigure />
        </>
      )}
      <SideContext value="a">
        <Figure
          name="a"
          title={
            <>
              <SideBadge side="a" /> {state.names.a}
            </>
          }
          note={
            isDecoder ? (
              <FrozenLine frozen={frozen} whole={state.a.own} />
            ) : (
              <FarLine side="a" state={state} />
            )
          }
        >
          {isDecoder ? <FrozenSquare frozen={frozen} /> : <DecodedSquare />}
        </Figure>
      </SideContext>
      <SideContext value="b">
        <Figure
          name="b"
          title={
            <>
              <SideBadge side="b" /> {state.names.b}
            </>
          }
          note={step.hidesB ? null : <FarLine side="b" state={state} />}
        >
          {step.hidesB ? <Cover asks={step.place === 'b'} onReveal={props.onReveal} /> : <DecodedSquare />}
        </Figure>
      </SideContext>
    </div>
  );
}

function Figure(props: { name: string; title: ReactNode; note: ReactNode; children: ReactNode }) {
  return (
    <figure className={`guide-figure guide-figure-${props.name}`} data-part={props.name}>
      <figcaption className="guide-caption">{props.title}</figcaption>
      {props.children}
      <div className="guide-note">{props.note}</div>
    </figure>
  );
}

function LatentFigure() {
  const posterior = useInspector((state) => state.sides.a.posterior);
  const grid = useRef<HTMLDivElement>(null);
  return (
    <Figure
      name="latent"
      title={posterior ? `Latent of A, ${posterior.rows} × ${posterior.cols} cells` : 'Latent of A'}
      note={<CellLoupe />}
    >
      <LatentSquare grid={grid} />
    </Figure>
  );
}

function PhotoSquare() {
  const picture = useInspector((state) => state.picture);
  const posterior = useInspector((state) => state.sides.a.posterior);
  const selected = useInspector((state) => state.view.cell);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const rows = posterior?.rows ?? 0;
  const cols = posterior?.cols ?? 0;
  usePaneCells(frame, rows, cols, choose);
  const painting = useMemo(() => picture && picturePainting(picture.pixels), [picture]);
  const marks = useMarks({ edited: true });
  return (
    <Square frame={frame} alt={picture ? picture.alt || picture.title || 'The photo' : undefined}>
      <PixelCanvas painting={painting} />
      {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
    </Square>
  );
}

/** How far the picture moved far from the cell, never without its control. */
function FarLine({ side, state }: { side: Side; state: GuideState }) {
  const { own, control, missing } = state[side];
  const absent = useSide(
    ({ posterior, model, noDecoder }) =>
      noDecoder
        ? noDecoder.message
        : posterior
          ? null
          : model.status === 'failed'
            ? 'It could not be opened.'
            : 'It is still loading.',
    side,
  );
  if (absent) return <p className="muted">{absent}</p>;
  if (state.strength === null || state.strength === 0) {
    return (
      <p className="muted" data-part="far control">
        No change yet.
      </p>
    );
  }
  return (
    <>
      <p className="guide-far" data-part="far">
        {own === null ? (
          <strong className="muted">…</strong>
        ) : (
          <strong className="numeric">{formatLevels(own)}</strong>
        )}{' '}
        <span>levels far from the cell</span>
      </p>
      <p className="muted numeric" data-part="control">
        {missing ?? `ordinary cell: ${control === null ? '…' : formatLevels(control)}`}
      </p>
      <ChangeScale />
    </>
  );
}

/** Stands over B until its turn. */
function Cover(props: { asks: boolean; onReveal(): void }) {
  const actions = useActions();
  return (
    <div className="square guide-cover">
      {props.asks ? (
        <button type="button" className="button strong" onClick={props.onReveal}>
          Uncover B
        </button>
      ) : (
        <p className="muted">
          B waits for step 5.
          <button type="button" className="button small" onClick={() => actions.goToStep(0)}>
            Show both now
          </button>
        </p>
      )}
    </div>
  );
}

/** The colours of the change map, on one scale for both models, where it is what is shown. */
function ChangeScale() {
  const isChange = useInspector(({ view }) => showParts(view.show).what === 'change');
  const amplification = useInspector(({ view }) => view.amplification);
  const end = useChangeEnd();
  if (!isChange) return null;
  return (
    <div className="guide-scale">
      <Legend map={CHANGE} low={0} high={end} {...changeLegend(amplification, end)} selected={null} />
    </div>
  );
}
