import { editText, isEnabled } from '@/edits';
import { cellText } from '@/latent/cellText';
import { useActions, useInspector } from '../context';

/** The edits in the order in which they are made, each with a switch; undo, redo, reset. */
export function EditStack() {
  const edits = useInspector((state) => state.view.edits);
  const canUndo = useInspector((state) => state.past.length > 0);
  const canRedo = useInspector((state) => state.future.length > 0);
  const actions = useActions();
  return (
    <>
      <div className="history">
        <button
          type="button"
          className="button"
          disabled={!canUndo}
          title="Ctrl and Z"
          onClick={() => actions.undo()}
        >
          Undo
        </button>
        <button
          type="button"
          className="button"
          disabled={!canRedo}
          title="Ctrl, Shift and Z"
          onClick={() => actions.redo()}
        >
          Redo
        </button>
        <button
          type="button"
          className="button"
          disabled={edits.length === 0}
          title="Takes back all edits; Undo brings them back"
          onClick={() => actions.reset()}
        >
          Reset
        </button>
      </div>
      {edits.length === 0 ? (
        <p className="muted edits-none">No edits yet.</p>
      ) : (
        <ol className="edits numeric">
          {edits.map((edit, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an edit is its place in the stack
            <li key={index} className={isEnabled(edit) ? 'edit' : 'edit edit-off'}>
              <label className="edit-switch">
                <input type="checkbox" checked={isEnabled(edit)} onChange={() => actions.toggleEdit(index)} />
                <span className="visually-hidden">
                  {editText(edit)} at {cellText(edit.cell)} is on
                </span>
              </label>
              <button
                type="button"
                className="edit-go"
                title="Go to this cell"
                onClick={() => actions.select(edit.cell)}
              >
                {editText(edit)} <span className="muted">at {cellText(edit.cell)}</span>
              </button>
              <button
                type="button"
                className="button quiet icon edit-remove"
                title="Remove this edit"
                onClick={() => actions.removeEdit(index)}
              >
                <span aria-hidden="true">&times;</span>
                <span className="visually-hidden">
                  Remove {editText(edit)} at {cellText(edit.cell)}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
