/** Memory that may not be there, said before it is asked for. */
import type { ModelInfo } from '@/engine/protocol';

/** A browser's memory of more than this, bytes, is not there on many devices, and some browsers close the page that asks for it. */
const MUCH = 2 * 2 ** 30;

/**
 * The sentences to be said before a pass that takes very much memory is tried; null for any other.
 * @param side of the square picture, pixels
 */
export function muchMemory(
  model: Pick<ModelInfo, 'name' | 'memory' | 'parameters'>,
  side: number,
): string | null {
  const planned = model.memory.find((each) => each.side === side) ?? model.memory.at(-1);
  if (!planned) return null;
  const maps = planned.bytes * (side / planned.side) ** 2;
  const total = maps + 4 * model.parameters;
  if (total <= MUCH) return null;
  const size = (total / 2 ** 30).toFixed(1);
  return `At ${side} px, ${model.name} takes about ${size} GiB of memory. Where the browser does not give that much, this is said, and your edits are kept.`;
}
