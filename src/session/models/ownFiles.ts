/** The visitor's own files that are open, so that another page can open them again. */
import type { Context } from '../context';
import { LatentSource } from '../pictures/latents';
import type { Sides } from '../side/sides';
import type { InspectorActions, OwnFiles } from '../types';

export function ownFilesOf({ models, get }: Context, { a }: Sides): OwnFiles {
  const { model, compare } = get().view;
  const { given } = a;
  return {
    model: models.ownModel(model),
    compare: compare === null ? null : models.ownModel(compare),
    picture: given instanceof Blob ? given : null,
    latent:
      given instanceof LatentSource
        ? { name: given.name, latent: given.latent, logvar: given.logvar, notices: given.notices }
        : null,
  };
}

export const hasOwnFiles = ({ model, compare, picture, latent }: OwnFiles): boolean =>
  [model, compare, picture, latent].some((file) => file !== null);

/** Opens them as if they were chosen. What cannot be opened is shown as a failure, and the rest is opened all the same. */
export async function openOwnFiles(
  actions: Pick<InspectorActions, 'setModel' | 'setCompare' | 'setPicture' | 'setLatent'>,
  { model, compare, picture, latent }: OwnFiles,
): Promise<void> {
  const shown = () => {};
  if (latent) await actions.setLatent(latent).catch(shown);
  else if (picture) await actions.setPicture(picture).catch(shown);
  if (model) await actions.setModel(model).catch(shown);
  if (compare) await actions.setCompare(compare).catch(shown);
}
