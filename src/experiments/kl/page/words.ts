/** Words for what the posterior costs, beside files of the same picture. */

import type { Column } from '@/app/experiments/table';
import { number } from '@/app/parts/format';
import { median } from '@/latent/statistics';
import type { ExperimentResults } from '../../names';

type Kl = ExperimentResults['kl'];

export interface KlRow {
  what: string;
  nats: number | null;
  bits: number;
  bitsPerPixel: number;
}

export function klRows(result: Kl): KlRow[] {
  // What one pixel costs tells how many there are: the picture itself is not in the result.
  const pixels = result.totalBits / result.bitsPerPixel;
  const channels = Array.from(result.channelNats, (nats, channel) => {
    // Nats and bits of the same channels.
    const bits = result.channelBits[channel]!;
    return { what: `channel ${channel}`, nats, bits, bitsPerPixel: bits / pixels };
  });
  const total = {
    what: 'latent, all channels',
    nats: result.totalNats,
    bits: result.totalBits,
    bitsPerPixel: result.bitsPerPixel,
  };
  const files = result.jpeg.map(({ quality, bytes, bitsPerPixel }) => ({
    what: `JPEG, quality ${Math.round(100 * quality)}`,
    nats: null,
    bits: 8 * bytes,
    bitsPerPixel,
  }));
  return [...channels, total, ...files];
}

/** Thousands apart, as such counts are read. */
const count = (value: number) => Math.round(value).toLocaleString('en');

export const KL_COLUMNS: readonly Column<KlRow>[] = [
  { key: 'what', words: true, label: 'what', value: ({ what }) => what, text: ({ what }) => what },
  {
    key: 'nats',
    label: 'KL',
    unit: 'nats',
    value: ({ nats }) => nats,
    text: ({ nats }) => (nats === null ? '' : count(nats)),
  },
  { key: 'bits', label: 'size', unit: 'bits', value: ({ bits }) => bits, text: ({ bits }) => count(bits) },
  {
    key: 'bits_per_pixel',
    label: 'a pixel',
    unit: 'bits',
    value: ({ bitsPerPixel }) => bitsPerPixel,
    text: ({ bitsPerPixel }) => number(bitsPerPixel, 3),
  },
];

export function klVerdict(result: Kl): string {
  const { totalBits, totalNats, bitsPerPixel, jpeg, bits } = result;
  const most = bits.reduce((high, value) => Math.max(high, value), 0);
  const opening = `The latent carries at most ${count(totalBits)} bits (${count(totalNats)} nats): ${number(bitsPerPixel, 2)} bits a pixel. A cell costs ${number(median(bits), 0)} bits at the median and ${number(most, 0)} at most.`;
  if (jpeg.length === 0) return opening;
  const nearest = jpeg.reduce((best, each) =>
    Math.abs(Math.log(each.bitsPerPixel / bitsPerPixel)) <
    Math.abs(Math.log(best.bitsPerPixel / bitsPerPixel))
      ? each
      : best,
  );
  const words = (file: (typeof jpeg)[number]) =>
    `quality ${Math.round(100 * file.quality)} (${number(file.bitsPerPixel, 2)} bits a pixel)`;
  return `${opening} Of the JPEG files of the same picture ${words(nearest)} is nearest in size.`;
}
