import { useEffect, useRef, useState } from 'react';
import { ArticlePlace } from '../article/ArticlePlace';
import { useActions, useInspector, useInspectorContext, useLocal } from '../context';
import { OfferBanner } from '../models/OfferBanner';
import { Transfers } from '../models/Transfers';
import { useScrollRoom } from '../parts/scrollRoom';
import { ShareWanted } from '../share/ShareWanted';
import { Boundary } from '../trouble/Boundary';
import { useHovered } from '../useHovered';
import { ChangeBar } from './ChangeBar';
import { GuideFigure } from './GuideFigure';
import { keepProgress } from './keepProgress';
import { PathCard } from './PathCard';
import { withDone } from './progress';
import { STEPS, type StepFacts } from './steps';
import { useGuide } from './useGuide';
import { type Frozen, useMechanismResult } from './useMechanism';

const [FIRST] = STEPS;

/** Lets what is scrolled into view beside the dock stay clear of it. */
function tellHeight(dock: HTMLElement, pixels: number): void {
  dock.parentElement?.style.setProperty('--dock', `${pixels}px`);
}

/** The first screen: one question, one change in two models, and a path of eight steps through it. */
export function Guide() {
  const { local, page, embed } = useInspectorContext();
  const actions = useActions();
  const dock = useRef<HTMLDivElement>(null);
  useScrollRoom(dock, page && !embed, tellHeight);
  const index = useInspector((state) => state.view.step) ?? 0;
  const step = STEPS[index] ?? FIRST!;
  const progress = useLocal((state) => state.guide);
  const state = useGuide();
  const show = useInspector((all) => all.view.show);
  const posterior = useInspector((all) => all.sides.a.posterior);
  const downloading = useInspector((all) => Object.keys(all.transfers).length > 0);
  const hovered = useHovered(posterior);
  const isFrozenDecoded = useMechanismResult() !== null;
  const [frozen, setFrozen] = useState<Frozen>('none');
  const [started, setStarted] = useState({ index, cell: state.cell });
  if (started.index !== index) setStarted({ index, cell: state.cell });
  const moved = started.cell.row !== state.cell.row || started.cell.col !== state.cell.col;
  const facts: StepFacts = {
    ...state,
    pointing: hovered !== null || moved,
    show,
    frozen,
    isFrozenDecoded,
    progress,
  };
  const isDone = step.isDone(facts);

  useEffect(() => (page ? keepProgress(local) : undefined), [local, page]);
  useEffect(() => {
    setFrozen('none');
    local.setState(({ guide }) => ({ guide: { ...guide, last: index } }));
  }, [local, index]);
  useEffect(() => {
    if (isDone) local.setState(({ guide }) => ({ guide: withDone(guide, index) }));
  }, [local, index, isDone]);

  return (
    <>
      <main className="guide" data-step={index}>
        <div className="guide-question">
          <h1>
            Can one of {posterior ? (posterior.rows * posterior.cols).toLocaleString('en') : '4,096'} cells
            change a whole picture?
          </h1>
          <p>
            An autoencoder turns a photo into a small grid of numbers, and back. Stable Diffusion paints in
            such grids.
          </p>
        </div>
        <Boundary what="An offer" mend={{ label: 'Not now', press: () => actions.dismissOffer() }}>
          <OfferBanner />
        </Boundary>
        <Boundary
          what="What the link asks for"
          mend={{ label: 'Not now', press: () => actions.dismissWanted() }}
        >
          <ShareWanted />
        </Boundary>
        {downloading && <Transfers />}
        <Boundary what="The pictures" mend={{ label: 'Remove the edits', press: () => actions.reset() }}>
          <GuideFigure
            state={state}
            step={step}
            frozen={frozen}
            onFreeze={setFrozen}
            onReveal={() => {
              local.setState(({ guide }) => ({ guide: withDone(guide, index) }));
              actions.goToStep(index + 1);
            }}
          />
        </Boundary>
        <div className="guide-dock" ref={dock}>
          {step.place !== 'decoder' && <ChangeBar state={state} />}
          <PathCard index={index} step={step} facts={facts} />
        </div>
      </main>
      {page && <ArticlePlace />}
    </>
  );
}
