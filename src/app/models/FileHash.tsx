import { useEffect, useState } from 'react';
import { useActions } from '../context';
import { Fingerprint } from './Fingerprint';

/** The SHA-256 of a visitor's own file, computed as long as it is asked for. */
export function FileHash(props: { model: string }) {
  const { model } = props;
  const actions = useActions();
  const [state, setState] = useState<{ hash: string } | { fraction: number } | 'failed'>({ fraction: 0 });
  useEffect(() => {
    const controller = new AbortController();
    setState({ fraction: 0 });
    actions
      .hashModel(model, controller.signal, (fraction) => {
        if (!controller.signal.aborted) setState({ fraction });
      })
      .then(
        (hash) => setState({ hash }),
        () => {
          if (!controller.signal.aborted) setState('failed');
        },
      );
    return () => controller.abort();
  }, [model, actions]);
  if (state === 'failed') return <span className="muted">the file cannot be read any more</span>;
  if ('fraction' in state) {
    return <span className="muted">being computed, {Math.round(100 * state.fraction)} %</span>;
  }
  return <Fingerprint of="SHA-256" value={state.hash} />;
}
