/** All experiments by name: how each is run. */
import { InspectorError } from '../errors';
import { applyEdits, editedCells } from '../inspect/edits';
import { channels } from './channels';
import { clamp } from './clamp';
import type { ExperimentContext, OnPartial } from './context';
import { crop } from './crop';
import { heal } from './heal';
import { influence } from './influence';
import { interpolate } from './interpolate';
import { kl } from './kl';
import { carriers, mechanism } from './mechanism';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from './names';
import { noise } from './noise';
import { reads } from './reads';
import { measure } from './report';
import { resolution } from './resolution';
import { roll } from './roll';
import { sampling } from './sampling';
import { scan } from './scan';

type Experiments = {
  [K in ExperimentName]: (
    context: ExperimentContext,
    options: ExperimentOptions[K],
    onPartial: OnPartial<ExperimentResults[K]>,
  ) => Promise<ExperimentResults[K]>;
};

/** Work for the progress of experiments that are written for a network alone. */
function staged({ checkpoint }: ExperimentContext, doing: string) {
  return { checkpoint: (done: number, total: number) => checkpoint(done / total, doing) };
}

const EXPERIMENTS: Experiments = {
  influence: (context) => influence(context.vae, context.mean, staged(context, 'derivatives')),
  async mechanism(context) {
    const { vae, mean, edits, radius, checkpoint } = context;
    const cells = editedCells(edits);
    if (cells.length === 0) {
      throw new InspectorError(
        'bad-edit',
        'Nothing is changed, so nothing travels.',
        'Change a cell first, for instance heal a spot.',
      );
    }
    const result = await mechanism(vae, mean, applyEdits(mean, edits), cells, radius, { checkpoint });
    return { ...result, carriers: carriers(result) };
  },
  scan,
  resolution,
  roll,
  crop,
  noise,
  clamp,
  sampling,
  heal,
  interpolate,
  channels,
  kl,
  reads,
  report: measure,
};

/** @throws InspectorError as the experiment says; whatever `context.checkpoint` throws */
export function runExperiment<K extends ExperimentName>(
  name: K,
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]> = () => {},
): Promise<ExperimentResults[K]> {
  return EXPERIMENTS[name](context, options, onPartial);
}
