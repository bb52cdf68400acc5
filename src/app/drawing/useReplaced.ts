import type { InspectorState } from '@/session/types';
import { useInspector } from '../context';
import { useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';

/** Words for what is on screen while another model or size is being opened, as a stamp on it; null where nothing is replaced. */
export function replacedWords(
  shownModel: string,
  view: Pick<InspectorState['view'], 'model' | 'size'>,
  side: number | null,
): string | null {
  if (shownModel !== view.model) return 'Still showing the previous model.';
  if (side !== null && side !== view.size) return 'Still showing the previous size.';
  return null;
}

/** The same of one side: the one that the component stands in, or the one that is named. */
export function useReplaced(named?: Side): string | null {
  const shown = useSide(({ posterior, madeWith }) => posterior && madeWith, named);
  const model = useSide((side) => side.id, named);
  const size = useInspector((state) => state.view.size);
  const side = useInspector((state) => state.picture?.pixels.width ?? null);
  return shown === null ? null : replacedWords(shown, { model, size }, side);
}
