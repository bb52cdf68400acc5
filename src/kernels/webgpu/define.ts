import * as tf from '@tensorflow/tfjs-core';
import { Recorder } from './recorder';

/** Tensors by name, some of which may be missing. */
type Inputs = Record<string, tf.Tensor | undefined>;
type Infos<I extends Inputs> = {
  [K in keyof I]: I[K] extends tf.Tensor ? tf.TensorInfo : tf.TensorInfo | undefined;
};

/**
 * Enters one of our operations in tfjs's registry for WebGPU, so that tfjs counts its tensors and disposes them.
 *
 * @param compute records the programs; returns tensors that the recorder made
 * @returns runs the operation on tfjs's current backend, which must be WebGPU
 */
export function defineOnWebgpu<I extends Inputs, A>(
  name: string,
  compute: (recorder: Recorder, inputs: Infos<I>, attributes: A) => tf.TensorInfo[],
): (inputs: I, attributes: A) => tf.Tensor[] {
  tf.registerKernel({
    kernelName: name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) =>
      compute(
        new Recorder(backend as tf.KernelBackend),
        inputs as unknown as Infos<I>,
        attrs as unknown as A,
      ),
  });
  return (inputs, attributes) =>
    tf
      .engine()
      .runKernel(
        name,
        inputs as unknown as tf.NamedTensorMap,
        attributes as unknown as tf.NamedAttrMap,
      ) as unknown as tf.Tensor[];
}
