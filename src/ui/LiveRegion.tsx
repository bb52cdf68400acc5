import { useEffect, useState } from 'react';
import { analysisOf } from './analysis';
import { useInspector } from './context';
import { number } from './format';
import { sentenceOf } from './Sentence';
import { useEffectView } from './useEffectView';

/** Time without change before it speaks, so that walking over cells does not pile up words. Milliseconds. */
const PAUSE = 350;

/** Reads the selected cell, and the effect once it is complete, to a screen reader. */
export function LiveRegion() {
  const cell = useInspector((state) => state.view.cell);
  const posterior = useInspector((state) => state.posterior);
  const effect = useEffectView();
  const spot = posterior
    ? analysisOf(posterior).spots.spots.some(
        (each) => each.cell.row === cell.row && each.cell.col === cell.col,
      )
    : false;
  const norm = posterior ? analysisOf(posterior).norm[cell.row * posterior.cols + cell.col] : Number.NaN;
  const where = posterior
    ? `Row ${cell.row}, column ${cell.col}, |mean| ${number(norm)}${spot ? ', stands out' : ''}.`
    : '';
  const complete =
    effect.cells > 0 && !effect.ownOld && !effect.controlOld && (effect.control || effect.missing);
  const what = complete ? sentenceOf(effect) : '';
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(where), PAUSE);
    return () => clearTimeout(timer);
  }, [where]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {settled} {what}
    </p>
  );
}
