/** What each experiment takes and gives, by name: types only, for those who ask for one from afar. */
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
import type { Resolution, ResolutionOptions } from './resolution';
import type { Roll, RollOptions } from './roll';
import type { Sampling, SamplingOptions } from './sampling';
import type { Scan, ScanOptions } from './scan';

type Nothing = Record<string, never>;

/** What each takes beside the picture, its latent and the edits. */
export interface ExperimentOptions {
  influence: Nothing;
  scan: Omit<ScanOptions, 'onCell'>;
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
}

export type ExperimentName = keyof ExperimentOptions;
