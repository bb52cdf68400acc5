import { useRef } from 'react';
import { useActions } from '../context';
import { KEYS_HERE } from '../keyboard/shortcuts';
import { number } from '../parts/format';
import { Segmented } from '../parts/Segmented';
import { useExample } from './useExample';

/**
 * The first gesture: one slider that plays the recorded change, at the spot or at an ordinary cell. It works before
 * any model is there.
 */
export function ExampleBar() {
  const example = useExample();
  const actions = useActions();
  const gesture = useRef(0);
  if (!example) return null;
  const { cells, strengths, cellIndex, position } = example;
  const last = strengths.length - 1;
  const below = Math.floor(position);
  const low = strengths[below];
  if (low === undefined) return null;
  const high = strengths[below + 1] ?? low;
  const strength = low + (position - below) * (high - low);
  const zero = strengths.indexOf(0) / last;
  const play = (index: number, at: number) => {
    const played = cells[index];
    if (!played) return;
    actions.playExample(index, at, `example ${gesture.current}`);
    actions.select(played.cell);
  };
  const begin = () => {
    gesture.current += 1;
  };
  return (
    <div className="example" {...KEYS_HERE}>
      <span className="example-change">Change</span>
      <Segmented
        label="Cell of the example to change"
        name="example-cell"
        value={cellIndex}
        choices={cells.map(({ label, cell }, index) => ({
          value: index,
          label,
          title: `Row ${cell.row}, column ${cell.col}`,
        }))}
        onChange={(index: number) => {
          begin();
          play(index, position);
        }}
      />
      <label className="example-drag">
        <strong className="example-invite">Drag this</strong>
        <input
          type="range"
          className="slider example-slider"
          style={{ '--zero': `${100 * zero}%` } as React.CSSProperties}
          min={0}
          max={last}
          step="any"
          value={position}
          aria-label="Drag this: strength of the change"
          aria-valuetext={`${number(100 * strength, 0)} % of the change`}
          onPointerDown={begin}
          onKeyDown={begin}
          onChange={(event) => play(cellIndex, Number(event.target.value))}
        />
        <span className="numeric example-value">{number(100 * strength, 0)} %</span>
      </label>
    </div>
  );
}
