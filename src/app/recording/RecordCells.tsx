import { cellText } from '@/latent/cellText';
import type { Candidate } from './candidates';

/** The cells to record, each with what it is called in the figure. */
export function RecordCells(props: {
  candidates: readonly Candidate[];
  onChange(candidates: Candidate[]): void;
}) {
  const { candidates, onChange } = props;
  const replace = (index: number, part: Partial<Candidate>) =>
    onChange(candidates.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <fieldset className="record-cells" aria-label="Cells to record">
      {candidates.map(({ cell, label, chosen }, index) => {
        const place = cellText(cell);
        return (
          <div key={place} className="record-cell">
            <label className="labelled">
              <input
                type="checkbox"
                checked={chosen}
                onChange={(event) => replace(index, { chosen: event.target.checked })}
              />
              <span className="numeric">{place}</span>
            </label>
            <input
              className="field"
              aria-label={`What to call ${place}`}
              value={label}
              maxLength={60}
              disabled={!chosen}
              onChange={(event) => replace(index, { label: event.target.value })}
            />
          </div>
        );
      })}
    </fieldset>
  );
}
