/** Answers the calls of the bench with one framework: the inside of a contender's worker. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Handlers, type Port, serve, Transferring } from '@/common/rpc';
import type { LoadedLayer } from '@/engine/measure/kernels';
import { loadLayer } from '@/engine/measure/kernels';
import type { Layer } from '@/engine/measure/layers';
import { callsPerRun, timeCalls } from '@/engine/measure/timing';
import { measureMatmul } from '../matmul';
import { MemoryMeter } from '../memory';
import { benchTensors, tensorsHash } from '../weights';
import type { Contender, ContenderCalls, ContenderSpec, Started } from './contender';
import { OrtContender } from './onnxruntime';
import type { Platform } from './platform';
import { loadStockLayer } from './stock';
import { OwnContender, StockContender } from './tensorflow';

export function serveContender(port: Port, platform: Platform): void {
  const meter = new MemoryMeter();
  let contender: Contender | null = null;
  let load: ((layer: Layer) => LoadedLayer) | null = null;
  let layer: { loaded: LoadedLayer; calls: number } | null = null;

  async function start(spec: ContenderSpec): Promise<Started> {
    const tensors = benchTensors(spec.config);
    const weights = await tensorsHash(tensors);
    const { framework, backend, precision, threads, config } = spec;
    if (framework === 'ort') {
      const runtime = await platform.openOrt(backend, threads);
      meter.watchGpu();
      contender = new OrtContender(runtime, backend, precision, config, tensors);
      const version = `onnxruntime-web ${runtime.ort.env.versions.web ?? runtime.ort.env.versions.common}`;
      return {
        version,
        device: runtime.label,
        threads: runtime.threads,
        weights,
        hasHalf: precision === 'float16',
      };
    }
    tf.enableProdMode();
    const device = await platform.startTf(backend, threads);
    meter.watchGpu();
    const isOwn = framework === 'ours';
    contender = isOwn
      ? new OwnContender(config, precision, tensors, device)
      : new StockContender(config, tensors);
    load = isOwn ? loadLayer : loadStockLayer;
    const hasHalf = backend === 'webgpu' && gpuDevice().features.has('shader-f16');
    return {
      version: `tfjs ${tf.version_core}`,
      device: device.label,
      threads: device.threads,
      weights,
      hasHalf,
    };
  }

  function required(): Contender {
    if (!contender) throw new Error('The contender was not started.');
    return contender;
  }

  const handlers: Handlers<ContenderCalls> = {
    start,
    async prepare({ part, size }) {
      await required().prepare(part, size);
      return null;
    },
    async pass({ part, size, input }) {
      meter.reset();
      const { output, milliseconds } = await required().pass(part, size, input);
      return new Transferring({ output, milliseconds, ...meter.peak() }, [output.buffer]);
    },
    async loadLayer(args) {
      if (!load) throw new Error('Single layers are timed in tfjs only.');
      layer?.loaded.dispose();
      const loaded = load(args.layer);
      const result = loaded.run();
      const output = new Float32Array(await result.data());
      result.dispose();
      layer = { loaded, calls: await callsPerRun(loaded.run) };
      return new Transferring({ output, calls: layer.calls }, [output.buffer]);
    },
    async timeLayer() {
      if (!layer) throw new Error('No layer is loaded.');
      return timeCalls(layer.loaded.run, layer.calls);
    },
    matmul: () => measureMatmul(gpuDevice()),
  };
  serve<ContenderCalls>(port, handlers);
}

function gpuDevice(): GPUDevice {
  return (tf.backend() as WebGPUBackend).device;
}
