import { useActions, useInspector } from './context';
import { bytes } from './format';
import { Popover } from './Popover';

/** The autoencoder under study, and what a visitor should know about it. */
export function ModelPicker() {
  const models = useInspector((state) => state.models);
  const id = useInspector((state) => state.view.model);
  const info = useInspector((state) => state.model.info);
  const actions = useActions();
  const manifest = models.find((model) => model.id === id);
  const size = manifest?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  return (
    <span className="model-picker">
      <label className="labelled">
        <span className="label">Model</span>
        <select
          className="select"
          value={id}
          onChange={(event) => actions.setModel(event.target.value).catch(() => {})}
        >
          {models.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </select>
      </label>
      {manifest && (
        <Popover className="button quiet icon" label={<About />} title="What is this?">
          <strong>{manifest.name}</strong>
          <p>{manifest.summary}</p>
          {manifest.note && <p>{manifest.note}</p>}
          <dl className="facts small">
            <dt>File</dt>
            <dd>
              {bytes(size)}, {manifest.dtype}
            </dd>
            {info?.id === id && (
              <>
                <dt>Parameters</dt>
                <dd>{info.parameters.toLocaleString('en')}</dd>
                <dt>One cell</dt>
                <dd>
                  {info.factor} &times; {info.factor} pixels, {info.config.latent_channels} channels
                </dd>
              </>
            )}
            <dt>Licence</dt>
            <dd>{manifest.licence}</dd>
          </dl>
        </Popover>
      )}
    </span>
  );
}

function About() {
  return (
    <>
      <svg viewBox="0 0 16 16" width="1.1em" height="1.1em" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
        <path d="M8 7.2v4M8 4.4v1.4" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <span className="visually-hidden">About this autoencoder</span>
    </>
  );
}
