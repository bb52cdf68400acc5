import { type ReactNode, useState } from 'react';
import { type AnyEditDefinition, EDIT_DEFINITIONS, type Edit, touchedCells } from '@/edits';
import { cellText } from '@/latent/cellText';
import { sameCell } from '@/latent/geometry';
import { useActions, useInspector, useInspectorContext, useLocal } from '../context';
import { NumberBox } from '../parts/NumberBox';

/** A new seed for each press, so that noise drawn twice is not the same noise. */
const seed = () => Math.floor(Math.random() * 2 ** 31);

/** The prominent ones first; else in the order of their names. */
const OFFERED = EDIT_DEFINITIONS.toSorted(
  (a, b) => Number(b.button?.prominent ?? false) - Number(a.button?.prominent ?? false),
);

/** Buttons for the selected cell as a whole: one for each kind of edit that has one. */
export function EditButtons(props: { current: number[]; changed: boolean }) {
  const { local } = useInspectorContext();
  const actions = useActions();
  const cell = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const title = useInspector((state) => state.picture?.title ?? 'a picture');

  return (
    <fieldset className="edit-buttons" aria-label="Edits of the selected cell">
      {OFFERED.map((definition) => (
        <KindButton key={definition.kind} definition={definition} channels={props.current.length}>
          <button
            type="button"
            className="button"
            title="Remembers the values of this cell, also for another picture"
            onClick={() =>
              local.setState({ copied: { values: props.current, from: `${cellText(cell)} of ${title}` } })
            }
          >
            Copy
          </button>
        </KindButton>
      ))}
      <button
        type="button"
        className="button"
        disabled={!props.changed}
        title="Takes back every edit of this cell"
        onClick={() =>
          actions.setEdits(edits.filter((edit) => !touchedCells(edit).some((own) => sameCell(own, cell))))
        }
      >
        Restore cell
      </button>
    </fieldset>
  );
}

/** The button of one kind, beside it a box for each number that it asks for. `children`: what fills the copied values. */
function KindButton(props: { definition: AnyEditDefinition; channels: number; children: ReactNode }) {
  const { kind, fields, button } = props.definition;
  const { local } = useInspectorContext();
  const actions = useActions();
  const cell = useInspector((state) => state.view.cell);
  const copied = useLocal((state) => state.copied);
  const partnerless = useLocal((state) => state.partnerless);
  const [typed, setTyped] = useState<Record<string, string>>({});
  if (!button) return null;

  const asked = Object.entries(fields).map(([name, { asked }]) => ({ name, ...asked }));
  const numbers = asked.filter((each) => each.by === 'number');
  const needsCopy = asked.some(({ by }) => by === 'copy');
  const second = asked.find((each) => each.by === 'cell');
  const textOf = (each: (typeof numbers)[number]) => typed[each.name] ?? String(each.initial);

  const make = () => {
    const edit: Record<string, unknown> = { kind, cell };
    for (const each of asked) {
      if (each.by === 'number') edit[each.name] = amount(textOf(each), each);
      if (each.by === 'chance') edit[each.name] = seed();
      if (each.by === 'copy') edit[each.name] = copied?.values;
    }
    actions.addEdit(edit as unknown as Edit);
  };
  const ask = () => {
    const waits = partnerless?.kind === kind || !second;
    local.setState({ partnerless: waits ? null : { kind, cell, field: second.name, hint: second.hint } });
  };
  const own = (
    <button
      type="button"
      className={button.prominent ? 'button strong' : 'button'}
      aria-pressed={second ? partnerless?.kind === kind : undefined}
      disabled={needsCopy && copied?.values.length !== props.channels}
      title={needsCopy ? copyTitle(copied) : button.title}
      onClick={second ? ask : make}
    >
      {button.label}
    </button>
  );
  if (needsCopy) {
    return (
      <>
        {props.children}
        {own}
      </>
    );
  }
  if (numbers.length === 0) return own;
  return (
    <span className="pair">
      {own}
      {numbers.map((each) => (
        <label key={each.name}>
          <span className="visually-hidden">{each.label}</span>
          <NumberBox
            unit={each.unit}
            step={each.step}
            min={each.least}
            value={textOf(each)}
            onChange={(event) => setTyped({ ...typed, [each.name]: event.target.value })}
          />
        </label>
      ))}
    </span>
  );
}

function copyTitle(copied: { from: string } | null): string {
  return copied ? `Puts in the values of ${copied.from}` : 'Copy a cell first';
}

/** The number that was typed; the one that stood in the box before where it is none, and its size where it may not be negative. */
function amount(text: string, { initial, least }: { initial: number; least?: number }): number {
  const value = text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : initial;
  return least === 0 ? Math.abs(value) : Math.max(least ?? value, value);
}
