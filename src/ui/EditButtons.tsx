import { useState } from 'react';
import { sameCell } from '../inspect/geometry';
import { useActions, useInspector, useInspectorContext, useLocal } from './context';

/** A new seed for each press, so that noise drawn twice is not the same noise. */
const seed = () => Math.floor(Math.random() * 2 ** 31);

/** What can be done to the selected cell as a whole. */
export function EditButtons(props: { current: number[]; changed: boolean }) {
  const { local } = useInspectorContext();
  const actions = useActions();
  const cell = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const title = useInspector((state) => state.picture?.title ?? 'a picture');
  const copied = useLocal((state) => state.copied);
  const swapping = useLocal((state) => state.swapping);
  const [factor, setFactor] = useState('2');
  const [sigma, setSigma] = useState('1');
  const amount = (text: string, otherwise: number) =>
    text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : otherwise;
  const pasteFits = copied !== null && copied.values.length === props.current.length;

  return (
    <fieldset className="edit-buttons" aria-label="Edits of the selected cell">
      <button
        type="button"
        className="button strong"
        title="Replaces the cell by the mean of its neighbours"
        onClick={() => actions.addEdit({ kind: 'heal', cell })}
      >
        Heal
      </button>
      <button
        type="button"
        className="button"
        title="Sets every channel to 0"
        onClick={() => actions.addEdit({ kind: 'zero', cell })}
      >
        Zero
      </button>
      <span className="pair">
        <button
          type="button"
          className="button"
          title="Multiplies every channel"
          onClick={() => actions.addEdit({ kind: 'scale', cell, factor: amount(factor, 2) })}
        >
          Scale
        </button>
        <label>
          <span className="visually-hidden">Scale factor</span>
          <input
            type="number"
            className="number"
            step="0.5"
            value={factor}
            onChange={(event) => setFactor(event.target.value)}
          />
        </label>
      </span>
      <span className="pair">
        <button
          type="button"
          className="button"
          title="Adds normal noise of that many sigma to every channel"
          onClick={() =>
            actions.addEdit({ kind: 'noise', cell, sigma: Math.abs(amount(sigma, 1)), seed: seed() })
          }
        >
          Noise
        </button>
        <label>
          <span className="visually-hidden">Noise in sigma</span>
          <input
            type="number"
            className="number"
            step="0.5"
            min="0"
            value={sigma}
            onChange={(event) => setSigma(event.target.value)}
          />
        </label>
      </span>
      <button
        type="button"
        className="button"
        aria-pressed={swapping !== null}
        title="Exchanges this cell with the one you click next"
        onClick={() => local.setState({ swapping: swapping ? null : cell })}
      >
        Swap
      </button>
      <button
        type="button"
        className="button"
        title="Remembers the values of this cell, also for another picture"
        onClick={() =>
          local.setState({
            copied: { values: props.current, from: `row ${cell.row}, col ${cell.col} of ${title}` },
          })
        }
      >
        Copy
      </button>
      <button
        type="button"
        className="button"
        disabled={!pasteFits}
        title={copied ? `Puts in the values of ${copied.from}` : 'Copy a cell first'}
        onClick={() => copied && actions.addEdit({ kind: 'paste', cell, values: copied.values })}
      >
        Paste
      </button>
      <button
        type="button"
        className="button"
        disabled={!props.changed}
        title="Takes back every edit of this cell"
        onClick={() =>
          actions.setEdits(
            edits.filter(
              (edit) => !sameCell(edit.cell, cell) && !(edit.kind === 'swap' && sameCell(edit.with, cell)),
            ),
          )
        }
      >
        Restore cell
      </button>
    </fieldset>
  );
}
