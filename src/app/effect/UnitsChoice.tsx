import type { Units } from '@/session/types';
import { useActions, useInspector } from '../context';
import { type Choice, Segmented } from '../parts/Segmented';

const UNITS = [
  { value: 'sigma', label: 'sigma', title: 'Scaled to how much each latent varies by itself' },
  { value: 'raw', label: 'raw numbers', title: 'The very same numbers in both' },
] as const satisfies readonly Choice<Units>[];

const MEANINGS: Record<Units, string> = {
  sigma: 'Shifts and set values go to B counted in each latent\u2019s own sigma, channel by channel.',
  raw: 'Shifts and set values go to B as the same numbers, although its latent may be written on another scale.',
};

/** The choice of units in which the edits of A are carried to B. */
export function UnitsChoice() {
  const actions = useActions();
  const units = useInspector((state) => state.view.units);
  return (
    <div className="units">
      <span className="units-choice">
        <span className="muted">Same change in</span>
        <Segmented
          label="Same change in"
          name="units"
          value={units}
          choices={UNITS}
          onChange={(next: Units) => actions.setUnits(next)}
        />
      </span>
      <span className="muted small">
        {MEANINGS[units]} Heal, zero, scale, swap and noise mean the same in both.
      </span>
    </div>
  );
}
