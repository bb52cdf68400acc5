/** All experiments by name: how each is run. */
import { InspectorError } from '../errors';
import { applyEdits, editedCells } from '../inspect/edits';
import { PARTS, type Part } from '../vae/shapes';
import { channels } from './channels/channels';
import type { ExperimentContext, OnPartial } from './context';
import { heal } from './heal/heal';
import { influence } from './influence/influence';
import { scan } from './influence/scan';
import { interpolate } from './interpolate/interpolate';
import { kl } from './kl/kl';
import { carriers, mechanism } from './mechanism/mechanism';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from './names';
import { clamp } from './noise/clamp';
import { noise } from './noise/noise';
import { sampling } from './noise/sampling';
import { reads } from './reads/reads';
import { measure } from './report/report';
import { resolution } from './resolution/resolution';
import { crop } from './roll/crop';
import { roll } from './roll/roll';

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

const ENCODER = ['encoder'] as const;
const DECODER = ['decoder'] as const;

/** Those that do not need both halves of the network. */
const HALVES: Partial<Record<ExperimentName, readonly Part[]>> = {
  kl: [],
  reads: ENCODER,
  roll: ENCODER,
  crop: ENCODER,
  influence: DECODER,
  mechanism: DECODER,
  scan: DECODER,
  noise: DECODER,
  clamp: DECODER,
  sampling: DECODER,
  heal: DECODER,
  interpolate: DECODER,
};

/** The halves of the network that an experiment computes with. */
export function halvesOf(name: ExperimentName): readonly Part[] {
  return HALVES[name] ?? PARTS;
}

/** @throws InspectorError as the experiment says; whatever `context.checkpoint` throws */
export function runExperiment<K extends ExperimentName>(
  name: K,
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]> = () => {},
): Promise<ExperimentResults[K]> {
  return EXPERIMENTS[name](context, options, onPartial);
}
