import { useEffect, useState } from 'react';
import { useActions, useInspector, useInspectorContext } from '../context';
import { modelName } from '../sides/side';
import { orderedTransfers, type Transfer, transferFraction, transferWords } from './transferWords';

/** The downloads under way, one line each: how far they are, and the ways to hold them or to give them up. */
export function Transfers() {
  const transfers = useInspector((state) => state.transfers);
  return (
    <ul className="transfers" aria-label="Downloads">
      {orderedTransfers(transfers).map(([model, transfer]) => (
        <Line key={model} model={model} transfer={transfer} />
      ))}
    </ul>
  );
}

function Line(props: { model: string; transfer: Transfer }) {
  const { model, transfer } = props;
  const { store, local } = useInspectorContext();
  const actions = useActions();
  const name = useInspector((state) => modelName(state.models, model));
  const now = useNow(transfer.state === 'waiting');
  const fraction = transferFraction(transfer);
  const words = transferWords(transfer, now);
  const paused = transfer.state === 'paused';
  // While the hub is first asked, or another tab downloads the file, there is nothing yet that could be held.
  const steered =
    transfer.state === 'downloading' ||
    transfer.state === 'paused' ||
    (transfer.state === 'waiting' && typeof transfer.until === 'number');
  // For a moment, and not for another tab.
  const waits = transfer.state === 'waiting' && typeof transfer.until === 'number';
  const giveUp = () => {
    const {
      view,
      sides: { b: compare },
    } = store.getState();
    const right = compare?.id === model && view.model !== model;
    local.setState({ givenUp: { model, right } });
    if (right) actions.setCompare(null).catch(() => {});
    else actions.cancel();
  };
  return (
    <li className="transfer">
      <span className="transfer-name" title={name}>
        {name}
      </span>
      <span
        className={`transfer-bar ${fraction === null ? 'unknown' : ''}`}
        role="progressbar"
        aria-label={`Download of ${name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={fraction === null ? undefined : Math.round(100 * fraction)}
      >
        <span style={{ transform: `scaleX(${fraction ?? 1})` }} />
      </span>
      <span className="transfer-words numeric" title={words}>
        {words}
      </span>
      <span className="transfer-buttons">
        {steered && (
          <button
            type="button"
            className="button small transfer-pause"
            onClick={() => actions.pauseTransfer(model, !paused && !waits)}
          >
            {waits ? 'Try now' : paused ? 'Continue' : 'Pause'}
            <span className="visually-hidden"> the download of {name}</span>
          </button>
        )}
        <button type="button" className="button quiet small" onClick={giveUp}>
          Cancel<span className="visually-hidden"> the download of {name}</span>
        </button>
      </span>
    </li>
  );
}

/** The time, kept up to date while somebody counts down. */
function useNow(counting: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!counting) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [counting]);
  return now;
}
