import type { Edit } from '@/edits';
import { sameCell } from '@/latent/geometry';
import type { ExampleState } from '@/session/types';
import { useInspector } from '../context';

/**
 * The recorded example as it can be played now. Null once the visitor has edits of their own, which playing would
 * replace. Where nothing is edited it stands at no change, whatever was played before.
 */
export function playable(example: ExampleState | null, edits: readonly Edit[]): ExampleState | null {
  if (!example) return null;
  const [edit, ...others] = edits;
  if (!edit) return { ...example, position: example.strengths.indexOf(0) };
  const played = example.cells[example.cellIndex];
  const isPlayed =
    others.length === 0 && edit.kind === 'add' && played !== undefined && sameCell(edit.cell, played.cell);
  return isPlayed ? example : null;
}

export function useExample(): ExampleState | null {
  const example = useInspector((state) => state.example);
  const edits = useInspector((state) => state.view.edits);
  return playable(example, edits);
}
