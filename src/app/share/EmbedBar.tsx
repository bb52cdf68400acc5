import { useInspector } from '../context';
import { modelName } from '../sides/side';
import { pageLink } from './pageLink';

/** Instead of the header, in a frame of another page: what is looked at, and the way to the whole page with the same view. */
export function EmbedBar() {
  const view = useInspector((state) => state.view);
  const title = useInspector((state) => state.picture?.title);
  const model = useInspector((state) => modelName(state.models, state.view.model));
  return (
    <header className="embed-bar small">
      <span className="muted">{[model, title, `${view.size} px`].filter(Boolean).join(', ')}</span>
      <a href={pageLink(view)} target="_blank" rel="noopener">
        Open in latent-inspector
      </a>
    </header>
  );
}
