import { useEffect } from 'react';
import { useActions, useInspector, useInspectorContext } from '../context';
import { bytes } from '../parts/format';
import { placeWords, quotaWords, type StoredFile, storedAmount } from './storedFiles';

/** The downloaded files that are kept on this computer, and a way to delete each. */
export function StoredModels() {
  const stored = useInspector((state) => state.stored);
  const isReady = useInspector((state) => state.device.status === 'ready');
  const actions = useActions();
  useEffect(() => {
    actions.refreshStored().catch(() => {});
  }, [actions]);
  const kept = stored?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  const quota = stored && quotaWords(stored);
  return (
    <section className="stored" aria-label="Stored on this computer">
      <p>
        <strong>Stored on this computer</strong>
      </p>
      {!stored ? (
        <p className="muted">
          {isReady ? 'Not known yet: the engine is busy.' : 'Not known until the engine has started.'}
        </p>
      ) : (
        <>
          {stored.files.length > 0 ? (
            <>
              <ul className="stored-files numeric">
                {stored.files.map((file) => (
                  <Row key={file.key} file={file} />
                ))}
              </ul>
              <p className="numeric">Together {bytes(kept)}.</p>
            </>
          ) : (
            stored.place && <p>Nothing yet. A model that you download is kept for the next visit.</p>
          )}
          <p className="muted small">{placeWords(stored.place)}</p>
          {quota && <p className="muted small numeric">{quota}</p>}
        </>
      )}
    </section>
  );
}

function Row(props: { file: StoredFile }) {
  const { file } = props;
  const { local } = useInspectorContext();
  const actions = useActions();
  const models = useInspector((state) => state.models);
  const name = models.find(
    ({ hub, files }) => hub?.repository === file.repository && files[0]?.path === file.path,
  )?.name;
  const remove = () => {
    actions.removeStored(file.key).catch((error: Error) => {
      local.setState({ message: `${name ?? file.repository} could not be deleted: ${error.message}` });
    });
  };
  return (
    <li className="stored-file">
      <span className="stored-name">
        {name ?? file.repository}
        <span
          className="muted small address"
          title={`${file.path}, revision ${file.revision}, from ${file.hub}`}
        >
          {file.repository}
        </span>
      </span>
      <span>{storedAmount(file)}</span>
      <button type="button" className="button small" onClick={remove}>
        Delete<span className="visually-hidden"> {name ?? file.repository}</span>
      </button>
    </li>
  );
}
