import { useMemo } from 'react';
import { enabledEdits } from '@/app/cell/analysis';
import { useActions, useInspector } from '@/app/context';
import { colourWords } from '@/app/experiments/words';
import { levels } from '@/app/parts/format';
import { useSide } from '@/app/sides/side';
import { cellText } from '@/latent/cellText';
import { isScanned } from '@/latent/coarseToFine';
import { cellIndex, sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { predictedShift } from '@/measures/predictedShift';
import type { ExperimentResults } from '../../names';
import { meanShift } from './meanShift';
import { useScan } from './useScan';
import { healShift } from './words';

type Shift = readonly number[];

/** The shift that the derivative foretells of healing the selected cell, beside what was measured where it is healed. */
export function Healing(props: { influence: ExperimentResults['influence']; posterior: PosteriorData }) {
  const { influence, posterior } = props;
  const actions = useActions();
  const cell = useSide((side) => side.cell);
  const chosen = useInspector((state) => state.view.cell);
  const foretold = useMemo(
    () => predictedShift(influence, cell, healShift(posteriorMean(posterior), cell)),
    [influence, posterior, cell],
  );
  const scan = useScan();
  const index = cellIndex(cell, posterior);
  const scanned = scan && isScanned(scan)(index) ? scan.shift.subarray(3 * index, 3 * index + 3) : null;
  const { healed, shift } = useDecodedHeal();
  return (
    <div className="healing">
      <table className="numeric">
        <caption>
          Healing {cellText(cell)}: how far the whole picture&rsquo;s mean colour moves, levels
        </caption>
        <thead className="small muted">
          <tr>
            <td />
            {['red', 'green', 'blue', 'together'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <ShiftRow label="foretold by the derivative" shift={foretold} />
          {scanned && <ShiftRow label="measured by brute force" shift={Array.from(scanned)} />}
          {shift && <ShiftRow label="measured in the decode" shift={shift} />}
          {!scanned && !shift && (
            <tr>
              <th scope="row">measured</th>
              <td colSpan={4}>
                {healed ? (
                  'not decoded yet'
                ) : (
                  <button
                    type="button"
                    className="button small"
                    title="Replaces your edits by this one; undo brings them back"
                    onClick={() => actions.setEdits([{ kind: 'heal', cell: chosen }])}
                  >
                    Heal only this cell
                  </button>
                )}
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <p className="muted small">
        Together: the length of the three. A derivative is a straight line: it foretells small changes best,
        and it does not know that colours end at 0 and 255, as those of a decode do.
      </p>
    </div>
  );
}

function ShiftRow(props: { label: string; shift: Shift }) {
  const { label, shift } = props;
  return (
    <tr>
      <th scope="row">{label}</th>
      {shift.map((value, colour) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: red, green and blue never change their order
        <td key={colour}>{colourWords([value])}</td>
      ))}
      <td>{levels(Math.hypot(...shift))}</td>
    </tr>
  );
}

/** Tells whether nothing but this side's selected cell is healed, and by how much that moved the mean colour once it is decoded. */
function useDecodedHeal(): { healed: boolean; shift: Shift | null } {
  const cell = useSide((side) => side.cell);
  const edits = useSide((side) => side.edits);
  const base = useSide((side) => side.base);
  const edited = useSide((side) => (side.edited?.edits === side.edits ? side.edited : null));
  const [edit, ...others] = enabledEdits(edits);
  const healed = others.length === 0 && edit?.kind === 'heal' && sameCell(edit.cell, cell);
  const shift = useMemo(
    () => (healed && base && edited ? meanShift(base, edited.value.pixels) : null),
    [healed, base, edited],
  );
  return { healed, shift };
}
