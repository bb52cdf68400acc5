import { EDITS_VERSION } from '@/formats/editsFile';
import { useInspector } from '../context';
import { editsDocument } from '../edits/editsDocument';
import { plural } from '../parts/format';
import { ExportButtons } from './ExportButtons';
import { exportName } from './ExportFigures';

/** The edits as a document in JSON. */
export function ExportEdits() {
  const state = useInspector((all) => all);
  const {
    view,
    sides: {
      a: { posterior },
    },
  } = state;
  const problem = !posterior
    ? 'Nothing is encoded yet.'
    : view.edits.length === 0
      ? 'Nothing is edited.'
      : null;
  return (
    <section aria-labelledby="export-edits">
      <h3 id="export-edits">The edits</h3>
      <ExportButtons
        label="Save the edits"
        ways={[
          { label: '.json', name: exportName(state, 'edits', 'json'), make: () => editsDocument(state) },
        ]}
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
