import type { Tensor4D } from '@tensorflow/tfjs-core';
import { add } from '../kernels/add';
import { conv2d, downsample } from '../kernels/conv2d';
import { groupNorm, groupStatistics, type NormWeights, type Statistics } from '../kernels/groupnorm';
import { upsample } from '../kernels/upsample';
import type { AutoencoderConfig } from './config';
import type { Parameters } from './parameters';
import type { Stage } from './stage';
import type { Taps } from './taps';

/** What building a block needs to know. */
export interface BlockContext {
  config: AutoencoderConfig;
  parameters: Parameters;
  /** The stages' name: "decoder, level 2 of 4". */
  label: string;
}

/**
 * A GroupNorm with its SiLU moves memory rather than multiplies: on tfjs-wasm it takes the time of about this many
 * operations of a convolution for each number of the map.
 */
const NORM_WORK = 100;

/** GroupNorm, through its tap, with or without the SiLU that follows. */
export function tappedNorm(
  x: Tensor4D,
  name: string,
  weights: NormWeights,
  groups: number,
  silu: boolean,
  taps: Taps,
): Tensor4D {
  if (!taps.norm) return groupNorm(x, weights, groups, { silu });
  let measured: Statistics | undefined;
  const statistics = taps.norm(name, () => {
    measured = groupStatistics(x, groups);
    return measured;
  });
  return groupNorm(x, weights, groups, { silu, statistics, frozen: statistics !== measured });
}

/** A convolution of stride 1 as a stage of its own. */
export function convolution(name: string, { parameters, label }: BlockContext): Stage {
  const weights = parameters.convolution(name);
  const flops = 2 * weights.filter.size;
  return {
    name: label,
    resize: 1,
    work: (rows, cols) => flops * rows * cols,
    run: ({ x }) => ({ x: conv2d(x, weights), skip: null }),
  };
}

/**
 * A residual block as two stages, its halves:
 * `x + conv2(silu(norm2(conv1(silu(norm1(x))))))`, with a 1x1 convolution on the shortcut where channels change.
 */
export function residual(name: string, { config, parameters, label }: BlockContext): Stage[] {
  const groups = config.norm_num_groups;
  const half = (index: 1 | 2) => {
    const weights = {
      norm: parameters.norm(`${name}.norm${index}`),
      conv: parameters.convolution(`${name}.conv${index}`),
    };
    const run = (x: Tensor4D, taps: Taps) =>
      conv2d(tappedNorm(x, `${name}.norm${index}`, weights.norm, groups, true, taps), weights.conv);
    return { run, flops: 2 * weights.conv.filter.size + NORM_WORK * weights.norm.scale.size };
  };
  const first = half(1);
  const second = half(2);
  const shortcut = parameters.has(`${name}.conv_shortcut`)
    ? parameters.convolution(`${name}.conv_shortcut`)
    : null;
  return [
    {
      name: label,
      resize: 1,
      leavesSkip: true,
      work: (rows, cols) => first.flops * rows * cols,
      run: ({ x }, taps) => ({ x: first.run(x, taps), skip: x }),
    },
    {
      name: label,
      resize: 1,
      work: (rows, cols) => (second.flops + (shortcut ? 2 * shortcut.filter.size : 0)) * rows * cols,
      run: ({ x, skip }, taps) => {
        if (!skip) throw new Error(`The residual block ${name} was entered in the middle.`);
        return { x: add(second.run(x, taps), shortcut ? conv2d(skip, shortcut) : skip), skip: null };
      },
    },
  ];
}

/** The last layers of the encoder and of the decoder: GroupNorm, SiLU, 3x3 convolution. */
export function head(name: 'encoder' | 'decoder', { config, parameters, label }: BlockContext): Stage {
  const norm = parameters.norm(`${name}.conv_norm_out`);
  const conv = parameters.convolution(`${name}.conv_out`);
  const flops = 2 * conv.filter.size + NORM_WORK * norm.scale.size;
  return {
    name: label,
    resize: 1,
    work: (rows, cols) => flops * rows * cols,
    run: ({ x }, taps) => ({
      x: conv2d(tappedNorm(x, `${name}.conv_norm_out`, norm, config.norm_num_groups, true, taps), conv),
      skip: null,
    }),
  };
}

export function downsampler(name: string, { parameters, label }: BlockContext): Stage {
  const weights = parameters.convolution(name);
  return {
    name: label,
    resize: 0.5,
    work: (rows, cols) => (2 * weights.filter.size * rows * cols) / 4,
    run: ({ x }) => ({ x: downsample(x, weights), skip: null }),
  };
}

export function upsampler(name: string, { parameters, label }: BlockContext): Stage {
  const weights = parameters.upsampler(name);
  return {
    name: label,
    resize: 2,
    work: (rows, cols) => 8 * weights.filters[0].size * rows * cols,
    run: ({ x }) => ({ x: upsample(x, weights), skip: null }),
  };
}
