/**
 * The layers of the autoencoder with the sizes of their maps: what a measurement of the device runs one by one, and how many
 * operations a whole pass takes. Pure.
 */
import { type AutoencoderConfig, decoderWidths } from '@/vae/config';

/** The halves of the network (`Part` of vae/shapes, by name). */
export type Half = 'encoder' | 'decoder';

/** A layer with one kernel of its own. `rows` and `cols` are those of its input. */
export type Layer = { rows: number; cols: number } & (
  | { kind: 'convolution'; size: 1 | 3; ins: number; outs: number }
  /** GroupNorm, SiLU, 3x3 convolution. */
  | { kind: 'normConvolution'; ins: number; outs: number; groups: number }
  /** 3x3, stride 2. */
  | { kind: 'downsample'; ins: number; outs: number }
  /** Nearest-neighbour doubling, then 3x3. */
  | { kind: 'upsample'; ins: number; outs: number }
  | { kind: 'norm'; channels: number; groups: number; silu: boolean }
  /** `softmax(q k^T / sqrt(C)) v`, without the projections, which are 1x1 convolutions. */
  | { kind: 'attention'; channels: number }
);

export interface CountedLayer {
  layer: Layer;
  /** Number of exactly such layers in the half. */
  count: number;
}

/** The layers of a half for a picture of `height` x `width` pixels, in the order in which they first come. */
export function networkLayers(
  config: AutoencoderConfig,
  half: Half,
  height: number,
  width: number,
): CountedLayer[] {
  const list = new LayerList(config, height, width);
  if (half === 'encoder') encoder(config, list);
  else decoder(config, list);
  return list.counted();
}

/**
 * Floating-point operations of a layer computed in the plain way, a multiplication and an addition counting as two: a direct
 * 3x3 convolution on the doubled map for `upsample`. Norms count as 0, being limited by memory and 1 % of the whole at most.
 */
export function layerFlops(layer: Layer): number {
  const cells = layer.rows * layer.cols;
  switch (layer.kind) {
    case 'convolution':
      return 2 * layer.size ** 2 * layer.ins * layer.outs * cells;
    case 'normConvolution':
      return 2 * 9 * layer.ins * layer.outs * cells;
    case 'downsample':
      return (2 * 9 * layer.ins * layer.outs * cells) / 4;
    case 'upsample':
      return 2 * 9 * layer.ins * layer.outs * cells * 4;
    case 'attention':
      return 4 * layer.channels * cells ** 2;
    case 'norm':
      return 0;
  }
}

/** The operations of a whole half, counted in the same way. */
export function networkFlops(config: AutoencoderConfig, half: Half, height: number, width: number): number {
  return networkLayers(config, half, height, width).reduce(
    (sum, { layer, count }) => sum + count * layerFlops(layer),
    0,
  );
}

/** Collects layers while the map's size is followed through the network. */
class LayerList {
  private readonly layers = new Map<string, CountedLayer>();

  constructor(
    private readonly config: AutoencoderConfig,
    public rows: number,
    public cols: number,
  ) {}

  convolution(ins: number, outs: number, size: 1 | 3 = 3): void {
    this.add({ kind: 'convolution', size, ins, outs, ...this.sides() });
  }

  normConvolution(ins: number, outs: number): void {
    this.add({ kind: 'normConvolution', ins, outs, groups: this.config.norm_num_groups, ...this.sides() });
  }

  residual(ins: number, outs: number): void {
    this.normConvolution(ins, outs);
    this.normConvolution(outs, outs);
    if (ins !== outs) this.convolution(ins, outs, 1);
  }

  middle(channels: number): void {
    this.residual(channels, channels);
    if (this.config.mid_block_add_attention) {
      const groups = this.config.norm_num_groups;
      this.add({ kind: 'norm', channels, groups, silu: false, ...this.sides() });
      for (let projection = 0; projection < 4; projection++) this.convolution(channels, channels, 1);
      this.add({ kind: 'attention', channels, ...this.sides() });
    }
    this.residual(channels, channels);
  }

  downsample(channels: number): void {
    this.add({ kind: 'downsample', ins: channels, outs: channels, ...this.sides() });
    this.rows /= 2;
    this.cols /= 2;
  }

  upsample(channels: number): void {
    this.add({ kind: 'upsample', ins: channels, outs: channels, ...this.sides() });
    this.rows *= 2;
    this.cols *= 2;
  }

  counted(): CountedLayer[] {
    return [...this.layers.values()];
  }

  private sides(): { rows: number; cols: number } {
    return { rows: this.rows, cols: this.cols };
  }

  private add(layer: Layer): void {
    const key = JSON.stringify(layer);
    const known = this.layers.get(key);
    if (known) known.count += 1;
    else this.layers.set(key, { layer, count: 1 });
  }
}

function encoder(config: AutoencoderConfig, list: LayerList): void {
  const moments = 2 * config.latent_channels;
  /** Channels that the next layer reads. */
  let channels = config.in_channels;
  for (const [level, width] of config.block_out_channels.entries()) {
    if (level > 0) list.downsample(channels);
    else {
      list.convolution(channels, width);
      channels = width;
    }
    for (let block = 0; block < config.layers_per_block; block++) {
      list.residual(channels, width);
      channels = width;
    }
  }
  list.middle(channels);
  list.normConvolution(channels, moments);
  if (config.use_quant_conv) list.convolution(moments, moments, 1);
}

function decoder(config: AutoencoderConfig, list: LayerList): void {
  const rising = decoderWidths(config).toReversed();
  const steps = rising.length - 1;
  const latent = config.latent_channels;
  list.rows /= 2 ** steps;
  list.cols /= 2 ** steps;
  if (config.use_post_quant_conv) list.convolution(latent, latent, 1);
  let channels = latent;
  for (const [level, width] of rising.entries()) {
    if (level > 0) list.upsample(channels);
    else {
      list.convolution(channels, width);
      list.middle(width);
      channels = width;
    }
    for (let block = 0; block <= config.layers_per_block; block++) {
      list.residual(channels, width);
      channels = width;
    }
  }
  list.normConvolution(channels, config.out_channels);
}
