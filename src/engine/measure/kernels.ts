/** Single layers of the network, computed by this project's kernels on numbers that follow from the layer alone. */
import * as tf from '@tensorflow/tfjs-core';
import { attend } from '@/kernels/attention';
import { conv2d, downsample } from '@/kernels/conv2d';
import { foldUpsample } from '@/kernels/foldUpsample';
import { groupNorm } from '@/kernels/groupnorm';
import { normConv } from '@/kernels/normconv';
import { upsample } from '@/kernels/upsample';
import { syntheticUniform } from '@/models/synthetic';
import type { Layer } from './layers';

/** A layer with its input and weights on the device. */
export interface LoadedLayer {
  /** Computes it once; the caller disposes the result. */
  run(): tf.Tensor4D;
  dispose(): void;
}

/** Numbers that a layer computes with; the same for everyone who computes it. */
export interface LayerNumbers {
  /** `[rows, cols, channels]` each: one map, or queries, keys and values. */
  maps: [Float32Array, ...Float32Array[]];
  channels: number;
  /** A convolution's, `[size, size, in, out]`. */
  filter: Float32Array;
  /** A convolution's, `[out]`. */
  bias: Float32Array;
  /** A norm's, `[channels]` each. */
  scale: Float32Array;
  shift: Float32Array;
}

const SEED = 1;

export function layerNumbers(layer: Layer): LayerNumbers {
  const channels = 'channels' in layer ? layer.channels : layer.ins;
  const outs = 'channels' in layer ? layer.channels : layer.outs;
  const area = layer.kind === 'convolution' ? layer.size ** 2 : 9;
  const numbers = (name: string, count: number, size = 1, middle = 0) =>
    Float32Array.from(syntheticUniform(SEED, name, count), (value) => middle + size * value);
  const map = (index: number) => numbers(`map ${index}`, layer.rows * layer.cols * channels);
  const isConvolution = !('channels' in layer);
  return {
    maps: layer.kind === 'attention' ? [map(0), map(1), map(2)] : [map(0)],
    channels,
    filter: numbers('filter', isConvolution ? area * channels * outs : 0, Math.sqrt(3 / (area * channels))),
    bias: numbers('bias', outs, 0.1),
    scale: numbers('scale', channels, 0.2, 1),
    shift: numbers('shift', channels, 0.1),
  };
}

/** Puts a layer on tfjs's current backend. */
export function loadLayer(layer: Layer): LoadedLayer {
  const numbers = layerNumbers(layer);
  const { rows, cols } = layer;
  const load = (map: Float32Array) => tf.tensor4d(map, [1, rows, cols, numbers.channels]);
  const [map, ...further] = numbers.maps;
  const x = load(map);
  const others = further.map(load);
  const bias = tf.tensor1d(numbers.bias);
  const norm = { scale: tf.tensor1d(numbers.scale), shift: tf.tensor1d(numbers.shift) };
  const loaded = (filters: tf.Tensor[], run: () => tf.Tensor4D): LoadedLayer => ({
    run,
    dispose: () => tf.dispose([x, ...others, bias, norm.scale, norm.shift, ...filters]),
  });
  const filterOf = (ins: number, outs: number, size = 3) =>
    tf.tensor4d(numbers.filter, [size, size, ins, outs]);
  switch (layer.kind) {
    case 'convolution': {
      const filter = filterOf(layer.ins, layer.outs, layer.size);
      return loaded([filter], () => conv2d(x, { filter, bias }));
    }
    case 'normConvolution': {
      const filter = filterOf(layer.ins, layer.outs);
      const weights = { norm, groups: layer.groups, conv: { filter, bias } };
      return loaded([filter], () => normConv(x, weights));
    }
    case 'downsample': {
      const filter = filterOf(layer.ins, layer.outs);
      return loaded([filter], () => downsample(x, { filter, bias }));
    }
    case 'upsample': {
      const filters = foldUpsample(numbers.filter, layer.ins, layer.outs);
      return loaded(filters, () => upsample(x, { filters, bias }));
    }
    case 'norm':
      return loaded([], () => groupNorm(x, norm, layer.groups, { silu: layer.silu }));
    case 'attention': {
      const [keys = x, values = x] = others;
      return loaded([], () => attend(x, keys, values));
    }
  }
}
