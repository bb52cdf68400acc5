/** WebGL 2 on an `OffscreenCanvas`: for browsers with a graphics processor and neither WebGPU nor SIMD. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { chooseKernels } from '@/kernels/currentKernels';
import { PlainKernels } from '@/kernels/plain';
import { GRAPHICS_LOST } from '../client/recovery';
import { deviceLost, explainAllocation, makeCurrent, rendererName } from './common';
import type { LiveBackend } from './live';

export async function startWebgl(): Promise<LiveBackend> {
  await makeCurrent('webgl');
  chooseKernels(new PlainKernels());
  const { gpgpu } = tf.backend() as MathBackendWebGL;
  const { gl } = gpgpu;
  const check = watch(gpgpu as unknown as Fences);
  return {
    name: rendererName(gl),
    threads: 1,
    settle: async () => {},
    check,
    explain: explainAllocation,
    trim: () => {},
  };
}

/** The part of tfjs's WebGL context that waits for the device. */
interface Fences {
  gl: WebGLRenderingContext;
  createFence(gl: WebGLRenderingContext): { query: unknown; isFencePassed(): boolean };
  createAndWaitForFence(): Promise<void>;
}

/**
 * Remembers for good that the context was lost. A browser may restore it, which tfjs lets it do: the textures are empty then and
 * the programs gone, no call fails, and what is read back is zeros or stale.
 */
function watch(gpgpu: Fences): () => void {
  const { gl } = gpgpu;
  let lost = gl.isContextLost();
  gl.canvas.addEventListener('webglcontextlost', () => {
    lost = true;
  });
  const isLost = () => {
    lost ||= gl.isContextLost();
    return lost;
  };
  const check = () => {
    if (isLost()) throw deviceLost(GRAPHICS_LOST);
  };
  // The fence of a lost context never passes, and tfjs would ask it for ever.
  const createFence = gpgpu.createFence.bind(gpgpu);
  gpgpu.createFence = (context) => {
    const { query, isFencePassed } = createFence(context);
    return { query, isFencePassed: () => isLost() || isFencePassed() };
  };
  const wait = gpgpu.createAndWaitForFence.bind(gpgpu);
  gpgpu.createAndWaitForFence = async () => {
    await wait();
    check();
  };
  return check;
}
