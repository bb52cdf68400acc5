import { useEffect } from 'react';
import { useActions, useInspector, useInspectorContext, useLocal } from '../context';
import { storedAmount, storedFileOf } from '../models/storedFiles';
import { modelName } from '../sides/side';

/** After a download was given up: what of it is kept, and how to go on or to delete it. */
export function GivenUp() {
  const { local } = useInspectorContext();
  const actions = useActions();
  const given = useLocal((state) => state.givenUp);
  const models = useInspector((state) => state.models);
  const stored = useInspector((state) => state.stored);
  useEffect(() => {
    if (given) actions.refreshStored().catch(() => {});
  }, [given, actions]);
  if (!given) return null;
  const manifest = models.find(({ id }) => id === given.model);
  const file = manifest ? storedFileOf(manifest, stored) : null;
  const dismiss = () => local.setState({ givenUp: null });
  const goOn = () => {
    dismiss();
    (given.right ? actions.setCompare(given.model) : actions.setModel(given.model)).catch(() => {});
  };
  return (
    <div className="toast" role="status">
      <p>
        The download of {modelName(models, given.model)} was given up.{' '}
        {file
          ? `${storedAmount(file)} are kept on this computer, so it can go on from there.`
          : stored?.place === null
            ? 'Nothing of it is kept: this browser lets this page keep no files.'
            : 'Nothing of it is kept.'}
      </p>
      <p className="toast-buttons">
        <button type="button" className="button strong" onClick={goOn}>
          {file ? 'Go on' : 'Start again'}
        </button>
        {file && (
          <button
            type="button"
            className="button"
            onClick={() => {
              dismiss();
              actions.removeStored(file.key).catch(() => {});
            }}
          >
            Delete what is kept
          </button>
        )}
        <button type="button" className="button" onClick={dismiss}>
          Dismiss
        </button>
      </p>
    </div>
  );
}
