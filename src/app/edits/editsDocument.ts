import { InspectorError } from '@/common/errors';
import { writeEditsDocument } from '@/formats/editsFile';
import type { InspectorState } from '@/session/types';
import { modelName } from '../sides/side';

/**
 * The edits as a document in JSON (formats/editsFile.ts).
 * @throws InspectorError `not-found` while there is no latent that says what they are for
 */
export function editsDocument({
  view,
  models,
  picture,
  sides: {
    a: { posterior, model },
  },
}: InspectorState): Blob {
  if (!posterior) throw new InspectorError('not-found', 'Nothing is encoded yet.', 'Open a picture first.');
  const { rows, cols, channels } = posterior;
  const text = writeEditsDocument({
    model: {
      id: view.model,
      name: modelName(models, view.model),
      sha256: model.info?.provenance.sha256 ?? null,
    },
    picture: view.latent === null ? (picture?.title ?? 'picture') : `latent ${view.latent}`,
    size: view.latent === null ? view.size : null,
    grid: { rows, cols, channels },
    edits: view.edits,
  });
  return new Blob([text], { type: 'application/json' });
}
