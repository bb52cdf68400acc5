import { useEffect, useRef } from 'react';
import { Bench } from './bench/Bench';
import { useInspector, useInspectorContext } from './context';
import { FigureView } from './figure/FigureView';
import { useDropAndPaste } from './files/useDropAndPaste';
import { Guide } from './guide/Guide';
import { GuideHeader } from './header/GuideHeader';
import { Header } from './header/Header';
import { keepFocus } from './keyboard/keepFocus';
import { SkipLink } from './keyboard/SkipLink';
import { listenForShortcuts } from './keyboard/shortcuts';
import { LiveRegion } from './LiveRegion';
import { useTheme } from './look/theme';
import { EmbedBar } from './share/EmbedBar';
import { ImportDialog } from './share/ImportDialog';
import { Toasts, ToastsBoundary } from './Toasts';
import { Boundary } from './trouble/Boundary';
import { DialogBoundary } from './trouble/DialogBoundary';

/** The whole instrument: the guide, or the lab bench, and what stands over both. */
export function App() {
  const context = useInspectorContext();
  const root = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useTheme();
  const step = useInspector((state) => state.view.step);
  const dropping = useDropAndPaste(root);

  useEffect(() => listenForShortcuts(context.page ? window : root.current!, context), [context]);
  useEffect(() => keepFocus(root.current!), []);

  return (
    <div
      className="inspector"
      ref={root}
      data-theme={theme}
      data-page={context.page || undefined}
      data-embed={context.embed || undefined}
      data-view={context.figure ? 'figure' : undefined}
    >
      {context.figure ? (
        <Boundary what="The figure">
          <FigureView />
        </Boundary>
      ) : (
        <>
          <SkipLink />
          <Boundary what="The header">
            {context.embed ? (
              <EmbedBar />
            ) : step === null ? (
              <Header theme={theme} onTheme={setTheme} />
            ) : (
              <GuideHeader theme={theme} onTheme={setTheme} />
            )}
          </Boundary>
          {step === null ? <Bench /> : <Guide />}
        </>
      )}
      <DialogBoundary
        what="The question about the latent"
        onClose={() => context.local.setState({ latentQuestion: null })}
      >
        <ImportDialog />
      </DialogBoundary>
      <ToastsBoundary>
        <Toasts />
      </ToastsBoundary>
      <Boundary what="What is read aloud" frame={(words) => <div className="visually-hidden">{words}</div>}>
        <LiveRegion />
      </Boundary>
      {dropping && (
        <div className="drop" aria-hidden="true">
          <p>Drop a picture, a model as .safetensors, a latent or edits to open them</p>
        </div>
      )}
    </div>
  );
}
