import { useSyncExternalStore } from 'react';

const coarse = () => matchMedia('(pointer: coarse)');

function onChange(listener: () => void): () => void {
  const query = coarse();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Tells whether the visitor points with a finger: words about keys then say what one does there instead. */
export function useCoarsePointer(): boolean {
  return useSyncExternalStore(
    onChange,
    () => coarse().matches,
    () => false,
  );
}
