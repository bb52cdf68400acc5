/** Functions that all backends share. */
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import type { BackendName } from './name';

/** Initialises a registered backend and makes it tfjs's current one. */
export async function makeCurrent(backend: BackendName): Promise<void> {
  // tfjs prints the cause and answers `false`.
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not start its ${backend} backend.`);
}

/** Name of what computes behind a WebGL context, as far as the browser tells. */
export function rendererName(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** JavaScript's own way of saying that an array does not fit into memory. */
export function explainAllocation(error: unknown): InspectorError | null {
  return error instanceof RangeError ? outOfMemory(error) : null;
}

export function outOfMemory(cause?: unknown): InspectorError {
  return new InspectorError(
    'out-of-memory',
    'There is not enough memory for a picture of this size.',
    'Choose a smaller size. Your edits are kept.',
    { cause },
  );
}

export function deviceLost(what: string, cause?: unknown): InspectorError {
  return new InspectorError('device-lost', what, 'Try again.', { cause });
}
