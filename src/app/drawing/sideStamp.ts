import type { SideState } from '@/session/types';

/** Stamp at the decoded picture of a model whose encoder works and whose decoder does not. */
export const NO_DECODER = 'its decoder gives no picture';

/** The reason why the second side shows nothing yet, as a stamp on its square; null where it shows something. */
export function sideStamp(
  side: Pick<SideState, 'model' | 'posterior' | 'base' | 'noDecoder'>,
  wanted: 'latent' | 'decoded',
): string | null {
  if (wanted === 'latent' ? side.posterior : side.base) return null;
  if (wanted === 'decoded' && side.noDecoder) return NO_DECODER;
  if (side.model.status === 'failed') return 'could not be opened';
  if (side.model.status === 'loading') return 'the model is being loaded';
  return side.posterior ? 'not decoded yet' : 'not encoded yet';
}
