import { useRef } from 'react';
import type { InspectorState } from '../state/types';
import { useInspector } from './context';
import { useSide } from './side';

/** What is on screen while another model or size is being opened, as a stamp on it; null where nothing is replaced. */
export function replacedWords(
  shownModel: string,
  view: Pick<InspectorState['view'], 'model' | 'size'>,
  side: number | null,
): string | null {
  if (shownModel !== view.model) return 'the model before, until this one has opened';
  if (side !== null && side !== view.size) return 'the size before, until this one has opened';
  return null;
}

/** The latent does not say which model made it: it is the one that was chosen when it came. */
export function useReplaced(): string | null {
  const posterior = useSide((side) => side.posterior);
  const model = useSide((side) => side.id);
  const size = useInspector((state) => state.view.size);
  const side = useInspector((state) => state.picture?.pixels.width ?? null);
  const shown = useRef({ posterior, model });
  if (shown.current.posterior !== posterior) shown.current = { posterior, model };
  return posterior ? replacedWords(shown.current.model, { model, size }, side) : null;
}
