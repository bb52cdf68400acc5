import { lazy, Suspense, useEffect, useRef } from 'react';
import { CellInspector } from './CellInspector';
import { useInspectorContext, useLocal } from './context';
import { DecodedPane } from './DecodedPane';
import { EditsPanel } from './EditsPanel';
import { EffectPanel } from './EffectPanel';
import { EmbedBar } from './EmbedBar';
import { Header } from './Header';
import { LatentPane } from './LatentPane';
import { LiveRegion } from './LiveRegion';
import { OfferBanner } from './OfferBanner';
import { PicturePane } from './PicturePane';
import { Segmented } from './Segmented';
import { Sentence } from './Sentence';
import { SideName } from './Sides';
import { StatusLine } from './StatusLine';
import { ImportDialog } from './share/ImportDialog';
import { ShareWanted } from './share/ShareWanted';
import { listenForShortcuts } from './shortcuts';
import { SIDES, useComparing } from './side';
import { Toasts } from './Toasts';
import { useTheme } from './theme';
import { useDropAndPaste } from './useDropAndPaste';
import { useSentence } from './useSentence';

/** Not needed for the first paint; where it does not come, the rest of the page works on. */
const Experiments = lazy(() => import('./experiments/Experiments').catch(() => ({ default: NoExperiments })));

function NoExperiments() {
  return <p className="muted">The experiments could not be loaded. Reload the page to try again.</p>;
}

/** The whole instrument. */
export function App() {
  const context = useInspectorContext();
  const root = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useTheme();
  const figure = useLocal((state) => state.figure);
  const side = useLocal((state) => state.side);
  const comparing = useComparing();
  const dropping = useDropAndPaste(root);
  // Somebody else's page has a main part of its own.
  const Body = context.page ? 'main' : 'div';

  useEffect(() => listenForShortcuts(context.page ? window : root.current!, context), [context]);

  return (
    <div
      className="inspector"
      ref={root}
      data-theme={theme}
      data-page={context.page || undefined}
      data-embed={context.embed || undefined}
    >
      {context.embed ? <EmbedBar /> : <Header theme={theme} onTheme={setTheme} />}
      <Body className="body">
        <StatusLine />
        <OfferBanner />
        <ShareWanted />
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
          <PicturePane />
          <LatentPane />
          <DecodedPane />
        </div>
        <div className="columns">
          <CellInspector />
          <EffectPanel />
          <EditsPanel />
        </div>
        {!context.embed && (
          <Suspense fallback={<div className="experiments-waiting" />}>
            <Experiments />
          </Suspense>
        )}
      </Body>
      <StickySentence />
      <ImportDialog />
      <Toasts />
      <LiveRegion />
      {dropping && (
        <div className="drop" aria-hidden="true">
          <p>Drop a picture, a model as .safetensors, a latent or edits to open them</p>
        </div>
      )}
    </div>
  );
}

/** On narrow screens the sentence stays in sight at the bottom edge. */
function StickySentence() {
  return (
    <div className="sticky-sentence" aria-hidden="true">
      <Sentence said={useSentence()} />
    </div>
  );
}
