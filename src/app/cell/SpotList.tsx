import { sameCell } from '@/latent/geometry';
import type { SpotMeasure } from '@/measures/spots';
import { knowsLogvar } from '@/session/pictures/latents';
import { useLocal } from '../context';
import { useCoarsePointer } from '../look/useCoarsePointer';
import { useChooseCell } from '../panes/useChooseCell';
import { scoreText } from '../parts/format';
import { SideName } from '../sides/Sides';
import { SideContext, useComparing, useSide } from '../sides/side';
import { SIDES } from '../sides/sideNames';
import { spotsOf } from './analysis';
import { useInfluence } from './useInfluence';

const NAMES: Record<SpotMeasure, string> = {
  norm: '|mean|',
  rawLogvar: 'raw logvar',
  influence: 'influence',
};

/** Spots of each model that are listed where two stand side by side. */
const SHORT = 4;

/** The cells that stand out, of the one model or of both. */
export function Spots() {
  const comparing = useComparing();
  const influence = useInfluence('a');
  const keys = useLocal((state) => state.shortcuts);
  const touch = useCoarsePointer();
  const walk = useSide(
    ({ posterior }) => posterior !== null && spotsOf(posterior, influence).spots.found > 0,
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
              <SpotList limit={SHORT} />
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

/** Cells of one side that stand out, strongest first, with the scores that say so. A click goes there. */
function SpotList(props: { limit?: number }) {
  const posterior = useSide((side) => side.posterior);
  const selected = useSide((side) => side.cell);
  const choose = useChooseCell();
  const influence = useInfluence();
  const measures = [
    '|mean|',
    ...(posterior && !knowsLogvar(posterior) ? [] : ['raw logvar']),
    ...(influence ? ['influence'] : []),
  ];
  if (!posterior) return <p className="muted">Nothing is encoded yet.</p>;
  const { spots, found, threshold } = spotsOf(posterior, influence).spots;
  if (found === 0) {
    return (
      <p className="muted">
        No cell stands out: none is {threshold} robust standard deviations from the median in{' '}
        {new Intl.ListFormat('en', { type: 'disjunction' }).format(measures)}.
      </p>
    );
  }
  const listed = spots.slice(0, props.limit);
  return (
    <>
      <ol className="spots numeric">
        {listed.map(({ cell, reasons }) => (
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
                {reasons.map(({ measure, score }) => (
                  <span key={measure}>
                    {NAMES[measure]} <strong>{scoreText(score)}&thinsp;&sigma;</strong>
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {found > listed.length && (
        <p className="muted small">
          The {listed.length} strongest of {found}.
        </p>
      )}
    </>
  );
}
