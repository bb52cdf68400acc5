import { useMemo } from 'react';
import { useActions } from '../context';
import { lookAt } from './givenKinds';
import { openPicture } from './openPicture';
import { useOpenFiles } from './useOpenFiles';

/** Opens the file that was chosen as a picture: a model or a latent as what it is, anything else is for the reader of pictures to refuse. */
export function useChooseImage(): (file: File) => Promise<void> {
  const actions = useActions();
  const openFiles = useOpenFiles();
  return useMemo(
    () => async (file) => {
      const { use } = await lookAt(file);
      if (use === 'weights' || use === 'latent') await openFiles([file]);
      else openPicture(actions, file);
    },
    [actions, openFiles],
  );
}
