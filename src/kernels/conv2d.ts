import * as tf from '@tensorflow/tfjs-core';
import { deviceFilter, type Filter, floatFilter } from './half';
import { mapSize, mapTensor, type Storage, storageOf } from './storage';
import { convolve as convolveOnWasm, suitsThreadPool } from './wasm/convolution';
import { convolve } from './webgpu/convolution';
import { defineOnWebgpu } from './webgpu/define';
import { type Geometry, same, window } from './webgpu/geometry';
import { onWebgpu } from './webgpu/recorder';

/** A convolution as it is kept on the device: filter `[height, width, in, out]`, bias `[out]`. */
export interface ConvWeights {
  filter: Filter;
  bias: tf.Tensor1D;
}

/** One row of zeros below and one column right: how the encoder's stride-2 convolutions are padded. */
const BELOW_AND_RIGHT: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [0, 1],
  [0, 1],
  [0, 0],
];

interface ConvolutionAttributes {
  geometries: readonly Geometry[];
  height: number;
  width: number;
  channels: number;
  storage: Storage;
}

/** One filter at all of `geometries`, which write different pixels of one map. */
const convolveOnWebgpu = defineOnWebgpu<
  Record<'x' | 'filter', tf.Tensor> & { bias?: tf.Tensor },
  ConvolutionAttributes
>('Convolve', (recorder, inputs, { geometries, storage, ...size }) => {
  const { shape, dtype } = mapTensor(size, storage);
  const out = recorder.output(shape, dtype);
  for (const geometry of geometries) convolve(recorder, inputs, geometry, out);
  return [out];
});

/**
 * Convolution of stride 1 with zero padding that keeps the size, filter 1x1 or 3x3.
 * The gradient is with respect to `x` only: weights are constants here.
 *
 * @param x `[1, H, W, in]` -> `[1, H, W, out]`
 * @param storage how the result is kept; halves on WebGPU only
 */
export function conv2d(x: tf.Tensor4D, weights: ConvWeights, storage: Storage = storageOf(x)): tf.Tensor4D {
  const run = tf.customGrad((input) => ({
    value: conv2dForward(input as tf.Tensor4D, weights, storage),
    gradFunc: (dy: tf.Tensor) => conv2dBackward(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}

/** `conv2d` without a gradient. */
export function conv2dForward(x: tf.Tensor4D, weights: ConvWeights, storage: Storage = 'float'): tf.Tensor4D {
  const { filter, bias } = weights;
  if (onWebgpu()) return sameOnWebgpu(x, deviceFilter(filter), filter.shape, bias, storage);
  if (suitsThreadPool(filter.shape)) return onThreads(x, weights, 1);
  return tf.tidy(() => tf.fused.conv2d({ x, filter: floatFilter(filter), strides: 1, pad: 'same', bias }));
}

/** The gradient of `conv2d` with respect to its input: a convolution with the filter turned round. */
export function conv2dBackward(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  if (suitsThreadPool(filter.shape)) return backwardOnThreads(dy, filter);
  return tf.tidy(() => {
    const turned = transposedFilter(floatFilter(filter));
    return onWebgpu()
      ? sameOnWebgpu(dy, turned, turned.shape, undefined, 'float')
      : tf.conv2d(dy, turned, 1, 'same');
  });
}

const convolveOntoOnWebgpu = defineOnWebgpu<Record<'dy' | 'filter' | 'onto', tf.Tensor>, object>(
  'ConvolveOnto',
  (recorder, { dy, filter, onto }) => {
    const { height, width } = mapSize(dy);
    convolve(recorder, { x: dy, filter }, same(filter.shape[0], height, width), onto, true);
    return [recorder.share(onto)];
  },
);

/**
 * `onto` plus the gradient of `conv2d`. `onto` is given up: on WebGPU the result is written over it, for these maps are the
 * largest that there are; its caller still disposes it.
 */
export function conv2dBackwardOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const { filter: kept } = weights;
  if (suitsThreadPool(kept.shape)) return backwardOnThreads(dy, kept, onto);
  return tf.tidy(() => {
    if (!onWebgpu()) return tf.add(onto, conv2dBackward(dy, weights)) as tf.Tensor4D;
    const filter = transposedFilter(floatFilter(kept));
    return convolveOntoOnWebgpu({ dy, filter, onto }, {})[0] as tf.Tensor4D;
  });
}

function onThreads(x: tf.Tensor4D, { filter, bias }: ConvWeights, stride: 1 | 2): tf.Tensor4D {
  const [side, , , outs] = filter.shape;
  return convolveOnWasm({ x, filters: [deviceFilter(filter)], side, outs, stride, bias });
}

function backwardOnThreads(dy: tf.Tensor4D, filter: Filter, add?: tf.Tensor4D): tf.Tensor4D {
  const [side, , ins] = filter.shape;
  return convolveOnWasm({ x: dy, filters: [deviceFilter(filter)], side, outs: ins, transposed: true, add });
}

function sameOnWebgpu(
  x: tf.Tensor4D,
  filter: tf.Tensor,
  [side, , , channels]: number[],
  bias: tf.Tensor1D | undefined,
  storage: Storage,
): tf.Tensor4D {
  const { height, width } = mapSize(x);
  const geometries = [same(side, height, width)];
  return convolveOnWebgpu(
    { x, filter, bias },
    { geometries, height, width, channels, storage },
  )[0] as tf.Tensor4D;
}

/**
 * The product of two matrices `[n, k]` and `[k, m]`; on WebGPU by the program of the 1x1 convolutions, which is what it is.
 */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  if (!onWebgpu()) return tf.matMul(a, b);
  const [count, ins] = a.shape;
  const channels = b.shape[1];
  // As a map that is not all one row: programs compute tiles of pixels.
  const width = divisor(count, 64);
  const height = count / width;
  return tf.tidy(() => {
    const x = tf.reshape(a, [1, height, width, ins]);
    const geometries = [same(1, height, width)];
    const inputs = { x, filter: b };
    const attributes = { geometries, height, width, channels, storage: 'float' as const };
    return tf.reshape(convolveOnWebgpu(inputs, attributes)[0], [count, channels]) as tf.Tensor2D;
  });
}

/** The largest divisor of `count` up to `most`. */
function divisor(count: number, most: number): number {
  let best = Math.min(count, most);
  while (count % best !== 0) best -= 1;
  return best;
}

/**
 * Halves a map: 3x3 convolution of stride 2 over `x` padded by one zero row below and one zero column right.
 *
 * @param x `[1, H, W, in]`, sides even -> `[1, H/2, W/2, out]`
 */
export function downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const run = tf.customGrad((input) => ({
    value: downsampleForward(input as tf.Tensor4D, weights),
    gradFunc: (dy: tf.Tensor) => downsampleBackward(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}

function downsampleForward(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const { filter, bias } = weights;
  if (suitsThreadPool(filter.shape)) return onThreads(x, weights, 2);
  if (!onWebgpu()) {
    return tf.tidy(() =>
      tf.fused.conv2d({ x, filter: floatFilter(filter), strides: 2, pad: BELOW_AND_RIGHT, bias }),
    );
  }
  const size = mapSize(x);
  const [height, width] = [size.height / 2, size.width / 2];
  const geometry: Geometry = {
    taps: window(3, 3, 0, 0),
    stride: 2,
    step: 1,
    at: [0, 0],
    rows: height,
    cols: width,
  };
  return convolveOnWebgpu(
    { x, filter: deviceFilter(filter), bias },
    { geometries: [geometry], height, width, channels: filter.shape[3], storage: storageOf(x) },
  )[0] as tf.Tensor4D;
}

/** The gradient of `downsample` with respect to its input. */
export function downsampleBackward(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  const [, rows, cols] = dy.shape;
  const [height, width] = [2 * rows, 2 * cols];
  const ins = filter.shape[2];
  return tf.tidy(() => {
    const wide = floatFilter(filter);
    // For even sides 'same' is the same padding, and the transposed convolution knows that by name.
    if (!onWebgpu()) return tf.conv2dTranspose(dy, wide, [1, height, width, ins], 2, 'same');
    const inputs = { x: dy, filter: tf.transpose(wide, [0, 1, 3, 2]) };
    const geometries = downsampleBackGeometries(rows, cols);
    return convolveOnWebgpu(inputs, {
      geometries,
      height,
      width,
      channels: ins,
      storage: 'float',
    })[0] as tf.Tensor4D;
  });
}

/**
 * Along one axis output `i` read the inputs `2i, 2i + 1, 2i + 2` by taps 0, 1, 2: so an even input `2i` was read by tap 0 of
 * output `i` and tap 2 of output `i - 1`, an odd one by tap 1 alone.
 */
const READ_BY = [
  [
    { offset: 0, tap: 0 },
    { offset: -1, tap: 2 },
  ],
  [{ offset: 0, tap: 1 }],
];

function downsampleBackGeometries(rows: number, cols: number): Geometry[] {
  return READ_BY.flatMap((vertical, row) =>
    READ_BY.map((horizontal, col) => ({
      taps: vertical.flatMap((y) =>
        horizontal.map((x) => ({ dy: y.offset, dx: x.offset, plane: 3 * y.tap + x.tap })),
      ),
      stride: 1,
      step: 2,
      at: [row, col] as const,
      rows,
      cols,
    })),
  );
}

/** The filter that carries a gradient back: mirrored in height and width, in and out exchanged. */
export function transposedFilter(filter: tf.Tensor4D): tf.Tensor4D {
  const [height, width, ins, outs] = filter.shape;
  return tf.tidy(() => {
    const planes = tf.reshape(filter, [height * width, ins, outs]);
    // Whole planes at a time: tfjs-wasm takes seconds to reverse the filters of the full network.
    const mirrored = tf.gather(
      planes,
      Array.from({ length: height * width }, (_, plane) => height * width - 1 - plane),
    );
    return tf.reshape(tf.transpose(mirrored, [0, 2, 1]), [height, width, outs, ins]) as tf.Tensor4D;
  });
}
