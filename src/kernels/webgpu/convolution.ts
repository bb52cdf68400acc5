/** Convolutions on WebGPU, each in the way that suits the device and the layer. */
import type * as tf from '@tensorflow/tfjs-core';
import { dtypeOf } from '../dtype';
import { direct } from './direct';
import type { Geometry } from './geometry';
import { normalise } from './norm';
import type { Recorder } from './recorder';
import { type ConvolutionInputs, shapeOf } from './shape';
import { computesInLanes } from './variant';
import { convertFilter } from './widen';
import { isNormalisedAhead, suitsWinograd, winograd } from './winograd';

/**
 * Records `out = bias + add + sum over taps of filter * x`, into an `out` that `Recorder.output` made.
 * @param accumulate also adds what `out` holds
 */
export function convolve(
  recorder: Recorder,
  inputs: ConvolutionInputs,
  geometry: Geometry,
  out: tf.TensorInfo,
  accumulate = false,
): void {
  const lanes = computesInLanes(recorder.device);
  const floats = dtypeOf(inputs.x) === 'float32' && dtypeOf(out) === 'float32';
  if (lanes === null || !floats) {
    record(recorder, inputs, geometry, out, accumulate, null);
    return;
  }
  // Without shared memory each number would be normalised, or widened, for every tap: that is done ahead.
  const { x, filter, affine, silu, ...others } = inputs;
  const shape = shapeOf(inputs, geometry, out, accumulate);
  const onTheWay =
    suitsWinograd(recorder.device, shape) && !isNormalisedAhead(4 * x.shape.reduce((a, b) => a * b));
  const normalised = affine && !onTheWay ? normalise(recorder, x, affine, silu ?? false) : null;
  const widened = convertFilter(recorder, filter, shape, 'float32');
  const ready = {
    ...others,
    ...(onTheWay && { affine, silu }),
    x: normalised ?? x,
    filter: widened ?? filter,
  };
  record(recorder, ready, geometry, out, accumulate, lanes);
  for (const made of [normalised, widened]) if (made) recorder.dispose(made);
}

function record(
  recorder: Recorder,
  inputs: ConvolutionInputs,
  geometry: Geometry,
  out: tf.TensorInfo,
  accumulate: boolean,
  lanes: number | null,
): void {
  const way = suitsWinograd(recorder.device, shapeOf(inputs, geometry, out, accumulate)) ? winograd : direct;
  way(recorder, inputs, geometry, out, { accumulate, lanes });
}
