/**
 * The same network in tfjs's own operations, as one would write it who knows tfjs and not its insides: convolutions with the
 * bias fused, as tfjs's layers do it, GroupNorm from `tf.moments`, SiLU as `x * sigmoid(x)`, nearest-neighbour resizing in
 * front of a convolution, attention as two products and a softmax.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LoadedLayer } from '@/engine/measure/kernels';
import { type LayerNumbers, layerNumbers } from '@/engine/measure/kernels';
import type { Layer } from '@/engine/measure/layers';
import type { AutoencoderConfig } from '@/vae/config';
import type { Tensors } from '../weights';

const EPSILON = 1e-6;

export class StockAutoencoder {
  private readonly weights = new Map<string, tf.Tensor>();

  constructor(
    private readonly config: AutoencoderConfig,
    tensors: Tensors,
  ) {
    for (const [name, { shape, data }] of tensors) this.weights.set(name, laidOut(shape, data));
  }

  /** `[1, H, W, 3]` -> moments `[1, H/f, W/f, 2C]`. */
  encode(picture: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      const { config } = this;
      const last = config.block_out_channels.length - 1;
      let x = this.convolution(picture, 'encoder.conv_in');
      for (let level = 0; level <= last; level++) {
        for (let block = 0; block < config.layers_per_block; block++) {
          x = this.residual(x, `encoder.down_blocks.${level}.resnets.${block}`);
        }
        if (level < last) {
          const { filter, bias } = this.convolutionWeights(
            `encoder.down_blocks.${level}.downsamplers.0.conv`,
          );
          x = replacing(x, (map) => stockDownsample(map, filter, bias));
        }
      }
      x = this.head(this.middle(x, 'encoder.mid_block'), 'encoder');
      return config.use_quant_conv ? this.convolution(x, 'quant_conv') : x;
    });
  }

  /** `[1, h, w, C]` -> `[1, h f, w f, 3]`. */
  decode(latent: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      const { config } = this;
      const last = config.block_out_channels.length - 1;
      const start = config.use_post_quant_conv ? this.convolution(latent, 'post_quant_conv') : latent;
      let x = this.middle(this.convolution(start, 'decoder.conv_in'), 'decoder.mid_block');
      for (let level = 0; level <= last; level++) {
        for (let block = 0; block <= config.layers_per_block; block++) {
          x = this.residual(x, `decoder.up_blocks.${level}.resnets.${block}`);
        }
        if (level < last) {
          const { filter, bias } = this.convolutionWeights(`decoder.up_blocks.${level}.upsamplers.0.conv`);
          x = replacing(x, (map) => stockUpsample(map, filter, bias));
        }
      }
      return this.head(x, 'decoder');
    });
  }

  dispose(): void {
    tf.dispose([...this.weights.values()]);
    this.weights.clear();
  }

  private head(x: tf.Tensor4D, part: string): tf.Tensor4D {
    return replacing(x, (map) =>
      this.convolution(this.norm(map, `${part}.conv_norm_out`, true), `${part}.conv_out`),
    );
  }

  private middle(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const first = this.residual(x, `${name}.resnets.0`);
    const mixed = this.config.mid_block_add_attention ? this.attention(first, `${name}.attentions.0`) : first;
    return this.residual(mixed, `${name}.resnets.1`);
  }

  private residual(x: tf.Tensor4D, name: string): tf.Tensor4D {
    return replacing(x, (map) => {
      const first = this.convolution(this.norm(map, `${name}.norm1`, true), `${name}.conv1`);
      const second = this.convolution(this.norm(first, `${name}.norm2`, true), `${name}.conv2`);
      const shortcut = this.weights.has(`${name}.conv_shortcut.weight`)
        ? this.convolution(map, `${name}.conv_shortcut`)
        : map;
      return tf.add(shortcut, second);
    });
  }

  private attention(x: tf.Tensor4D, name: string): tf.Tensor4D {
    return replacing(x, (map) => {
      const normal = this.norm(map, `${name}.group_norm`, false);
      const [query, key, value] = ['to_q', 'to_k', 'to_v'].map((part) =>
        this.convolution(normal, `${name}.${part}`),
      );
      return tf.add(map, this.convolution(stockAttention(query, key, value), `${name}.to_out.0`));
    });
  }

  private convolution(x: tf.Tensor4D, name: string): tf.Tensor4D {
    const { filter, bias } = this.convolutionWeights(name);
    return stockConvolution(x, filter, bias);
  }

  private norm(x: tf.Tensor4D, name: string, silu: boolean): tf.Tensor4D {
    const scale = this.get<tf.Tensor1D>(`${name}.weight`);
    return stockNorm(x, scale, this.get<tf.Tensor1D>(`${name}.bias`), this.config.norm_num_groups, silu);
  }

  private convolutionWeights(name: string): { filter: tf.Tensor4D; bias: tf.Tensor1D } {
    return { filter: this.get<tf.Tensor4D>(`${name}.weight`), bias: this.get<tf.Tensor1D>(`${name}.bias`) };
  }

  private get<T extends tf.Tensor>(name: string): T {
    const tensor = this.weights.get(name);
    if (!tensor) throw new Error(`There is no tensor "${name}".`);
    return tensor as T;
  }
}

/** One layer by itself. */
export function loadStockLayer(layer: Layer): LoadedLayer {
  const numbers = layerNumbers(layer);
  const inputs = numbers.maps.map((map) => tf.tensor4d(map, [1, layer.rows, layer.cols, numbers.channels]));
  const [bias, scale, shift] = [numbers.bias, numbers.scale, numbers.shift].map((values) =>
    tf.tensor1d(values),
  );
  const filter = layerFilter(layer, numbers);
  const [x] = inputs;
  const run = (): tf.Tensor4D => {
    switch (layer.kind) {
      case 'convolution':
        return stockConvolution(x, filter, bias);
      case 'normConvolution':
        return stockConvolution(stockNorm(x, scale, shift, layer.groups, true), filter, bias);
      case 'downsample':
        return stockDownsample(x, filter, bias);
      case 'upsample':
        return stockUpsample(x, filter, bias);
      case 'norm':
        return stockNorm(x, scale, shift, layer.groups, layer.silu);
      case 'attention':
        return stockAttention(inputs[0], inputs[1], inputs[2]);
    }
  };
  return { run: () => tf.tidy(run), dispose: () => tf.dispose([...inputs, bias, scale, shift, filter]) };
}

/** Empty where the layer has none. */
function layerFilter(layer: Layer, { filter }: LayerNumbers): tf.Tensor4D {
  if ('channels' in layer) return tf.zeros([0, 0, 0, 0]);
  const size = layer.kind === 'convolution' ? layer.size : 3;
  return tf.tensor4d(filter, [size, size, layer.ins, layer.outs]);
}

function stockConvolution(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias });
}

function stockDownsample(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const padded = tf.pad(x, [
    [0, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
  return tf.fused.conv2d({ x: padded, filter, strides: 2, pad: 'valid', bias });
}

function stockUpsample(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return stockConvolution(tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]), filter, bias);
}

function stockNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  groups: number,
  silu: boolean,
): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  const grouped = tf.reshape(x, [1, height * width, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, EPSILON)));
  const y = tf.add(tf.mul(tf.reshape(normal, x.shape), scale), shift) as tf.Tensor4D;
  return silu ? tf.mul(y, tf.sigmoid(y)) : y;
}

function stockAttention(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D): tf.Tensor4D {
  const [, height, width, channels] = query.shape;
  const [q, k, v] = [query, key, value].map(
    (map) => tf.reshape(map, [height * width, channels]) as tf.Tensor2D,
  );
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(channels));
  return tf.reshape(tf.matMul(tf.softmax(scores) as tf.Tensor2D, v), query.shape) as tf.Tensor4D;
}

/** Lets go of what a block needed in between, so that the memory is that of a block and not of the whole network. */
function replacing(x: tf.Tensor4D, block: (x: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const next = tf.tidy(() => block(x));
  x.dispose();
  return next;
}

/** PyTorch's layout -> tfjs's: `[out, in, h, w]` -> `[h, w, in, out]`, `[out, in]` -> `[1, 1, in, out]`. */
function laidOut(shape: number[], data: Float32Array): tf.Tensor {
  if (shape.length === 1) return tf.keep(tf.tensor1d(data));
  const [outs, ins, height = 1, width = 1] = shape;
  return tf.tidy(() => tf.keep(tf.transpose(tf.tensor4d(data, [outs, ins, height, width]), [2, 3, 1, 0])));
}
