import { InspectorError } from '@/common/errors';
import { applyEdits, editedCells } from '@/edits';
import type { ExperimentContext } from '../context';
import { type Carriers, carriers, type Mechanism, mechanism } from './mechanism';

/** @throws InspectorError `bad-edit` where nothing is changed */
export async function run(context: ExperimentContext): Promise<Mechanism & { carriers: Carriers }> {
  const { vae, mean, edits, radius } = context;
  const cells = editedCells(edits);
  if (cells.length === 0) {
    throw new InspectorError(
      'bad-edit',
      'Nothing is changed, so nothing travels.',
      'Change a cell first, for instance heal a spot.',
    );
  }
  const edited = applyEdits(mean, edits);
  const result = await mechanism(vae, mean, edited, cells, radius, {
    checkpoint: context.checkpoint,
  });
  return { ...result, carriers: carriers(result) };
}
