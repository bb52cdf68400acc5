import { sameCell } from '../inspect/geometry';
import type { SpotMeasure } from '../inspect/spots';
import { analysisOf } from './analysis';
import { useChooseCell, useInspector } from './context';
import { signed } from './format';

const NAMES: Record<SpotMeasure, string> = {
  norm: '|mean|',
  rawLogvar: 'raw logvar',
  influence: 'influence',
};

/** Cells that stand out, strongest first, with the scores that say so. A click goes there. */
export function SpotList() {
  const posterior = useInspector((state) => state.posterior);
  const selected = useInspector((state) => state.view.cell);
  const choose = useChooseCell();
  if (!posterior) return <p className="muted">Nothing is encoded yet.</p>;
  const { spots, found, threshold } = analysisOf(posterior).spots;
  if (found === 0) {
    return (
      <p className="muted">
        No cell stands out: none is {threshold} robust standard deviations from the median in |mean| or raw
        logvar.
      </p>
    );
  }
  return (
    <>
      <ol className="spots numeric">
        {spots.map(({ cell, reasons }) => (
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
                    {NAMES[measure]} <strong>{signed(score, 1)}&thinsp;&sigma;</strong>
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className="muted small">
        {found > spots.length ? `The ${spots.length} strongest of ${found}. ` : ''}
        <kbd>[</kbd> and <kbd>]</kbd> walk through them.
      </p>
    </>
  );
}
