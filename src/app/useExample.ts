import type { Edit } from '../edits';
import type { ExampleState } from '../session/types';
import { useInspector } from './context';

/**
 * The recorded example as it can be played now. Null once the visitor has edits of their own, which playing would
 * replace. Where nothing is edited it stands at no change, whatever was played before.
 */
export function playable(example: ExampleState | null, edits: readonly Edit[]): ExampleState | null {
  if (!example) return null;
  if (edits.length === 0) return { ...example, position: example.strengths.indexOf(0) };
  const [{ kind, cell }] = edits;
  const played = example.cells[example.cellIndex].cell;
  const own = edits.length > 1 || kind !== 'add' || cell.row !== played.row || cell.col !== played.col;
  return own ? null : example;
}

export function useExample(): ExampleState | null {
  const example = useInspector((state) => state.example);
  const edits = useInspector((state) => state.view.edits);
  return playable(example, edits);
}
