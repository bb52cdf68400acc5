import { useRef } from 'react';
import { useActions, useInspector } from '../context';
import { joinShow, showParts } from '../drawing/show';
import { number } from '../parts/format';
import { Segmented } from '../parts/Segmented';
import type { GuideState } from './useGuide';

/** The one gesture: which cell, and how much of the change. The same change is made in both models. */
export function ChangeBar({ state }: { state: GuideState }) {
  const actions = useActions();
  const show = useInspector((all) => all.view.show);
  const gesture = useRef(0);
  const { change, cell, which, strength } = state;
  const begin = () => {
    gesture.current += 1;
  };
  const play = (at: number) => actions.playChange(cell, at, `guide ${gesture.current}`);
  const choose = (name: 'spot' | 'ordinary') => {
    const next = change?.[name];
    if (!next) return;
    begin();
    actions.select(next);
    // The same change moves along, so that one press compares the two cells.
    if (strength) actions.playChange(next, strength, `guide ${gesture.current}`);
  };
  const { what } = showParts(show);
  return (
    <div className="guide-change">
      <Segmented
        label="Cell to change"
        name="guide-cell"
        value={which ?? 'other'}
        choices={[
          {
            value: 'spot',
            label: change?.isPlanted === false ? 'Strongest cell' : 'Planted cell',
            title: change ? `Row ${change.spot.row}, column ${change.spot.col}` : '',
          },
          {
            value: 'ordinary',
            label: 'Ordinary cell',
            title: change?.ordinary ? `Row ${change.ordinary.row}, column ${change.ordinary.col}` : '',
            disabled: !change?.ordinary,
          },
          ...(which === null && change
            ? [{ value: 'other' as const, label: `Cell (${cell.row}, ${cell.col})` }]
            : []),
        ]}
        onChange={(next) => {
          if (next === 'spot' || next === 'ordinary') choose(next);
        }}
      />
      {strength === null ? (
        <p className="guide-foreign">
          Edits of your own from the lab bench are open.{' '}
          <button type="button" className="button small" onClick={() => actions.reset()}>
            Remove them
          </button>
        </p>
      ) : (
        <label className="guide-drag" data-part="slider">
          <span className="guide-drag-end">No change</span>
          <input
            type="range"
            className="slider guide-slider"
            style={{ '--zero': '0%', '--made': `${100 * strength}%` } as React.CSSProperties}
            min={0}
            max={1}
            step={0.01}
            value={strength}
            disabled={!change}
            aria-label={`Change of cell (${cell.row}, ${cell.col}) in both models`}
            aria-valuetext={strength === 0 ? 'no change' : `${number(100 * strength, 0)} % of the change`}
            onPointerDown={begin}
            onKeyDown={begin}
            onChange={(event) => play(Number(event.target.value))}
          />
          <span className="guide-drag-end">Full</span>
        </label>
      )}
      <Segmented
        label="What the decoded pictures show"
        name="guide-show"
        value={what === 'change' ? 'change' : 'edited'}
        choices={[
          { value: 'edited', label: 'Picture', title: 'The decoded picture' },
          { value: 'change', label: 'Change', title: 'How far each pixel moved' },
        ]}
        onChange={(next) => actions.setShow(joinShow(next, 'edit'))}
      />
    </div>
  );
}
