import { useMemo } from 'react';
import type { ExperimentResults } from '../../experiments/names';
import { sameCell } from '../../inspect/geometry';
import { posteriorMean } from '../../inspect/layers';
import { predictedShift } from '../../inspect/predictedShift';
import type { PosteriorData } from '../../inspect/types';
import { enabledEdits } from '../analysis';
import { useActions, useInspector } from '../context';
import { healShift } from './influenceWords';
import { meanShift } from './meanShift';
import { cellWords, colourWords } from './words';

/** What the derivative foretells of healing the selected cell, beside what its decode shows. */
export function Healing(props: { influence: ExperimentResults['influence']; posterior: PosteriorData }) {
  const { influence, posterior } = props;
  const actions = useActions();
  const cell = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const base = useInspector((state) => state.base);
  const edited = useInspector((state) => (state.edited?.edits === state.view.edits ? state.edited : null));
  const predicted = useMemo(
    () => predictedShift(influence, cell, healShift(posteriorMean(posterior), cell)),
    [influence, posterior, cell],
  );
  const enabled = enabledEdits(edits);
  const healed = enabled.length === 1 && enabled[0].kind === 'heal' && sameCell(enabled[0].cell, cell);
  const measured = useMemo(
    () => (healed && base && edited ? meanShift(base, edited.value.pixels) : null),
    [healed, base, edited],
  );
  return (
    <div className="healing">
      <table className="numeric">
        <caption>
          Healing {cellWords(cell)}: shift of the whole picture&rsquo;s mean colour, levels, red, green, blue
        </caption>
        <tbody>
          <tr>
            <th scope="row">foretold by the derivative</th>
            <td>{colourWords(predicted)}</td>
          </tr>
          <tr>
            <th scope="row">measured in the decode</th>
            <td>
              {measured ? (
                colourWords(measured)
              ) : healed ? (
                'not decoded yet'
              ) : (
                <button
                  type="button"
                  className="button small"
                  title="Replaces your edits by this one; undo brings them back"
                  onClick={() => actions.setEdits([{ kind: 'heal', cell }])}
                >
                  Heal only this cell
                </button>
              )}
            </td>
          </tr>
        </tbody>
      </table>
      <p className="muted small">
        A derivative is a straight line: it foretells small changes best, and it does not know that colours
        end at 0 and 255.
      </p>
    </div>
  );
}
