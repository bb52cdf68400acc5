import type { Edit, Effect } from 'latent-inspector';
import { useEffect, useState } from 'react';
import 'latent-inspector/react';

const CELL = { row: 1, col: 1 };

/** A figure with a button of the host's own, which takes the edit on and off. */
export function Figure() {
  const [healed, setHealed] = useState(true);
  const [effect, setEffect] = useState<Effect | null>(null);
  const [defined, setDefined] = useState(false);
  // In an effect, so that a server that renders this page never asks for what only a browser has.
  useEffect(() => {
    import('latent-inspector').then(() => setDefined(true));
  }, []);
  const edits: Edit[] = healed ? [{ kind: 'heal', cell: CELL }] : [];
  return (
    <main>
      <button type="button" onClick={() => setHealed(!healed)}>
        {healed ? 'Leave the cell as it is' : 'Heal the cell'}
      </button>
      <p role="status">
        {effect
          ? `Far change: ${effect.farRms.toFixed(2)} levels of 255; at an ordinary cell: ${effect.control.farRms.toFixed(2)} levels.`
          : 'Not measured yet.'}
      </p>
      {defined && (
        <latent-inspector
          model="mini-planted"
          image="room"
          size={256}
          cell={`${CELL.row},${CELL.col}`}
          edits={edits}
          oneffect={({ detail }) => setEffect(detail)}
        />
      )}
    </main>
  );
}
