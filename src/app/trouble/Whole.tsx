import { type ReactNode, useState } from 'react';
import { announceFailure } from '@/element/face';
import { DEFAULT_VIEW } from '@/session/view';
import { useInspectorContext } from '../context';
import { editsDocument } from '../edits/editsDocument';
import { download } from '../export/ExportDownload';
import { createLocal } from '../local';
import { askedTheme, systemTheme } from '../look/systemTheme';
import { pageLink } from '../share/pageLink';
import { Catch } from './Catch';
import { Reason } from './Reason';

/** The last boundary: where nothing of the page can be drawn, it says so and hands out what the visitor made. */
export function Whole(props: { children: ReactNode }) {
  const { element } = useInspectorContext();
  return (
    <Catch
      until={[]}
      onError={(error) => announceFailure(element, error)}
      instead={(error, retry) => <NothingDrawn error={error} onRetry={retry} />}
    >
      {props.children}
    </Catch>
  );
}

function themeOf(element: Element): string {
  try {
    return askedTheme(element) ?? systemTheme();
  } catch {
    return 'light';
  }
}

/** Asks nothing of the page's own parts, as any of them may be what fails. */
function NothingDrawn(props: { error: unknown; onRetry(): void }) {
  const { error, onRetry } = props;
  const { store, local, page, element } = useInspectorContext();
  const [said, setSaid] = useState('');
  const { view, picture } = store.getState();
  const kept = [
    picture && 'the picture',
    view.edits.length === 1 ? 'your edit' : view.edits.length > 1 && `your ${view.edits.length} edits`,
  ].filter(Boolean);

  const copy = async () => {
    const link = pageLink(store.getState().view);
    try {
      await navigator.clipboard.writeText(link);
      setSaid('The link is copied.');
    } catch {
      setSaid(link);
    }
  };
  const save = () => {
    try {
      download(editsDocument(store.getState()), 'edits.json');
      setSaid('The edits are saved as edits.json.');
    } catch {
      setSaid('The edits could not be saved. Copy the link: it holds them, too.');
    }
  };
  /** All that is only a way of looking is given up; picture, model and edits stay. */
  const plain = () => {
    const { layer, range, show, amplification, panel } = DEFAULT_VIEW;
    local.setState(createLocal().getState());
    const actions = store.getState();
    actions.setPanel(panel);
    actions.setLayer(layer);
    actions.setRange(range);
    actions.setShow(show);
    actions.setAmplification(amplification);
    onRetry();
  };
  return (
    <div className="inspector" data-theme={themeOf(element)} data-page={page || undefined}>
      <div className="broken broken-whole" role="alert">
        <h1>The page could not be drawn</h1>
        <p>
          Something in it failed. {kept.length > 0 && `It still holds ${kept.join(' and ')}. `}
          Try again, or go on with a plain view: without an open experiment or dialog, and with the standard
          layer.
        </p>
        <Reason error={error} />
        <p className="broken-buttons">
          <button type="button" className="button strong" onClick={onRetry}>
            Try again
          </button>
          <button type="button" className="button" onClick={plain}>
            Plain view
          </button>
          <button type="button" className="button" onClick={copy}>
            Copy link
          </button>
          {view.edits.length > 0 && (
            <button type="button" className="button" onClick={save}>
              Save the edits
            </button>
          )}
        </p>
        <p className="small" role="status">
          {said}
        </p>
      </div>
    </div>
  );
}
