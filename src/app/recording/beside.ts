/** The second model of a comparison, as far as a figure can be recorded of it, too. */
import { posteriorMean } from '@/latent/layers';
import type { PosteriorData } from '@/latent/types';
import { carriedCells } from '@/session/recording/carried';
import type { RecordingRequest } from '@/session/recording/types';
import { canCompute } from '@/session/side/side';
import type { SideState } from '@/session/types';

/**
 * Why the second model cannot be recorded with the first, as a sentence; null where it can.
 * @param first the latent of the first model
 * @param name of the second model
 */
export function besideProblem(
  second: SideState,
  name: string,
  first: PosteriorData,
  cells: RecordingRequest['cells'],
): string | null {
  if (second.noDecoder) return `${name} cannot be recorded: ${second.noDecoder.message}`;
  if (!second.posterior || !canCompute(second)) return `${name} has not opened this picture yet.`;
  const { problem } = carriedCells(cells, posteriorMean(first), posteriorMean(second.posterior));
  return problem && `The change cannot be carried to ${name}: ${problem}.`;
}
