import { Suspense, useRef } from 'react';
import { DEFAULT_VIEW } from '@/session/view';
import { CellInspector } from '../cell/CellInspector';
import { useActions, useInspectorContext, useLocal } from '../context';
import { EditsPanel } from '../edits/EditsPanel';
import { EffectPanel } from '../effect/EffectPanel';
import { Sentence } from '../effect/Sentence';
import { useSentence } from '../effect/useSentence';
import { KEYS_HERE } from '../keyboard/shortcuts';
import { OfferBanner } from '../models/OfferBanner';
import { DecodedPane } from '../panes/DecodedPane';
import { LatentPane } from '../panes/LatentPane';
import { PicturePane } from '../panes/PicturePane';
import { lazyPart } from '../parts/lazyPart';
import { Segmented } from '../parts/Segmented';
import { useScrollRoom } from '../parts/scrollRoom';
import { StatusLine } from '../StatusLine';
import { ShareWanted } from '../share/ShareWanted';
import { SideName } from '../sides/Sides';
import { useComparing } from '../sides/side';
import { SIDES } from '../sides/sideNames';
import { Boundary } from '../trouble/Boundary';

/** Not needed for the first paint; where it does not come, the rest of the page works on. */
const Experiments = lazyPart(() => import('../experiments/Experiments').then((module) => module.default));

/** The lab bench: all there is to see and to do. */
export function Bench() {
  const context = useInspectorContext();
  const actions = useActions();
  const figure = useLocal((state) => state.figure);
  const side = useLocal((state) => state.side);
  const comparing = useComparing();
  // Somebody else's page has a main part of its own.
  const Body = context.page ? 'main' : 'div';

  /** Undo brings them back. */
  const removal = { label: 'Remove the edits', press: () => actions.reset() };

  return (
    <>
      <Body className="body">
        <Boundary
          what="What is being done"
          mend={{ label: 'Cancel what runs', press: () => actions.cancel() }}
        >
          <StatusLine />
        </Boundary>
        <Boundary what="An offer" mend={{ label: 'Not now', press: () => actions.dismissOffer() }}>
          <OfferBanner />
        </Boundary>
        <Boundary
          what="What the link asks for"
          mend={{ label: 'Not now', press: () => actions.dismissWanted() }}
        >
          <ShareWanted />
        </Boundary>
        <div className="instrument" {...KEYS_HERE} tabIndex={-1}>
          <div
            className={`panes ${comparing ? 'panes-comparing' : ''}`}
            data-figure={figure}
            data-side={comparing ? side : undefined}
          >
            <div className="figure-choice">
              <Segmented
                label="Figure above the latent"
                name="figure"
                value={figure}
                choices={[
                  { value: 'picture', label: 'Picture' },
                  { value: 'decoded', label: 'Decoded' },
                ]}
                onChange={(next) => context.local.setState({ figure: next })}
              />
            </div>
            {comparing && (
              <div className="side-choice">
                <Segmented
                  label="Model to show"
                  name="side"
                  value={side}
                  choices={SIDES.map((each) => ({ value: each, label: <SideName side={each} /> }))}
                  onChange={(next) => context.local.setState({ side: next })}
                />
              </div>
            )}
            <Boundary what="The picture" className="pane pane-picture">
              <PicturePane />
            </Boundary>
            <Boundary
              what="The latent"
              className="pane pane-latent"
              mend={{
                label: 'Show |mean|',
                press() {
                  actions.setLayer(DEFAULT_VIEW.layer);
                  actions.setRange(DEFAULT_VIEW.range);
                },
              }}
            >
              <LatentPane />
            </Boundary>
            <Boundary
              what="The decoded picture"
              className="pane pane-decoded"
              mend={{
                label: 'Show the base',
                press() {
                  actions.setShow('base');
                  actions.setAmplification(DEFAULT_VIEW.amplification);
                },
              }}
            >
              <DecodedPane />
            </Boundary>
          </div>
          <div className="columns">
            <Boundary
              what="The selected cell"
              mend={{ label: 'Select the first cell', press: () => actions.select({ row: 0, col: 0 }) }}
            >
              <CellInspector />
            </Boundary>
            <Boundary what="What the edits did" mend={removal}>
              <EffectPanel />
            </Boundary>
            <Boundary what="The list of edits" mend={removal}>
              <EditsPanel />
            </Boundary>
          </div>
        </div>
        {!context.embed && (
          <Boundary
            what="The experiments"
            mend={{ label: 'Close the open one', press: () => actions.setPanel(null) }}
          >
            <Suspense fallback={<div className="experiments-waiting" />}>
              <Experiments />
            </Suspense>
          </Boundary>
        )}
      </Body>
      <Boundary what="The sentence at the bottom" frame={() => null}>
        <StickySentence />
      </Boundary>
    </>
  );
}

/** Sentence that stays in sight at the bottom edge of narrow screens. */
function StickySentence() {
  const { page, embed } = useInspectorContext();
  const bar = useRef<HTMLDivElement>(null);
  useScrollRoom(bar, page && !embed);
  return (
    <div className="sticky-sentence" aria-hidden="true" ref={bar}>
      <Sentence said={useSentence()} />
    </div>
  );
}
