import type { ReactNode } from 'react';
import { SideContext, useComparing, useModelName } from './side';
import { LETTERS, SIDES, type Side } from './sideNames';

/** So many letters of a long name's end are always seen: names of files differ there. */
const ENDING = 8;

const ALONE = ['a'] as const satisfies readonly Side[];

/** The letter of a side, in its colour. */
export function SideBadge(props: { side: Side }) {
  return <span className={`badge badge-${props.side}`}>{LETTERS[props.side]}</span>;
}

/** "A", and the name of the model that it stands for. */
export function SideName(props: { side: Side }) {
  const name = useModelName(props.side);
  return (
    <>
      <SideBadge side={props.side} />
      <span className="side-name" title={name}>
        <span>{name.slice(0, -ENDING)}</span>
        <span>{name.slice(-ENDING)}</span>
      </span>
    </>
  );
}

/** The middle of a pane: its square, or in a comparison two of them, A above B, each with its notes. */
export function Sides(props: { square: ReactNode; notes: ReactNode }) {
  const comparing = useComparing();
  return (
    <div className={comparing ? 'sides' : 'sides-alone'}>
      {(comparing ? SIDES : ALONE).map((side) => (
        <SideContext key={side} value={side}>
          <div className="side" data-side={side}>
            {comparing && (
              <p className="side-label">
                <SideName side={side} />
              </p>
            )}
            {props.square}
            {comparing && <div className="side-notes">{props.notes}</div>}
          </div>
        </SideContext>
      ))}
    </div>
  );
}
