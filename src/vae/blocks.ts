import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { add } from '@/kernels/add';
import { conv2d, downsample } from '@/kernels/conv2d';
import { currentKernels } from '@/kernels/currentKernels';
import type { Dtype } from '@/kernels/dtype';
import { groupStatistics } from '@/kernels/groupnorm';
import { type NormConvOptions, normConv } from '@/kernels/normconv';
import { upsample } from '@/kernels/upsample';
import type { NormConvWeights, Statistics } from '@/kernels/weights';
import type { AutoencoderConfig } from './config';
import type { Weights } from './parameters';
import type { Pass, Stage } from './stage';
import type { Taps } from './taps';

/** Inputs of the building of a block. */
export interface BlockContext {
  config: AutoencoderConfig;
  parameters: Weights;
  /** The stages' name: "decoder, level 2 of 4". */
  label: string;
}

/**
 * A GroupNorm with its SiLU moves memory rather than multiplies: in WebAssembly it takes the time of about this many
 * operations of a convolution for each number of the map.
 */
const NORM_WORK = 300;

/** The statistics that a GroupNorm's tap wants: those of the map where there is no tap. */
export function tappedStatistics(
  x: Tensor4D,
  name: string,
  groups: number,
  taps: Taps,
): { statistics?: Statistics; frozen?: boolean } {
  if (!taps.norm) return {};
  let measured: Statistics | undefined;
  const statistics = taps.norm(name, () => {
    measured = groupStatistics(x, groups);
    return measured;
  });
  return { statistics, frozen: statistics !== measured };
}

/** GroupNorm through its tap, SiLU and convolution. */
function tappedNormConv(
  x: Tensor4D,
  name: string,
  weights: NormConvWeights,
  taps: Taps,
  options: Pick<NormConvOptions, 'skip' | 'dtype'> = {},
): Tensor4D {
  return normConv(x, weights, { ...options, ...tappedStatistics(x, name, weights.groups, taps) });
}

/** The gradient of `tappedNormConv` with respect to `x`. */
function tappedNormConvVjp(
  x: Tensor4D,
  name: string,
  weights: NormConvWeights,
  dy: Tensor4D,
  taps: Taps,
): Tensor4D {
  const kernels = currentKernels();
  const tapped = tappedStatistics(x, name, weights.groups, taps);
  const statistics = tapped.statistics ?? kernels.groupStatistics(x, weights.groups);
  const dx = kernels.normConvVjp(dy, x, weights, statistics, tapped.frozen ?? false);
  if (!tapped.statistics) tf.dispose([statistics.mean, statistics.variance]);
  return dx;
}

/** A convolution of stride 1 as a stage of its own. Its map is small: it is kept in float32. */
export function convolution(name: string, context: BlockContext): Stage {
  return convolutionStage(name, context, () => 'float32');
}

/** The first convolution of the encoder or the decoder: from here on maps are large. */
export function stem(name: string, context: BlockContext): Stage {
  return convolutionStage(name, context, ({ dtype }) => dtype);
}

function convolutionStage(
  name: string,
  { parameters, label }: BlockContext,
  dtype: (pass: Pass) => Dtype,
): Stage {
  const weights = parameters.convolution(name);
  const [, , ins, outs] = weights.filter.shape;
  const flops = 2 * weights.filter.size;
  return {
    name: label,
    resize: 1,
    channels: { in: ins, out: outs },
    work: (rows, cols) => flops * rows * cols,
    numbers: (rows, cols) => (ins + outs) * rows * cols,
    run: ({ x }, pass) => ({ x: conv2d(x, weights, dtype(pass)), skip: null }),
    vjp: (_, dy) => currentKernels().conv2dVjp(dy, weights),
  };
}

/**
 * A residual block as two stages, its halves:
 * `x + conv2(silu(norm2(conv1(silu(norm1(x))))))`, with a 1x1 convolution on the shortcut where channels change.
 */
export function residual(name: string, { config, parameters, label }: BlockContext): Stage[] {
  const groups = config.norm_num_groups;
  const half = (index: 1 | 2) => {
    const norm = parameters.norm(`${name}.norm${index}`);
    const conv = parameters.convolution(`${name}.conv${index}`);
    const flops = 2 * conv.filter.size + NORM_WORK * norm.scale.size;
    return { weights: { norm, conv, groups }, flops };
  };
  const first = half(1);
  const second = half(2);
  const shortcut = parameters.has(`${name}.conv_shortcut`)
    ? parameters.convolution(`${name}.conv_shortcut`)
    : null;
  const [ins, outs] = [first.weights.norm.scale.size, second.weights.norm.scale.size];
  return [
    {
      name: label,
      resize: 1,
      channels: { in: ins, out: outs },
      leavesSkip: true,
      work: (rows, cols) => first.flops * rows * cols,
      numbers: (rows, cols, ahead) => (ins + outs + (ahead ? ins : 0)) * rows * cols,
      run: ({ x }, { taps }) => ({ x: tappedNormConv(x, `${name}.norm1`, first.weights, taps), skip: x }),
      vjp: ({ x }, dy, { taps }) => tappedNormConvVjp(x, `${name}.norm1`, first.weights, dy, taps),
    },
    {
      name: label,
      resize: 1,
      channels: { in: outs, out: outs },
      work: (rows, cols) => (second.flops + (shortcut ? 2 * shortcut.filter.size : 0)) * rows * cols,
      numbers: (rows, cols, ahead) => (ins + 2 * outs + (ahead ? outs : 0)) * rows * cols,
      run: ({ x, skip }, { taps }) => {
        if (!skip) throw new Error(`The residual block ${name} was entered in the middle.`);
        const options = { skip: { featureMap: skip, shortcut } };
        return { x: tappedNormConv(x, `${name}.norm2`, second.weights, taps, options), skip: null };
      },
      vjp: ({ x }, dy, { taps }) => tappedNormConvVjp(x, `${name}.norm2`, second.weights, dy, taps),
      skipVjp: (dx, dy) => (shortcut ? currentKernels().conv2dVjpOnto(dx, dy, shortcut) : add(dx, dy)),
    },
  ];
}

/** The last layers of the encoder and of the decoder: GroupNorm, SiLU, 3x3 convolution. */
export function head(name: 'encoder' | 'decoder', { config, parameters, label }: BlockContext): Stage {
  const norm = parameters.norm(`${name}.conv_norm_out`);
  const conv = parameters.convolution(`${name}.conv_out`);
  const weights = { norm, conv, groups: config.norm_num_groups };
  const flops = 2 * conv.filter.size + NORM_WORK * norm.scale.size;
  return {
    name: label,
    resize: 1,
    channels: { in: norm.scale.size, out: conv.bias.size },
    work: (rows, cols) => flops * rows * cols,
    numbers: (rows, cols, ahead) => (norm.scale.size * (ahead ? 2 : 1) + conv.bias.size) * rows * cols,
    run: ({ x }, { taps }) => ({
      x: tappedNormConv(x, `${name}.conv_norm_out`, weights, taps, { dtype: 'float32' }),
      skip: null,
    }),
    vjp: ({ x }, dy, { taps }) => tappedNormConvVjp(x, `${name}.conv_norm_out`, weights, dy, taps),
  };
}

export function downsampler(name: string, { parameters, label }: BlockContext): Stage {
  const weights = parameters.convolution(name);
  const [, , ins, outs] = weights.filter.shape;
  return {
    name: label,
    resize: 0.5,
    channels: { in: ins, out: outs },
    work: (rows, cols) => (2 * weights.filter.size * rows * cols) / 4,
    numbers: (rows, cols) => (ins + outs / 4) * rows * cols,
    run: ({ x }) => ({ x: downsample(x, weights), skip: null }),
    vjp: (_, dy) => currentKernels().downsampleVjp(dy, weights),
  };
}

export function upsampler(name: string, { parameters, label }: BlockContext): Stage {
  const weights = parameters.upsampler(name);
  const [, , ins, outs] = weights.filters[0].shape;
  return {
    name: label,
    resize: 2,
    channels: { in: ins, out: outs },
    work: (rows, cols) => 8 * weights.filters[0].size * rows * cols,
    numbers: (rows, cols) => (ins + 4 * outs) * rows * cols,
    run: ({ x }) => ({ x: upsample(x, weights), skip: null }),
    vjp: (_, dy) => currentKernels().upsampleVjp(dy, weights),
  };
}
