import { sameCell } from '@/latent/geometry';

import { SPOT_THRESHOLD } from '@/measures/spots';
import { useLocal } from '../context';
import { useReplaced } from '../drawing/useReplaced';
import { useCoarsePointer } from '../look/useCoarsePointer';

import { useChooseCell } from '../panes/useChooseCell';
import { scoreText } from '../parts/format';
import { SideName } from '../sides/Sides';
import { SideContext, useComparing, useSide } from '../sides/side';
import { SIDES } from '../sides/sideNames';
import { spotListsOf } from './spotLists';
import { groupWords, SPOT_NAMES, SPOT_RULES } from './spotWords';
import { useInfluence } from './useInfluence';

/** The cells that stand out, of the one model or of both. */
export function Spots() {
  const comparing = useComparing();
  const influence = useInfluence('a');
  const keys = useLocal((state) => state.shortcuts);
  const touch = useCoarsePointer();
  const walk = useSide(
    ({ posterior }) => posterior !== null && spotListsOf(posterior, influence).cells.length > 0,
    'a',
  );
  return (
    <>
      {comparing ? (
        SIDES.map((side) => (
          <SideContext key={side} value={side}>
            <div className="spots-of">
              <p className="side-label">
                <SideName side={side} />
              </p>
              <SpotList />
            </div>
          </SideContext>
        ))
      ) : (
        <SpotList />
      )}
      {walk && keys && !touch && (
        <p className="muted small">
          Keys <kbd>[</kbd> and <kbd>]</kbd> step through {comparing ? 'A\u2019s spots' : 'them'}.
        </p>
      )}
    </>
  );
}

/** Cells of one side that stand out, measure by measure, with what each measure says. A click goes there. */
function SpotList() {
  const posterior = useSide((side) => side.posterior);
  const selected = useSide((side) => side.cell);
  const replaced = useReplaced();
  const choose = useChooseCell();
  const influence = useInfluence();
  if (!posterior) return <p className="muted">Nothing is encoded yet.</p>;
  const { groups } = spotListsOf(posterior, influence);
  return (
    <>
      {replaced && <p className="muted small">{replaced}</p>}
      {groups.map((group) => (
        <section key={group.measure} className="spot-group" aria-label={SPOT_NAMES[group.measure]}>
          <p className="small">
            <strong title={SPOT_RULES[group.measure]}>{SPOT_NAMES[group.measure]}</strong>{' '}
            <span className="muted">{groupWords(group, SPOT_THRESHOLD)}</span>
          </p>
          {group.cells.length > 0 && (
            <ol className="spots numeric">
              {group.cells.map(({ cell, score }) => (
                <li key={`${cell.row} ${cell.col}`}>
                  <button
                    type="button"
                    className="spot"
                    aria-current={sameCell(cell, selected)}
                    onClick={() => choose(cell)}
                  >
                    <span>
                      row {cell.row}, col {cell.col}
                    </span>
                    <span className="spot-reasons small">
                      <strong>{scoreText(score)}&thinsp;&sigma;</strong>
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          )}
        </section>
      ))}
      <p className="muted small">
        {influence
          ? SPOT_RULES.influence
          : 'A cell that stands out need not reach far. The experiment Influence, below, tells which do; or heal a cell and see.'}
      </p>
    </>
  );
}
