/** Counts the bytes of a device's buffers, whoever makes them. */
export interface LiveMemory {
  /** Made since the count began, less what was destroyed of that and of what was there before. */
  readonly now: number;
  readonly peak: number;
  stop(): void;
}

export function watchMemory(device: GPUDevice): LiveMemory {
  const create = device.createBuffer.bind(device);
  const { destroy } = GPUBuffer.prototype;
  const destroyed = new WeakSet<GPUBuffer>();
  let now = 0;
  let peak = 0;
  device.createBuffer = (descriptor) => {
    now += descriptor.size;
    peak = Math.max(peak, now);
    return create(descriptor);
  };
  GPUBuffer.prototype.destroy = function (this: GPUBuffer): undefined {
    if (!destroyed.has(this)) now -= this.size;
    destroyed.add(this);
    return destroy.call(this);
  };
  return {
    get now() {
      return now;
    },
    get peak() {
      return peak;
    },
    stop() {
      Reflect.deleteProperty(device, 'createBuffer');
      GPUBuffer.prototype.destroy = destroy;
    },
  };
}
