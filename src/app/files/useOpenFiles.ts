import { useMemo } from 'react';
import { InspectorError } from '@/common/errors';
import { readLatentFile } from '@/formats/latent/file';
import { posteriorMean } from '@/latent/layers';
import { channelSigma } from '@/latent/statistics';
import { factorOf } from '@/session/models/factors';
import type { InspectorStore } from '@/session/types';
import { useInspectorContext } from '../context';
import {
  givenLatent,
  isSettled,
  type LatentQuestion,
  onlyReading,
  questionOf,
} from '../share/ImportReadings';
import type { Side } from '../sides/sideNames';
import { readOwnModel, recognise } from './givenFiles';
import { openPicture } from './openPicture';

/**
 * Opens what a visitor gives: weights as a model, on the left unless told otherwise, a picture, a latent in its place, edits; says
 * so of anything else. What is given while files before are still looked at, or asked about, takes their place.
 */
export function useOpenFiles(): (files: readonly File[], side?: Side) => Promise<void> {
  const { store, local } = useInspectorContext();
  return useMemo(
    () =>
      async (files, side = 'a') => {
        const turn = local.getState().given + 1;
        const isNewest = () => local.getState().given === turn;
        const unanswered = local.getState().latentQuestion?.file.name;
        const closed = unanswered ? `${unanswered} was not opened: its question was not answered.` : null;
        const say = (...words: (string | null)[]) => {
          if (isNewest()) local.setState({ message: words.filter(Boolean).join(' ') || null });
        };
        // A question about a file before would speak of a model that may be another by then.
        local.setState({ given: turn, latentQuestion: null });
        try {
          const given = await recognise(files);
          if (!isNewest()) return;
          const state = store.getState();
          // What was said of files before is past.
          say('said' in given ? given.said : null, closed);
          switch (given.kind) {
            case 'nothing':
              return;
            case 'unknown':
              return say(given.words, closed);
            case 'picture':
              return openPicture(state, given.file);
            case 'edits':
              return state.importEdits(given.text, given.file.name);
            case 'latent': {
              const question = await askOf(given.file, state);
              if (!isNewest()) return;
              if (!isSettled(question)) return local.setState({ latentQuestion: question });
              state.setLatent(givenLatent(question, onlyReading(question))).catch(() => {});
              return;
            }
            case 'model': {
              const model = await readOwnModel(given.weights, given.config);
              if (!isNewest()) return;
              // What goes wrong from here on is shown by the store.
              (side === 'a' ? state.setModel(model) : state.setCompare(model)).catch(() => {});
            }
          }
        } catch (error) {
          if (!(error instanceof InspectorError)) throw error;
          say(`${error.message} ${error.advice}`, closed);
        }
      },
    [store, local],
  );
}

/** @throws InspectorError `bad-file`; `not-found` while no model is open that could say what a latent is */
async function askOf(
  file: File,
  {
    factors,
    models,
    sides: {
      a: { model, posterior, madeWith },
    },
  }: InspectorStore,
): Promise<LatentQuestion> {
  if (!model.info) {
    throw new InspectorError('not-found', 'No model is open yet.', 'Open the latent again once one is.');
  }
  // While another model is being opened, the latent of the one before is still on screen.
  const usual = posterior && model.info.id === madeWith ? channelSigma(posteriorMean(posterior)) : null;
  const factor = factorOf(model.info, factors);
  return questionOf(await readLatentFile(file, file.name), model.info, factor, usual, models);
}
