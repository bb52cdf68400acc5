/** What each experiment takes and gives, by name: types only, for those who ask for one from afar. */
import type { Measures } from '../report/row';
import type { Channels, ChannelsOptions } from './channels';
import type { Clamp, ClampOptions } from './clamp';
import type { Crop, CropOptions } from './crop';
import type { Heal, HealOptions } from './heal';
import type { Influence } from './influence';
import type { InterpolateOptions, Interpolation } from './interpolate';
import type { Kl, KlOptions } from './kl';
import type { Carriers, Mechanism } from './mechanism';
import type { Noise, NoiseOptions } from './noise';
import type { Reads, ReadsOptions } from './reads';
import type { MeasureOptions } from './report';
import type { Resolution, ResolutionOptions } from './resolution';
import type { Roll, RollOptions } from './roll';
import type { Sampling, SamplingOptions } from './sampling';
import type { Scan, ScanOptions } from './scan';

type Nothing = Record<string, never>;

/**
 * What each takes beside the picture, its latent and the edits. Those that tell their result in part take such a part as
 * `previous`, and go on from there.
 */
export interface ExperimentOptions {
  influence: Nothing;
  scan: ScanOptions;
  mechanism: Nothing;
  resolution: ResolutionOptions;
  roll: RollOptions;
  crop: CropOptions;
  noise: NoiseOptions;
  clamp: ClampOptions;
  sampling: SamplingOptions;
  heal: HealOptions;
  interpolate: InterpolateOptions;
  channels: ChannelsOptions;
  kl: KlOptions;
  reads: ReadsOptions;
  /** Of one picture. */
  report: MeasureOptions;
}

export interface ExperimentResults {
  influence: Influence;
  scan: Scan;
  mechanism: Mechanism & { carriers: Carriers };
  resolution: Resolution;
  roll: Roll;
  crop: Crop;
  noise: Noise;
  clamp: Clamp;
  sampling: Sampling;
  heal: Heal;
  interpolate: Interpolation;
  channels: Channels;
  kl: Kl;
  reads: Reads;
  report: Measures;
}

export type ExperimentName = keyof ExperimentOptions;
