/**
 * Fills every piece of memory that a backend hands out with NaN before it is used, so that a kernel which reads what it has not
 * written gives NaN instead of whatever lay there: zeros in a fresh heap, and another model's NaN in a used one. Blocks of
 * WebAssembly's heap also lie between zones of NaN, so that reading beyond a block is seen as well, and writing beyond it is found.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Emscripten } from '@/kernels/wasm/threadPool';

/** All ones: NaN as float32, as two halves, and as a `double`. */
const BYTE = 0xff;

/** Bytes before and behind each block of the heap: more than a vector reads beyond it, less than costs time. */
const ZONE = 4096;

/** Free heap that is filled before each test, for what tfjs's own program allocates. */
const FREE_HEAP = 2 ** 25;

const poisoned = new WeakSet<object>();
const faults: string[] = [];

/** Poisons the backend that tfjs computes on now; once is enough. */
export function poisonBackend(): void {
  const backend = tf.backend();
  if (poisoned.has(backend)) return;
  poisoned.add(backend);
  const name = tf.getBackend();
  if (name === 'wasm') poisonHeap((backend as BackendWasm).wasm as unknown as Emscripten);
  else if (name === 'webgpu') poisonBuffers(backend as WebGPUBackend);
  else if (name === 'webgl') poisonTextures(backend as MathBackendWebGL);
}

/** Fills what is free of the heap now; nothing on other backends, whose pools are poisoned as they hand out. */
export function poisonFreeHeap(): void {
  if (tf.getBackend() !== 'wasm') return;
  const { wasm } = tf.backend() as unknown as { wasm: Emscripten };
  wasm._free(wasm._malloc(FREE_HEAP));
}

/** Takes the reports of what was written beyond blocks of the heap since the last call. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

function poisonHeap(wasm: Emscripten): void {
  // Emscripten's first call puts the real function in its place.
  wasm._free(wasm._malloc(1));
  const { _malloc: malloc, _free: free } = wasm;
  const memory = (wasm.wasmMemory ?? wasm.asm?.memory) as WebAssembly.Memory;
  const sizes = new Map<number, number>();
  const bytes = (from: number, count: number) => new Uint8Array(memory.buffer, from, count);

  wasm._malloc = (size) => {
    const base = malloc(size + 2 * ZONE) >>> 0;
    if (base === 0) return 0;
    bytes(base, size + 2 * ZONE).fill(BYTE);
    sizes.set(base + ZONE, size);
    return base + ZONE;
  };
  wasm._free = (given) => {
    const address = given >>> 0;
    const size = sizes.get(address);
    // What tfjs's own program allocated.
    if (size === undefined) return free(given);
    const base = address - ZONE;
    if (!isPoison(bytes(base, ZONE))) faults.push(`a block of ${size} bytes was written before its start`);
    if (!isPoison(bytes(address + size, ZONE)))
      faults.push(`a block of ${size} bytes was written beyond its end`);
    bytes(base, size + 2 * ZONE).fill(BYTE);
    sizes.delete(address);
    free(base);
  };
}

function isPoison(zone: Uint8Array): boolean {
  let all = BYTE;
  for (let at = 0; at < zone.length; at++) all &= zone[at];
  return all === BYTE;
}

/** The part of tfjs's WebGPU backend from which buffers come. It is private there. */
interface BufferPool {
  bufferManager: {
    acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
  };
}

function poisonBuffers(backend: WebGPUBackend): void {
  const { device } = backend;
  const source = device.createBuffer({
    size: 2 ** 20,
    usage: GPUBufferUsage.COPY_SRC,
    mappedAtCreation: true,
  });
  new Uint8Array(source.getMappedRange()).fill(BYTE);
  source.unmap();
  const { bufferManager: pool } = backend as unknown as BufferPool;
  const acquire = pool.acquireBuffer.bind(pool);
  pool.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    const buffer = acquire(size, usage, mappedAtCreation, reuse);
    // A buffer that is handed out is not used by commands that are still being recorded. Uniforms are always written whole.
    if (!mappedAtCreation && usage & GPUBufferUsage.STORAGE && usage & GPUBufferUsage.COPY_DST) {
      const encoder = device.createCommandEncoder();
      for (let at = 0; at < size; at += source.size) {
        encoder.copyBufferToBuffer(source, 0, buffer, at, Math.min(source.size, size - at));
      }
      device.queue.submit([encoder.finish()]);
    }
    return buffer;
  };
}

function poisonTextures({ gpgpu, ...backend }: MathBackendWebGL): void {
  const gl = gpgpu.gl as WebGL2RenderingContext;
  const { textureManager: pool } = backend as unknown as {
    textureManager: { acquireTexture(...args: unknown[]): { texture: WebGLTexture } };
  };
  const frame = gl.createFramebuffer();
  const acquire = pool.acquireTexture.bind(pool);
  pool.acquireTexture = (...args) => {
    const acquired = acquire(...args);
    const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING);
    const scissor = gl.isEnabled(gl.SCISSOR_TEST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, acquired.texture, 0);
    if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE) {
      gl.disable(gl.SCISSOR_TEST);
      const nan = Number.NaN;
      gl.clearBufferfv(gl.COLOR, 0, [nan, nan, nan, nan]);
      if (scissor) gl.enable(gl.SCISSOR_TEST);
    }
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, null, 0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
    return acquired;
  };
}
