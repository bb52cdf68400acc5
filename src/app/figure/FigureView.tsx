import { useEffect, useRef } from 'react';
import { sameCell } from '@/latent/geometry';
import { formatLevels } from '@/measures/effect';
import { madeOf } from '@/session/guide/change';
import { useActions, useInspector, useInspectorContext } from '../context';
import { useFar, useGuideChange } from '../guide/useGuide';
import { DecodedSquare } from '../panes/DecodedSquare';
import { number } from '../parts/format';
import { activityWords } from '../StatusLine';
import { SideName } from '../sides/Sides';
import { SideContext, useComparing, useSide } from '../sides/side';
import { SIDES, type Side } from '../sides/sideNames';

/**
 * The figure of an author's page: one picture or two, the slider, one line of numbers each, a caption, and nothing else. The slider
 * makes the guide's change at the cell that the element names, or where a spot is known.
 */
export function FigureView() {
  const { figure } = useInspectorContext();
  const comparing = useComparing();
  const title = useInspector((state) => state.picture?.title ?? null);
  return (
    <figure className="figure-view">
      <div className="figure-pictures" data-sides={comparing ? 2 : 1}>
        {SIDES.filter((side) => side === 'a' || comparing).map((side) => (
          <SideContext key={side} value={side}>
            <div className="figure-side" data-part={side}>
              {comparing && (
                <p className="figure-name">
                  <SideName side={side} />
                </p>
              )}
              <DecodedSquare />
              <Numbers side={side} />
            </div>
          </SideContext>
        ))}
      </div>
      <Slider />
      {figure?.caption !== '' && (
        <figcaption className="figure-caption">
          {figure?.caption ??
            `Decoded picture${title ? `: ${title}` : ''}. Levels are of 255, root mean square.`}
        </figcaption>
      )}
    </figure>
  );
}

function Numbers({ side }: { side: Side }) {
  const { own, control, missing } = useFar(side);
  const changed = useSide(({ edits }) => edits.length > 0, side);
  const doing = useInspector(({ activity, sides }) =>
    sides[side]?.base ? null : activity ? activityWords(activity) : 'Loading',
  );
  if (doing) return <p className="figure-numbers muted">{doing}</p>;
  if (!changed) return <p className="figure-numbers muted">No change yet.</p>;
  return (
    <p className="figure-numbers">
      <strong className="numeric">{own === null ? '\u2026' : formatLevels(own)}</strong> levels far from the
      cell
      <span className="muted numeric">
        {missing ? '' : ` (ordinary cell: ${control === null ? '\u2026' : formatLevels(control)})`}
      </span>
    </p>
  );
}

function Slider() {
  const actions = useActions();
  const { figure } = useInspectorContext();
  const change = useGuideChange();
  const selected = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const gesture = useRef(0);
  const chosen = useRef(false);
  useEffect(() => {
    // Where the author named no cell, it is the one that is worth changing.
    if (!change || chosen.current || figure?.cell) return;
    chosen.current = true;
    if (!sameCell(selected, change.spot)) actions.select(change.spot);
  }, [actions, change, figure?.cell, selected]);
  const made = change && madeOf(change, edits);
  if (change && !made) {
    return (
      <p className="figure-foreign muted">
        Shown with the author’s own edits.{' '}
        <button type="button" className="button small" onClick={() => actions.reset()}>
          Remove them
        </button>
      </p>
    );
  }
  const cell = made?.cell ?? selected;
  const strength = made?.strength ?? 0;
  const begin = () => {
    gesture.current += 1;
  };
  return (
    <label className="figure-drag">
      <span>No change</span>
      <input
        type="range"
        className="slider"
        style={{ '--zero': '0%' } as React.CSSProperties}
        min={0}
        max={1}
        step={0.01}
        value={strength}
        disabled={!change}
        aria-label={`Change of cell (${cell.row}, ${cell.col})`}
        aria-valuetext={strength === 0 ? 'no change' : `${number(100 * strength, 0)} % of the change`}
        onPointerDown={begin}
        onKeyDown={begin}
        onChange={(event) =>
          actions.playChange(cell, Number(event.target.value), `figure ${gesture.current}`)
        }
      />
      <span>Full</span>
    </label>
  );
}
