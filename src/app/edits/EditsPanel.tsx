import { Spots } from '../cell/SpotList';
import { EditStack } from './EditStack';

/** The cells to look at, and the edits that have been made so far. */
export function EditsPanel() {
  return (
    <section className="column" aria-labelledby="spots-title">
      <div className="column-head">
        <h2 id="spots-title">Spots</h2>
        <span className="muted small">cells that stand out</span>
      </div>
      <Spots />
      <div className="column-head column-head-second">
        <h2>Edits</h2>
      </div>
      <EditStack />
    </section>
  );
}
