/**
 * The methods of an inspector: what the element, one in a frame and the packaged client have in common. All three follow from
 * this list, and so do their types. To add one: an entry of the interface, a line in `METHODS`, and its body in live.ts.
 */

import type { ExperimentName } from '@/experiments/names';
import type { Effect, PosteriorData } from '@/latent/types';
import type { ScriptLatent } from '@/session/pictures/givenLatent';
import type { OwnModel } from '@/session/types';
import type { ElementExperimentOptions, ElementExperimentResults, ExperimentRun } from './experiments';
import type { SideName } from './sideName';

export interface InspectorMethods {
  /**
   * Opens a model: one of the list by its id, which is downloaded where it has to be, or a file of weights (safetensors), with
   * its config.json, parsed, where there is one; `scaling` says by what its latents are scaled where no config does. The model that stands on the right: left and right change places.
   */
  setModel(model: string | OwnModel): Promise<void>;

  /**
   * Puts a second model beside the first, or takes it away (null). Resolves when its base decode is there. The model that
   * stands on the left: left and right change places.
   */
  setCompare(model: string | OwnModel | null): Promise<void>;

  /** Opens a picture: a file or bitmap, a canvas, an image element, an address, or the id of a starting picture. */
  setImage(source: Blob | ImageBitmapSource | string): Promise<void>;

  /**
   * Opens a latent in place of a picture: nothing is encoded. Edits of what was open before are dropped.
   * @param latent unscaled, as `posterior` gives the mean and decoders take it, unless `latent.scaling` says by what it is scaled;
   * `latent.logvar` is the posterior's raw log-variance, where that is known; the arrays are copied
   * @param name what to call it on the page
   * @throws InspectorError `bad-file` for numbers that do not make a latent, or another number of channels than the model's
   */
  setLatent(latent: ScriptLatent, name?: string): Promise<void>;

  /**
   * The posterior of the picture; each array is `[rows, cols, channels]`.
   * @throws InspectorError `not-found` for `compare` where there is no second model
   */
  posterior(side?: SideName): Promise<PosteriorData>;

  /**
   * The effect of the current edits with its control, once it has been computed.
   * @throws InspectorError `bad-edit` without an edit that is on (on the right: that could be carried there), `not-found` where
   * no cell can be the control, or for `compare` where there is no second model; `bad-model` where the decoder gives no numbers
   */
  effect(side?: SideName): Promise<Effect>;

  /**
   * A decoded picture, exact: of the latent as it is, or with the current edits.
   * @throws InspectorError `not-found` for `compare` where there is no second model; `bad-model` where the decoder gives no numbers
   */
  decoded(which: 'base' | 'edited', side?: SideName): Promise<ImageData>;

  /**
   * Runs an experiment on what is open in the model on the left, or in the other one (`run.side`) (src/experiments describes each). What is not given is chosen:
   * the selected cell, usual strengths and sizes.
   * @throws InspectorError; `aborted` where `run.signal` is
   * @example
   * const { influence, rows, cols } = await element.experiment('influence');
   * const { carriers } = await element.experiment('mechanism');
   */
  experiment<K extends ExperimentName>(
    name: K,
    options?: Partial<ElementExperimentOptions[K]>,
    run?: ExperimentRun,
  ): Promise<ElementExperimentResults[K]>;
}

export type InspectorMethod = keyof InspectorMethods;

interface MethodFacts {
  /** Index of the argument that says how it is to run (its signal, whom to tell of progress), where one does. */
  run?: number;
}

export const METHODS: Readonly<Record<InspectorMethod, MethodFacts>> = {
  setModel: {},
  setCompare: {},
  setImage: {},
  setLatent: {},
  posterior: {},
  effect: {},
  decoded: {},
  experiment: { run: 2 },
};

export const METHOD_NAMES = Object.keys(METHODS) as readonly InspectorMethod[];
