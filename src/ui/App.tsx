import { useEffect, useRef } from 'react';
import { CellInspector } from './CellInspector';
import { useInspectorContext, useLocal } from './context';
import { DecodedPane } from './DecodedPane';
import { EditsPanel } from './EditsPanel';
import { EffectPanel } from './EffectPanel';
import { Header } from './Header';
import { LatentPane } from './LatentPane';
import { LiveRegion } from './LiveRegion';
import { PicturePane } from './PicturePane';
import { Segmented } from './Segmented';
import { Sentence } from './Sentence';
import { StatusLine } from './StatusLine';
import { listenForShortcuts } from './shortcuts';
import { Toasts } from './Toasts';
import { useTheme } from './theme';
import { useDropAndPaste } from './useDropAndPaste';
import { useEffectView } from './useEffectView';

/** The whole instrument. */
export function App() {
  const context = useInspectorContext();
  const root = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useTheme();
  const figure = useLocal((state) => state.figure);
  const dropping = useDropAndPaste(root);

  useEffect(() => listenForShortcuts(context.page ? window : root.current!, context), [context]);

  return (
    <div className="inspector" ref={root} data-theme={theme} data-page={context.page || undefined}>
      <Header theme={theme} onTheme={setTheme} />
      <main className="body">
        <StatusLine />
        <div className="panes" data-figure={figure}>
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
          <PicturePane />
          <LatentPane />
          <DecodedPane />
        </div>
        <div className="columns">
          <CellInspector />
          <EffectPanel />
          <EditsPanel />
        </div>
      </main>
      <StickySentence />
      <Toasts />
      <LiveRegion />
      {dropping && (
        <div className="drop" aria-hidden="true">
          <p>Drop the picture to open it</p>
        </div>
      )}
    </div>
  );
}

/** On narrow screens the sentence stays in sight at the bottom edge. */
function StickySentence() {
  return (
    <div className="sticky-sentence" aria-hidden="true">
      <Sentence view={useEffectView()} />
    </div>
  );
}
