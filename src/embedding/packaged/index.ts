/** The package's main entry: defines `<latent-inspector>`, and tells its types. */

export { LatentInspectorElement } from '../../embed';
export type {
  ElementExperimentOptions,
  ElementExperimentResults,
  ExperimentRun,
} from '../../embedExperiments';
export { type ErrorCode, InspectorError } from '../../errors';
export type { ExperimentName } from '../../experiments/names';
export type { Edit, EditKind } from '../../inspect/edits';
export type { Cell, Change, Effect, PosteriorData } from '../../inspect/types';
export type { OwnModel, SideName } from '../../state/types';
export type { LatentInspectorEvents } from '../face';
