/** What each experiment takes and gives, by name: types only, for those who ask for one from afar. */
import type * as runs from './worker';

type Runs = typeof runs;

export type ExperimentName = keyof Runs;

type Nothing = Record<string, never>;

type OptionsOf<Run> = Run extends (context: never, options: infer Options, ...rest: never[]) => unknown
  ? unknown extends Options
    ? Nothing
    : NonNullable<Options>
  : Nothing;

/**
 * What each takes beside the picture, its latent and the edits. Those that tell their result in part take such a part as
 * `previous`, and go on from there.
 */
export type ExperimentOptions = { [K in ExperimentName]: OptionsOf<Runs[K]> };

export type ExperimentResults = { [K in ExperimentName]: Awaited<ReturnType<Runs[K]>> };
