import { useMemo, useRef } from 'react';
import { useActions, useInspector } from '../context';
import { useOpenFiles } from '../files/useOpenFiles';
import { SideBadge } from '../sides/Sides';
import { useComparing } from '../sides/side';
import type { Side } from '../sides/sideNames';
import { NOTHING, OPEN_FILE, optionGroups } from './modelOptions';

/** The model of one side: those that are known by where they come from, and a file of the visitor's own. */
export function ModelSelect(props: { side: Side; label: string }) {
  const { side, label } = props;
  const models = useInspector((state) => state.models);
  const stored = useInspector((state) => state.stored);
  const value = useInspector((state) => (side === 'a' ? state.view.model : state.sides.b?.id)) ?? NOTHING;
  const comparing = useComparing();
  const name = models.find(({ id }) => id === value)?.name;
  const actions = useActions();
  const openFiles = useOpenFiles();
  const file = useRef<HTMLInputElement>(null);
  const groups = useMemo(() => optionGroups(models, stored), [models, stored]);

  const choose = (chosen: string) => {
    if (chosen === OPEN_FILE) file.current?.click();
    else if (side === 'a') actions.setModel(chosen).catch(() => {});
    else actions.setCompare(chosen === NOTHING ? null : chosen).catch(() => {});
  };
  const refresh = () => {
    actions.refreshStored().catch(() => {});
  };
  return (
    <>
      <label className="labelled">
        <span className="label">
          {comparing && (
            <span aria-hidden="true">
              <SideBadge side={side} />{' '}
            </span>
          )}
          {label}
        </span>
        <select
          className="select"
          value={value}
          title={name}
          onFocus={refresh}
          onChange={(event) => choose(event.target.value)}
        >
          {side === 'b' && <option value={NOTHING}>nothing</option>}
          {groups.map((group) => (
            <optgroup key={group.label} label={group.label}>
              {group.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.text}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <input
        ref={file}
        type="file"
        multiple
        hidden
        accept=".safetensors,.sft,.json"
        aria-label={`Weights, and their config.json, for "${label}"`}
        onChange={(event) => {
          void openFiles([...(event.target.files ?? [])], side);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
