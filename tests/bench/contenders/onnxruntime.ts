/** The network as torch exports it, in onnxruntime-web. */
import type * as Ort from 'onnxruntime-web';
import { decodeFloat16, encodeFloat16 } from '@/models/files/float16';
import { type AutoencoderConfig, factor } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import { exportOnnx } from '../onnx/autoencoder';
import type { Precision } from '../onnx/graph';
import type { Tensors } from '../weights';
import type { BenchBackend, Contender } from './contender';
import type { OrtRuntime } from './platform';

type Numbers = Float32Array<ArrayBuffer>;

export class OrtContender implements Contender {
  private session: Ort.InferenceSession | null = null;

  constructor(
    private readonly runtime: OrtRuntime,
    private readonly backend: BenchBackend,
    private readonly precision: Precision,
    private readonly config: AutoencoderConfig,
    private readonly tensors: Tensors,
  ) {}

  /** A session is of one fixed size, which gives the optimiser all it may want to know. */
  async prepare(part: Part, size: number): Promise<void> {
    await this.session?.release();
    this.session = null;
    const { config, tensors, precision } = this;
    const bytes = exportOnnx({ config, tensors, part, height: size, width: size, precision });
    this.session = await this.runtime.ort.InferenceSession.create(bytes, {
      executionProviders: [this.backend],
      graphOptimizationLevel: 'all',
    });
  }

  async pass(part: Part, size: number, input: Numbers): Promise<{ output: Numbers; milliseconds: number }> {
    const { session, config, precision } = this;
    if (!session) throw new Error('No session was prepared.');
    const side = part === 'encoder' ? size : size / factor(config);
    const channels = part === 'encoder' ? config.in_channels : config.latent_channels;
    // PyTorch's layout is this network's own, so that turning the numbers to it and back is not its work.
    const planes = channelsFirst(input, channels);
    const data = precision === 'float16' ? encodeFloat16(planes) : planes;
    const start = performance.now();
    const tensor = new this.runtime.ort.Tensor(precision, data as never, [1, channels, side, side]);
    const { output } = await session.run({ input: tensor });
    const values = await output.getData();
    const milliseconds = performance.now() - start;
    const result = channelsLast(floats(values), output.dims[1]);
    tensor.dispose();
    output.dispose();
    return { output: result, milliseconds };
  }
}

/** A browser with `Float16Array` gives halves as such, others give their bits. */
function floats(values: Ort.Tensor.DataType): Numbers {
  if (values instanceof Float32Array) return new Float32Array(values);
  if (!ArrayBuffer.isView(values)) throw new Error('onnxruntime-web gave no numbers.');
  return decodeFloat16(new Uint16Array(values.buffer, values.byteOffset, values.byteLength / 2));
}

function channelsFirst(values: Numbers, channels: number): Numbers {
  const cells = values.length / channels;
  const turned = new Float32Array(values.length);
  for (let cell = 0; cell < cells; cell++) {
    for (let channel = 0; channel < channels; channel++) {
      turned[channel * cells + cell] = values[cell * channels + channel];
    }
  }
  return turned;
}

function channelsLast(values: Numbers, channels: number): Numbers {
  return channelsFirst(values, values.length / channels);
}
