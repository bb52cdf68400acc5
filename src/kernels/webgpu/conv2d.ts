/** Convolutions of stride 1 on WebGPU, their gradients, and products of matrices, which are 1x1 convolutions. */
import * as tf from '@tensorflow/tfjs-core';
import { type Dtype, featureMapSize } from '../dtype';
import { deviceFilter, floatFilter } from '../float16Filter';
import { transposedFilter } from '../transposedFilter';
import type { ConvWeights } from '../weights';
import { convolve } from './convolution';
import { defineOnWebgpu } from './define';
import { type Geometry, same } from './geometry';

interface ConvolutionAttributes {
  geometries: readonly Geometry[];
  height: number;
  width: number;
  channels: number;
  dtype: Dtype;
}

/** One filter at all of `geometries`, which write different pixels of one map. */
export const convolveAt = defineOnWebgpu<
  Record<'x' | 'filter', tf.Tensor> & { bias?: tf.Tensor | undefined },
  ConvolutionAttributes
>('Convolve', (recorder, inputs, { geometries, dtype, ...size }) => {
  const out = recorder.outputMap(size, dtype);
  for (const geometry of geometries) convolve(recorder, inputs, geometry, out);
  return [out];
});

export function conv2d(x: tf.Tensor4D, { filter, bias }: ConvWeights, dtype: Dtype): tf.Tensor4D {
  return keepingSize(x, deviceFilter(filter), filter.shape, bias, dtype);
}

export function conv2dVjp(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  return tf.tidy(() => {
    const turned = transposedFilter(floatFilter(filter));
    return keepingSize(dy, turned, turned.shape, undefined, 'float32');
  });
}

const convolveOnto = defineOnWebgpu<Record<'dy' | 'filter' | 'onto', tf.Tensor>, object>(
  'ConvolveOnto',
  (recorder, { dy, filter, onto }) => {
    const { height, width } = featureMapSize(dy);
    convolve(recorder, { x: dy, filter }, same(filter.shape[0], height, width), onto, true);
    return [recorder.share(onto)];
  },
);

/** Writes its result over `onto`. */
export function conv2dVjpOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  return tf.tidy(() => {
    const filter = transposedFilter(floatFilter(weights.filter));
    return convolveOnto({ dy, filter, onto }, {})[0] as tf.Tensor4D;
  });
}

function keepingSize(
  x: tf.Tensor4D,
  filter: tf.Tensor,
  [side, , , channels]: number[],
  bias: tf.Tensor1D | undefined,
  dtype: Dtype,
): tf.Tensor4D {
  const { height, width } = featureMapSize(x);
  const geometries = [same(side, height, width)];
  return convolveAt({ x, filter, bias }, { geometries, height, width, channels, dtype })[0] as tf.Tensor4D;
}

/** The product of two matrices `[n, k]` and `[k, m]`. */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const [count, ins] = a.shape;
  const channels = b.shape[1];
  // As a map that is not all one row: programs compute tiles of pixels.
  const width = divisor(count, 64);
  const height = count / width;
  return tf.tidy(() => {
    const x = tf.reshape(a, [1, height, width, ins]);
    const geometries = [same(1, height, width)];
    const attributes = { geometries, height, width, channels, dtype: 'float32' as const };
    return tf.reshape(convolveAt({ x, filter: b }, attributes)[0], [count, channels]) as tf.Tensor2D;
  });
}

/** The largest divisor of `count` up to `most`. */
function divisor(count: number, most: number): number {
  let best = Math.min(count, most);
  while (count % best !== 0) best -= 1;
  return best;
}
