/**
 * Counts the memory of one contender, alike for all of them: bytes of all GPU buffers that were made and not destroyed, and the
 * length of every WebAssembly memory. Everyone goes through these few functions of the browser, so these are wrapped; each
 * contender has a worker to itself.
 */
export class MemoryMeter {
  private gpuBytes = 0;
  private gpuPeak = 0;
  private isWatchingGpu = false;
  private readonly memories = new Set<WebAssembly.Memory>();

  constructor() {
    this.watchWebAssembly();
    this.watchGpu();
  }

  /** Begins anew with what is held now. */
  reset(): void {
    this.gpuPeak = this.gpuBytes;
  }

  /** WebAssembly's memory never shrinks, so that its length is also its peak. */
  peak(): { gpuBytes: number; wasmBytes: number } {
    const wasmBytes = [...this.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return { gpuBytes: this.gpuPeak, wasmBytes };
  }

  /** To be called again where WebGPU came later (Node). */
  watchGpu(): void {
    if (this.isWatchingGpu || typeof GPUDevice === 'undefined') return;
    this.isWatchingGpu = true;
    const meter = this;
    const alive = new WeakMap<GPUBuffer, number>();
    const { createBuffer } = GPUDevice.prototype;
    const { destroy } = GPUBuffer.prototype;
    GPUDevice.prototype.createBuffer = function (this: GPUDevice, descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      alive.set(buffer, descriptor.size);
      meter.gpuBytes += descriptor.size;
      meter.gpuPeak = Math.max(meter.gpuPeak, meter.gpuBytes);
      return buffer;
    };
    GPUBuffer.prototype.destroy = function (this: GPUBuffer) {
      meter.gpuBytes -= alive.get(this) ?? 0;
      alive.delete(this);
      return destroy.call(this);
    };
  }

  private watchWebAssembly(): void {
    const { memories } = this;
    const { Memory, instantiate, instantiateStreaming } = WebAssembly;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        memories.add(this);
      }
    };
    const noteExports = (result: WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance) => {
      const { exports } = 'instance' in result ? result.instance : result;
      for (const each of Object.values(exports)) if (each instanceof Memory) memories.add(each);
    };
    // Both ways of calling it, with bytes and with a module, are passed on as they come.
    WebAssembly.instantiate = (async (...args: Parameters<typeof instantiate>) => {
      const result = await instantiate(...args);
      noteExports(result);
      return result;
    }) as typeof instantiate;
    if (!instantiateStreaming) return;
    WebAssembly.instantiateStreaming = async (...args) => {
      const result = await instantiateStreaming(...args);
      noteExports(result);
      return result;
    };
  }
}
