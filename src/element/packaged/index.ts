/** The package's main entry: defines `<latent-inspector>`, and tells its types. */

export { type ErrorCode, InspectorError } from '@/common/errors';
export type { Edit, EditKind } from '@/edits';
export type { ExperimentName } from '@/experiments/names';
export type { Cell, Change, Effect, PosteriorData } from '@/latent/types';
export type { OwnModel } from '@/session/types';
export { LatentInspectorElement } from '../embed';
export type {
  ElementExperimentOptions,
  ElementExperimentResults,
  ExperimentRun,
} from '../experiments';
export type { LatentInspectorEvents } from '../face';
export type { SideName } from '../sideName';
