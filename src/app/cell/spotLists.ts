/** Spots as they are listed, walked through and marked: by measure, those that tell most first. */
import { cellIndex } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import { type SpotGroup, spotGroups } from '@/measures/spotGroups';
import { knowsLogvar } from '@/session/pictures/latents';
import { type CellValues, spotsOf } from './analysis';

/** Cells of a measure that are listed; the others are counted. */
export const LISTED = 3;

export interface SpotLists {
  groups: SpotGroup[];
  /** The listed cells, each once, in their order. */
  cells: Cell[];
}

const known = new WeakMap<object, SpotLists>();

/** The lists of a posterior; with the influence among them where it has been computed. */
export function spotListsOf(posterior: PosteriorData, influence: CellValues | null): SpotLists {
  const key = influence ?? posterior;
  let lists = known.get(key);
  if (!lists) {
    const groups = spotGroups(posterior, spotsOf(posterior, influence).scores, {
      measures: knowsLogvar(posterior) ? ['influence', 'norm', 'rawLogvar'] : ['influence', 'norm'],
      limit: LISTED,
    });
    const cells = new Map(
      groups.flatMap((group) => group.cells.map(({ cell }) => [cellIndex(cell, posterior), cell] as const)),
    );
    lists = { groups, cells: [...cells.values()] };
    known.set(key, lists);
  }
  return lists;
}
