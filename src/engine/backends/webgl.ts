/** WebGL 2 on an `OffscreenCanvas`: for browsers with a graphics processor and neither WebGPU nor SIMD. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { deviceLost, explainAllocation, makeCurrent } from './common';
import type { LiveBackend } from './live';

export async function startWebgl(): Promise<LiveBackend> {
  await makeCurrent('webgl');
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  return {
    name: String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER)),
    threads: 1,
    settle: async () => {},
    check() {
      if (gl.isContextLost()) throw deviceLost('The graphics processor was lost.');
    },
    explain: explainAllocation,
    trim: () => {},
  };
}
