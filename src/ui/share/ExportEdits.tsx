import { EDITS_VERSION, writeEditsDocument } from '../../formats/editsFile';
import { useInspector } from '../context';
import { plural } from '../format';
import { modelName } from '../side';
import { ExportButtons } from './ExportButtons';
import { exportName, subjectOf } from './ExportFigures';

/** The edits as a document in JSON. */
export function ExportEdits() {
  const state = useInspector((all) => all);
  const { view, posterior, model, models } = state;
  const problem = !posterior
    ? 'Nothing is encoded yet.'
    : view.edits.length === 0
      ? 'Nothing is edited.'
      : null;
  const make = () => {
    if (!posterior) throw new Error('There is no latent.');
    const { rows, cols, channels } = posterior;
    const text = writeEditsDocument({
      model: {
        id: view.model,
        name: modelName(models, view.model),
        sha256: model.info?.provenance.sha256 ?? null,
      },
      picture: subjectOf(state).picture,
      size: view.latent === null ? view.size : null,
      grid: { rows, cols, channels },
      edits: view.edits,
    });
    return new Blob([text], { type: 'application/json' });
  };
  return (
    <section aria-labelledby="export-edits">
      <h3 id="export-edits">The edits</h3>
      <ExportButtons
        label="Save the edits"
        ways={[{ label: '.json', name: exportName(state, 'edits', 'json'), make }]}
        problem={problem}
      >
        {!problem && (
          <span className="muted small">
            {plural(view.edits.length, 'edit')}, version {EDITS_VERSION}, exact
          </span>
        )}
      </ExportButtons>
    </section>
  );
}
