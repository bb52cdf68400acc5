/**
 * The halves of the autoencoder as `torch.onnx.export` writes diffusers' `AutoencoderKL` for a fixed size, constants folded:
 * GroupNorm as an InstanceNormalization between two Reshapes with a Mul and an Add behind, SiLU as Sigmoid and Mul, linear
 * layers as MatMul and Add, `scaled_dot_product_attention` as its two products with the root of the scale on either side.
 */
import type { AutoencoderConfig } from '@/vae/config';
import { factor } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import type { Tensors } from '../weights';
import { Graph, type Named, type Precision } from './graph';

/** GroupNorm's epsilon in AutoencoderKL. */
const EPSILON = 1e-6;

export interface OnnxOptions {
  config: AutoencoderConfig;
  /** diffusers names, PyTorch layouts. */
  tensors: Tensors;
  part: Part;
  /** Of the picture, in pixels. */
  height: number;
  width: number;
  precision: Precision;
}

/**
 * The bytes of an ONNX file. Encoder: `input [1, 3, H, W]` -> `output [1, 2C, H/f, W/f]`, the moments. Decoder:
 * `input [1, C, H/f, W/f]` -> `output [1, 3, H, W]`.
 */
export function exportOnnx({ config, tensors, part, height, width, precision }: OnnxOptions): Uint8Array {
  const graph = new Graph(part, precision);
  const network = new Network(graph, config, tensors);
  const cell = factor(config);
  const shape =
    part === 'encoder'
      ? [1, config.in_channels, height, width]
      : [1, config.latent_channels, height / cell, width / cell];
  const input = { name: 'input', shape };
  return graph.file(input, part === 'encoder' ? network.encoder(input) : network.decoder(input));
}

class Network {
  constructor(
    private readonly graph: Graph,
    private readonly config: AutoencoderConfig,
    private readonly tensors: Tensors,
  ) {}

  encoder(picture: Named): Named {
    const { config } = this;
    const last = config.block_out_channels.length - 1;
    let x = this.convolution(picture, 'encoder.conv_in');
    for (let level = 0; level <= last; level++) {
      for (let block = 0; block < config.layers_per_block; block++) {
        x = this.residual(x, `encoder.down_blocks.${level}.resnets.${block}`);
      }
      if (level < last) x = this.downsample(x, `encoder.down_blocks.${level}.downsamplers.0.conv`);
    }
    x = this.head(this.middle(x, 'encoder.mid_block'), 'encoder');
    return config.use_quant_conv ? this.convolution(x, 'quant_conv') : x;
  }

  decoder(latent: Named): Named {
    const { config } = this;
    const last = config.block_out_channels.length - 1;
    let x = config.use_post_quant_conv ? this.convolution(latent, 'post_quant_conv') : latent;
    x = this.middle(this.convolution(x, 'decoder.conv_in'), 'decoder.mid_block');
    for (let level = 0; level <= last; level++) {
      for (let block = 0; block <= config.layers_per_block; block++) {
        x = this.residual(x, `decoder.up_blocks.${level}.resnets.${block}`);
      }
      if (level < last) x = this.upsample(x, `decoder.up_blocks.${level}.upsamplers.0.conv`);
    }
    return this.head(x, 'decoder');
  }

  private head(x: Named, part: Part): Named {
    return this.convolution(this.silu(this.norm(x, `${part}.conv_norm_out`)), `${part}.conv_out`);
  }

  private middle(x: Named, name: string): Named {
    const first = this.residual(x, `${name}.resnets.0`);
    const mixed = this.config.mid_block_add_attention ? this.attention(first, `${name}.attentions.0`) : first;
    return this.residual(mixed, `${name}.resnets.1`);
  }

  private residual(x: Named, name: string): Named {
    const half = (map: Named, index: 1 | 2) =>
      this.convolution(this.silu(this.norm(map, `${name}.norm${index}`)), `${name}.conv${index}`);
    const branch = half(half(x, 1), 2);
    const shortcut = this.tensors.has(`${name}.conv_shortcut.weight`)
      ? this.convolution(x, `${name}.conv_shortcut`)
      : x;
    return this.graph.node('Add', [shortcut, branch], branch.shape);
  }

  private convolution(x: Named, name: string, stride: 1 | 2 = 1): Named {
    const weight = this.weight(`${name}.weight`);
    const [outs, , size] = weight.shape;
    const [, , height, width] = x.shape;
    const pad = stride === 1 ? (size - 1) / 2 : 0;
    const side = (length: number) => (length + 2 * pad - size) / stride + 1;
    return this.graph.node(
      'Conv',
      [x, weight, this.weight(`${name}.bias`)],
      [1, outs, side(height), side(width)],
      {
        dilations: [1, 1],
        group: 1,
        kernel_shape: [size, size],
        pads: [pad, pad, pad, pad],
        strides: [stride, stride],
      },
    );
  }

  private downsample(x: Named, name: string): Named {
    const [, channels, height, width] = x.shape;
    const zero = this.graph.constant('zero', [], new Float32Array(1));
    const padded = this.graph.node(
      'Pad',
      [x, this.graph.integers([0, 0, 0, 0, 0, 0, 1, 1]), zero],
      [1, channels, height + 1, width + 1],
      { mode: 'constant' },
    );
    return this.convolution(padded, name, 2);
  }

  private upsample(x: Named, name: string): Named {
    const [, channels, height, width] = x.shape;
    const doubled = this.graph.node(
      'Resize',
      [x, '', this.graph.single('scales', [1, 1, 2, 2])],
      [1, channels, 2 * height, 2 * width],
      { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    );
    return this.convolution(doubled, name);
  }

  /** GroupNorm of a map, or of cells across, `[1, C, cells]`. */
  private norm(x: Named, name: string): Named {
    const { graph } = this;
    const groups = this.config.norm_num_groups;
    const [, channels, ...sides] = x.shape;
    const cells = sides.reduce((product, side) => product * side, channels / groups);
    const ones = graph.constant('ones', [groups], new Float32Array(groups).fill(1));
    const zeros = graph.constant('zeros', [groups], new Float32Array(groups));
    const grouped = graph.node('Reshape', [x, graph.integers([0, groups, -1])], [1, groups, cells]);
    const normal = graph.node('InstanceNormalization', [grouped, ones, zeros], grouped.shape, {
      epsilon: { float: EPSILON },
    });
    const map = graph.node('Reshape', [normal, graph.integers(x.shape)], x.shape);
    const perChannel = (kind: string) => this.weight(`${name}.${kind}`, [channels, ...sides.map(() => 1)]);
    const scaled = graph.node('Mul', [map, perChannel('weight')], x.shape);
    return graph.node('Add', [scaled, perChannel('bias')], x.shape);
  }

  private silu(x: Named): Named {
    const gate = this.graph.node('Sigmoid', [x], x.shape);
    return this.graph.node('Mul', [x, gate], x.shape);
  }

  private attention(x: Named, name: string): Named {
    const { graph } = this;
    const [, channels, height, width] = x.shape;
    const cells = height * width;
    const across = [1, channels, cells];
    const down = [1, cells, channels];
    const flat = graph.node('Reshape', [x, graph.integers(across)], across);
    const transposed = graph.node('Transpose', [this.norm(flat, `${name}.group_norm`)], down, {
      perm: [0, 2, 1],
    });
    const root = graph.constant('root', [], Float32Array.of(channels ** -0.25));
    const head = (part: string) => {
      const linear = this.linear(transposed, `${name}.${part}`);
      const split = graph.node(
        'Reshape',
        [linear, graph.integers([1, cells, 1, channels])],
        [1, cells, 1, channels],
      );
      return split;
    };
    const heads = [1, 1, cells, channels];
    const scaled = (map: Named) => graph.node('Mul', [map, root], map.shape);
    const query = graph.node('Transpose', [head('to_q')], heads, { perm: [0, 2, 1, 3] });
    const key = graph.node('Transpose', [head('to_k')], [1, 1, channels, cells], { perm: [0, 2, 3, 1] });
    const value = graph.node('Transpose', [head('to_v')], heads, { perm: [0, 2, 1, 3] });
    const scores = graph.node('MatMul', [scaled(query), scaled(key)], [1, 1, cells, cells]);
    const weights = graph.node('Softmax', [scores], scores.shape, { axis: -1 });
    const mixed = graph.node('MatMul', [weights, value], heads);
    const joined = graph.node(
      'Reshape',
      [
        graph.node('Transpose', [mixed], [1, cells, 1, channels], { perm: [0, 2, 1, 3] }),
        graph.integers(down),
      ],
      down,
    );
    const projected = this.linear(joined, `${name}.to_out.0`);
    const back = graph.node('Transpose', [projected], across, { perm: [0, 2, 1] });
    const map = graph.node('Reshape', [back, graph.integers(x.shape)], x.shape);
    return graph.node('Add', [map, x], x.shape);
  }

  private linear(x: Named, name: string): Named {
    const {
      shape: [outs, ins],
      data,
    } = this.tensor(`${name}.weight`);
    const transposed = new Float32Array(data.length);
    for (let out = 0; out < outs; out++) {
      for (let input = 0; input < ins; input++) transposed[input * outs + out] = data[out * ins + input];
    }
    const weight = this.graph.constant(`${name}.weight transposed`, [ins, outs], transposed);
    const product = this.graph.node('MatMul', [x, weight], [...x.shape.slice(0, -1), outs]);
    return this.graph.node('Add', [this.weight(`${name}.bias`), product], product.shape);
  }

  private weight(name: string, shape = this.tensor(name).shape): Named {
    return this.graph.constant(name, shape, this.tensor(name).data);
  }

  private tensor(name: string): { shape: number[]; data: Float32Array } {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`There is no tensor "${name}".`);
    return tensor;
  }
}
