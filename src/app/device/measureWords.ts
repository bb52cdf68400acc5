/** Words and columns for what was measured. */
import type { Layer } from '@/engine/measure/layers';
import type { LayerMeasurement, PassMeasurement } from '@/engine/measure/measure';
import type { Timing } from '@/engine/measure/spread';
import type { DeviceMeasurement } from '@/engine/protocol';
import type { Column } from '../experiments/table';
import { number, percent } from '../parts/format';

/** "3x3 convolution", "GroupNorm with SiLU". */
export function layerWords(layer: Layer): string {
  switch (layer.kind) {
    case 'convolution':
      return `${layer.size}\u00d7${layer.size} convolution`;
    case 'normConvolution':
      return 'GroupNorm, SiLU, 3\u00d73 convolution';
    case 'downsample':
      return 'halving, 3\u00d73 convolution';
    case 'upsample':
      return 'doubling, 3\u00d73 convolution';
    case 'norm':
      return layer.silu ? 'GroupNorm with SiLU' : 'GroupNorm';
    case 'attention':
      return 'attention';
  }
}

/** "96", "96 to 48". */
export function channelsWords(layer: Layer): string {
  if ('channels' in layer) return String(layer.channels);
  return layer.ins === layer.outs ? String(layer.ins) : `${layer.ins} to ${layer.outs}`;
}

/** "820 ms", "1.25 s": three digits, for what is compared. */
export function timeWords(milliseconds: number): string {
  if (milliseconds >= 1000) return `${number(milliseconds / 1000)} s`;
  return milliseconds < 1 ? `${milliseconds.toFixed(3)} ms` : `${number(milliseconds)} ms`;
}

export function memoryWords(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** Operations a second, in units of 1e9; NaN where none are counted. */
export function gflops(flops: number, { median }: Timing): number {
  return flops > 0 ? flops / median / 1e6 : Number.NaN;
}

/** Columns for how long something took, and how far its runs were apart. */
function timeColumns(label: string): Column<{ milliseconds: Timing }>[] {
  return [
    {
      key: 'median_ms',
      label,
      unit: 'median',
      value: ({ milliseconds }) => milliseconds.median,
      text: ({ milliseconds }) => timeWords(milliseconds.median),
    },
    {
      key: 'spread_ms',
      label: 'Shortest to longest',
      value: ({ milliseconds }) => milliseconds.most - milliseconds.least,
      text: ({ milliseconds }) => `${timeWords(milliseconds.least)} to ${timeWords(milliseconds.most)}`,
    },
  ];
}

export const PASS_COLUMNS: readonly Column<PassMeasurement>[] = [
  {
    key: 'pass',
    label: 'Whole pass',
    words: true,
    value: ({ half }) => half,
    text: ({ half }) => (half === 'encoder' ? 'encode' : 'decode'),
  },
  {
    key: 'size_px',
    label: 'Picture',
    unit: 'px',
    value: ({ size }) => size,
    text: ({ size }) => `${size} \u00d7 ${size}`,
  },
  ...timeColumns('Time'),
  {
    key: 'gflops',
    label: 'Rate',
    unit: 'GFLOP/s',
    value: ({ flops, milliseconds }) => gflops(flops, milliseconds),
    text: ({ flops, milliseconds }) => number(gflops(flops, milliseconds)),
  },
  {
    key: 'peak_bytes',
    label: 'Memory',
    unit: 'at most',
    value: ({ peakBytes }) => peakBytes,
    text: ({ peakBytes }) => memoryWords(peakBytes),
  },
];

/** @param decode the time of a whole decode at that size, for the share */
export function layerColumns(decode: number): readonly Column<LayerMeasurement>[] {
  const share = ({ count, milliseconds }: LayerMeasurement) => (count * milliseconds.median) / decode;
  return [
    {
      key: 'layer',
      label: 'Layer',
      words: true,
      value: ({ layer }) => layerWords(layer),
      text: ({ layer }) => layerWords(layer),
    },
    {
      key: 'channels',
      label: 'Channels',
      value: ({ layer }) => channelsWords(layer),
      text: ({ layer }) => channelsWords(layer),
    },
    {
      key: 'map_cells',
      label: 'Map',
      value: ({ layer }) => layer.rows * layer.cols,
      text: ({ layer }) => `${layer.cols} \u00d7 ${layer.rows}`,
    },
    {
      key: 'count',
      label: 'In a decode',
      value: ({ count }) => count,
      text: ({ count }) => `${count}\u00d7`,
    },
    ...timeColumns('Time of one'),
    {
      key: 'share',
      label: 'All of them',
      unit: 'of the decode',
      value: share,
      text: (row) => percent(share(row)),
    },
    {
      key: 'gflops',
      label: 'Rate',
      unit: 'GFLOP/s',
      value: ({ flops, milliseconds }) => gflops(flops, milliseconds),
      text: ({ flops, milliseconds }) => number(gflops(flops, milliseconds)),
    },
  ];
}

/** The time of a decode at the size at which the layers were measured. */
export function decodeTime({ passes, layersSize }: DeviceMeasurement): number {
  const decode = passes.find(({ half, size }) => half === 'decoder' && size === layersSize);
  return decode?.milliseconds.median ?? Number.NaN;
}
