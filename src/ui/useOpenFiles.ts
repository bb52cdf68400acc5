import { useMemo } from 'react';
import { InspectorError } from '../errors';
import { useInspectorContext } from './context';
import { readOwnModel, sortFiles } from './givenFiles';
import { openPicture } from './openPicture';
import type { Side } from './side';

/** Opens what a visitor gives: weights as a model, on the left unless told otherwise, a picture; says so of anything else. */
export function useOpenFiles(): (files: readonly File[], side?: Side) => Promise<void> {
  const { store, local } = useInspectorContext();
  return useMemo(
    () =>
      async (files, side = 'a') => {
        const say = (message: string) => local.setState({ message });
        const given = sortFiles(files);
        if (given.kind === 'nothing') return;
        if (given.kind === 'unknown') return say(given.words);
        const state = store.getState();
        if (given.kind === 'picture') return openPicture(state, given.file);
        try {
          const model = await readOwnModel(given.weights, given.config);
          // What goes wrong from here on is shown by the store.
          (side === 'a' ? state.setModel(model) : state.setCompare(model)).catch(() => {});
        } catch (error) {
          if (!(error instanceof InspectorError)) throw error;
          say(`${error.message} ${error.advice}`);
        }
      },
    [store, local],
  );
}
