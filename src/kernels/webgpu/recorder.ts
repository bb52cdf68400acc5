/**
 * Runs our own WGSL programs on tfjs's WebGPU backend: in its command stream, on its buffers, so that a tensor is a tensor
 * to both. Unlike tfjs's own way it can bind a part of a buffer, which lets a map that is larger than the device's largest binding be
 * computed strip by strip.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Dtype, FeatureMapSize } from '../dtype';
import { trimPool } from './pool';

/** The part of tfjs's backend that records commands. It is private there; tfjs 4.22 is its last release, and is pinned. */
interface CommandStream {
  device: GPUDevice;
  queue: GPUQueue;
  bufferManager: {
    acquireBuffer(size: number, usage: number): GPUBuffer;
    freeBuffers: Map<string, GPUBuffer[]>;
  };
  tensorMap: { get(dataId: object): { resource: GPUBuffer } };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  /** Tensors that recorded commands use: when they are disposed, their buffers are let go of after the commands are submitted. */
  commandQueueOwnedIds: WeakSet<object>;
  uniformPendingDisposal: GPUBuffer[];
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** A program: its WGSL, and a name that differs wherever the WGSL does. */
export interface Program {
  key: string;
  wgsl(): string;
}

/** A tensor's buffer, or a range of it in bytes; the start is a multiple of `ALIGNMENT`. */
export interface Binding {
  tensor: tf.TensorInfo;
  start?: number;
  bytes?: number;
  /** The program writes it. */
  output?: boolean;
}

/** A range of a buffer may start at multiples of so many bytes: every device can do this (`minStorageBufferOffsetAlignment`). */
export const ALIGNMENT = 256;

/** Buffers of this size and more are not kept for reuse when another of a new size is needed. */
const LARGE = 2 ** 24;

/**
 * Floating-point operations that a device is given at once. Systems reset a graphics processor that does not answer for two
 * seconds; at this much one of a tenth of a TFLOP/s still answers within one.
 */
export const MOST_WORK = 1e11;

/** Floating-point operations recorded since the last time that a device was given something. */
const unsubmitted = new WeakMap<GPUDevice, number>();

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** Numbers fit for the fields of a `struct` of `i32`s or `u32`s, which is the program's last binding. */
export type Uniforms = readonly number[];

/** Records programs of one kernel call. */
export class Recorder {
  private readonly backend: CommandStream;

  constructor(backend: tf.KernelBackend | WebGPUBackend) {
    this.backend = backend as unknown as CommandStream;
  }

  get device(): GPUDevice {
    return this.backend.device;
  }

  /** A new tensor with a buffer, whose numbers are not defined yet. */
  output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    const bytes = 4 * shape.reduce((product, side) => product * side, 1);
    if (bytes >= LARGE) this.makeRoom(bytes);
    const info = this.backend.makeTensorInfo(shape, dtype);
    this.backend.uploadToGPU(info.dataId);
    return info;
  }

  /** The same, of a map. */
  outputMap(size: FeatureMapSize, dtype: Dtype): tf.TensorInfo {
    const { height, width, channels } = size;
    return dtype === 'float16'
      ? this.output([1, height, width, channels / 2], 'int32')
      : this.output([1, height, width, channels]);
  }

  /** Another tensor on the same buffer, for an operation that wrote its result over what it was given. */
  share(tensor: tf.TensorInfo): tf.TensorInfo {
    (this.backend as unknown as tf.KernelBackend).incRef(tensor.dataId);
    return { ...tensor };
  }

  /** Lets go of a tensor made by `output`. */
  dispose({ dataId }: tf.TensorInfo): void {
    (this.backend as unknown as tf.KernelBackend).disposeData(dataId);
  }

  /**
   * @param bindings in the order of the program's `@binding`s, `@group(0)`
   * @param uniforms the last binding, a uniform buffer; none where it is empty
   * @param groups workgroups along x, y and z
   */
  run(
    program: Program,
    bindings: readonly Binding[],
    uniforms: Uniforms,
    groups: readonly [number, number, number],
  ): void {
    const { backend } = this;
    const entries: GPUBindGroupEntry[] = bindings.map(({ tensor, start = 0, bytes }, binding) => {
      backend.uploadToGPU(tensor.dataId);
      const { resource } = backend.tensorMap.get(tensor.dataId);
      return { binding, resource: { buffer: resource, offset: start, size: bytes ?? resource.size - start } };
    });
    if (uniforms.length > 0) {
      entries.push({ binding: entries.length, resource: { buffer: this.uniformBuffer(uniforms) } });
    }
    const pipeline = this.pipeline(program, bindings, uniforms.length > 0);
    const bindGroup = backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    for (const { tensor } of bindings) backend.commandQueueOwnedIds.add(tensor.dataId);
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= (backend.commandEncoder as GPUCommandEncoder).beginComputePass();
    const pass = backend.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...groups);
    backend.dispatchCountInPass += 1;
    // As many in a row as tfjs gives the device at a time.
    if (backend.dispatchCountInPass >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) this.submit();
  }

  /** Counts `work`, the floating-point operations of what was recorded last; submits once there are enough. */
  spend(work: number): void {
    const sum = (unsubmitted.get(this.device) ?? 0) + work;
    unsubmitted.set(this.device, sum);
    if (sum >= MOST_WORK) this.submit();
  }

  /** Gives the device what was recorded. */
  submit(): void {
    if (!this.backend.commandEncoder) return;
    unsubmitted.set(this.device, 0);
    this.backend.endComputePassEncoder();
    this.backend.submitQueue();
  }

  /**
   * Free buffers of other sizes go before a large one is made: a decode meets several sizes, each of which tfjs would
   * keep for ever.
   */
  private makeRoom(bytes: number): void {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    // What was disposed but not yet submitted is not free.
    this.submit();
    if ((this.backend.bufferManager.freeBuffers.get(`${bytes}_${usage}`)?.length ?? 0) > 0) return;
    trimPool(this.backend, LARGE);
  }

  private uniformBuffer(values: Uniforms): GPUBuffer {
    const { backend } = this;
    const data = new Int32Array(4 * Math.ceil(values.length / 4));
    data.set(values);
    const buffer = backend.bufferManager.acquireBuffer(
      data.byteLength,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    backend.queue.writeBuffer(buffer, 0, data);
    backend.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  private pipeline(program: Program, bindings: readonly Binding[], hasUniforms: boolean): GPUComputePipeline {
    const { device } = this.backend;
    const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
    pipelines.set(device, known);
    let pipeline = known.get(program.key);
    if (!pipeline) {
      pipeline = compile(device, program, bindings, hasUniforms);
      known.set(program.key, pipeline);
    }
    return pipeline;
  }
}

function compile(
  device: GPUDevice,
  program: Program,
  bindings: readonly Binding[],
  hasUniforms: boolean,
): GPUComputePipeline {
  const types: GPUBufferBindingType[] = bindings.map(({ output }) =>
    output ? 'storage' : 'read-only-storage',
  );
  if (hasUniforms) types.push('uniform');
  // Said here rather than derived, because a derived layout leaves out what a program happens not to use.
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  return device.createComputePipeline({
    label: program.key,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ label: program.key, code: program.wgsl() }) },
  });
}

/** Bytes of a buffer that a program can see at once. */
export function bindingLimit({ limits }: GPUDevice): number {
  return limits.maxStorageBufferBindingSize;
}

/** The `@group(0) @binding(n)` lines of a program, and that of its uniforms. */
export function declarations(
  buffers: readonly { name: string; type: string; output?: boolean }[],
  uniforms: readonly string[] = [],
): string {
  const lines = buffers.map(
    ({ name, type, output }, index) =>
      `@group(0) @binding(${index}) var<storage, ${output ? 'read_write' : 'read'}> ${name}: array<${type}>;`,
  );
  if (uniforms.length > 0) {
    lines.push(
      `struct Uniforms { ${uniforms.map((name) => `${name}: i32,`).join(' ')} }`,
      `@group(0) @binding(${buffers.length}) var<uniform> u: Uniforms;`,
    );
  }
  return lines.join('\n');
}
