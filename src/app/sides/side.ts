import { createContext, useContext } from 'react';
import type { ModelManifest } from '@/models/manifest';
import { emptySide } from '@/session/side/side';
import type { InspectorState, SideState } from '@/session/types';
import { useInspector } from '../context';
import type { Side } from './sideNames';

const NONE = emptySide('', [], { row: 0, col: 0 });

/** That side of the state. Without a comparison the second one is empty. */
export function sideOf({ sides }: Pick<InspectorState, 'sides'>, side: Side): SideState {
  return sides[side] ?? NONE;
}

/** Panes, tables and lists below it show this side. */
export const SideContext = createContext<Side>('a');

/** Reads a part of one side: the one that the component stands in, or the one that is named. */
export function useSide<T>(selector: (side: SideState) => T, named?: Side): T {
  const own = useContext(SideContext);
  return useInspector((state) => selector(sideOf(state, named ?? own)));
}

/** A model's name, also of one that no manifest names any more. */
export function modelName(models: readonly ModelManifest[], id: string): string {
  return models.find((model) => model.id === id)?.name ?? id;
}

/** Longer names, as files may have them, are shortened to their ends where they stand in a sentence. */
const LONGEST = 40;

export function shortName(name: string, longest = LONGEST): string {
  const end = longest / 2 - 1;
  return name.length <= longest ? name : `${name.slice(0, end)}\u2026${name.slice(-end)}`;
}

/** The same of several that stand beside each other: those that would read alike are cut so that they differ. */
export function shortNames<const T extends readonly string[]>(
  names: T,
  longest = LONGEST,
): { [At in keyof T]: string } {
  const short = (name: string) => {
    const text = shortName(name, longest);
    const twins = names.filter((other) => other !== name && shortName(other, longest) === text);
    if (twins.length === 0) return text;
    const from = Math.max(0, Math.min(...twins.map((other) => firstDifference(name, other))) - 8);
    return `\u2026${name.slice(from, from + longest / 2)}\u2026${name.slice(-longest / 4)}`;
  };
  return names.map(short) as { [At in keyof T]: string };
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (a[at] === b[at] && at < a.length) at++;
  return at;
}

export function useModelName(named?: Side): string {
  const id = useSide((side) => side.id, named);
  return useInspector((state) => modelName(state.models, id));
}

/** True while two models stand side by side. */
export function useComparing(): boolean {
  return useInspector((state) => state.sides.b !== null);
}
