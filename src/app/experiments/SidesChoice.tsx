import { useInspectorContext, useLocal } from '../context';
import type { Local } from '../local';
import { Segmented } from '../parts/Segmented';
import { shortNames, useComparing, useModelName } from '../sides/side';
import { LETTERS, SIDES } from '../sides/sideNames';

/** Choice of the models of a comparison in which experiments are run, and whose results are shown. */
export function SidesChoice() {
  const { local } = useInspectorContext();
  const chosen = useLocal((state) => state.experimentOn);
  const names = { a: useModelName('a'), b: useModelName('b') };
  const short = shortNames(SIDES.map((side) => names[side]));
  if (!useComparing()) return null;
  return (
    <div className="runner-settings">
      <span className="label muted">In</span>
      <Segmented
        label="In which model"
        name="experiment-on"
        value={chosen}
        choices={[
          {
            value: 'both',
            label: 'both models',
            title: 'One after the other, with their results side by side',
          },
          ...SIDES.map((side, at) => ({
            value: side,
            label: `${LETTERS[side]}, ${short[at]}`,
            title: names[side],
          })),
        ]}
        onChange={(next: Local['experimentOn']) => local.setState({ experimentOn: next })}
      />
    </div>
  );
}
