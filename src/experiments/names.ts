/** What each experiment takes and gives, by name: types only, for those who ask for one from afar. */
import type { Measures } from '../report/row';
import type { Channels, ChannelsOptions } from './channels/channels';
import type { Heal, HealOptions } from './heal/heal';
import type { Influence } from './influence/influence';
import type { Scan, ScanOptions } from './influence/scan';
import type { InterpolateOptions, Interpolation } from './interpolate/interpolate';
import type { Kl, KlOptions } from './kl/kl';
import type { Carriers, Mechanism } from './mechanism/mechanism';
import type { Clamp, ClampOptions } from './noise/clamp';
import type { Noise, NoiseOptions } from './noise/noise';
import type { Sampling, SamplingOptions } from './noise/sampling';
import type { Reads, ReadsOptions } from './reads/reads';
import type { MeasureOptions } from './report/report';
import type { Resolution, ResolutionOptions } from './resolution/resolution';
import type { Crop, CropOptions } from './roll/crop';
import type { Roll, RollOptions } from './roll/roll';

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
