/** Rows and words for the channels. */

import type { Column } from '@/app/experiments/table';
import { levels as levelsText, number, plural, signed } from '@/app/parts/format';
import type { ExperimentResults } from '../../names';

type Channels = ExperimentResults['channels'];
type Study = Channels['channels'][number];

export type ChannelRow = Study & { channel: number };

export function channelRows({ channels }: Channels): ChannelRow[] {
  return channels.map((study, channel) => ({ ...study, channel }));
}

/** Scale factors are small numbers, published with five digits. */
export const scaleWords = (scale: number | null) => (scale === null ? '\u2013' : scale.toPrecision(4));

export const CHANNEL_COLUMNS: readonly Column<ChannelRow>[] = [
  {
    key: 'channel',
    label: 'channel',
    value: ({ channel }) => channel,
    text: ({ channel }) => String(channel),
  },
  {
    key: 'mean_scaled',
    label: 'mean',
    unit: 'scaled',
    value: ({ moments }) => moments.mean,
    text: ({ moments }) => signed(moments.mean, 2),
  },
  {
    key: 'sigma_scaled',
    label: 'sigma',
    unit: 'scaled',
    value: ({ moments }) => moments.sigma,
    text: ({ moments }) => number(moments.sigma, 2),
  },
  {
    key: 'skewness',
    label: 'skewness',
    value: ({ moments }) => moments.skewness,
    text: ({ moments }) => signed(moments.skewness, 2),
  },
  {
    key: 'excess_kurtosis',
    label: 'excess kurtosis',
    value: ({ moments }) => moments.excessKurtosis,
    text: ({ moments }) => signed(moments.excessKurtosis, 2),
  },
  {
    key: 'unit_scale',
    label: 'scale for unit variance',
    value: ({ unitScale }) => unitScale,
    text: ({ unitScale }) => scaleWords(unitScale),
  },
  {
    key: 'dead',
    words: true,
    label: 'dead',
    value: ({ dead }) => dead,
    text: ({ dead }) => (dead ? 'yes' : 'no'),
  },
  {
    key: 'solo_rms_levels',
    label: 'alone: change, RMS',
    unit: 'levels',
    value: ({ solo }) => solo.rms,
    text: ({ solo }) => levelsText(solo.rms),
  },
  {
    key: 'mute_rms_levels',
    label: 'left out: change, RMS',
    unit: 'levels',
    value: ({ mute }) => mute.rms,
    text: ({ mute }) => levelsText(mute.rms),
  },
];

/** @param assumed nobody said the model's factor */
export function channelsVerdict(
  { channels, unitScale, scaling, colour, deadCells }: Channels,
  assumed = false,
): string {
  const dead = channels.flatMap(({ dead: isDead }, channel) => (isDead ? [channel] : []));
  const told = [
    dead.length === 0
      ? `None of the ${channels.length} channels is dead`
      : `${plural(dead.length, 'channel')} of ${channels.length} ${dead.length === 1 ? 'is' : 'are'} dead (${dead.join(', ')})`,
    deadCells.length === 0
      ? 'and no cell is'
      : `and ${plural(deadCells.length, 'cell')} ${deadCells.length === 1 ? 'is' : 'are'}`,
  ].join(' ');
  const known = colour.rSquared.filter((value): value is number => value !== null);
  const colours =
    known.length === 0
      ? 'The picture has no colours to explain.'
      : `A linear map from the channels explains ${known.map((value) => number(value, 2)).join(', ')} of the variance of red, green and blue (R\u00b2).`;
  const scale =
    unitScale === null
      ? 'Nothing varies, so no scale gives unit variance.'
      : `For this picture a scale factor of ${scaleWords(unitScale)} would give unit variance; the model\u2019s ${assumed ? `is not known (${scaleWords(scaling.scale)} is assumed)` : `is ${scaleWords(scaling.scale)}`}.`;
  const loudest = channels
    .map(({ mute }, channel) => ({ channel, rms: mute.rms }))
    .reduce((best, each) => (each.rms > best.rms ? each : best));
  return `${told}. The picture changes most without channel ${loudest.channel}, by ${levelsText(loudest.rms)} levels. ${scale} ${colours}`;
}
