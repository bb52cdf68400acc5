import { type AutoencoderConfig, decoderWidths } from './config';

/**
 * Every tensor of the autoencoder: its diffusers name -> its shape in PyTorch's layout (convolutions
 * `[out, in, height, width]`, linear layers `[out, in]`), in the order the network uses them.
 */
export function shapes(config: AutoencoderConfig): Map<string, number[]> {
  const widths = config.block_out_channels;
  const last = widths.length - 1;
  const table = new Map<string, number[]>();
  const convolution = (name: string, from: number, to: number, size: number) => {
    table.set(`${name}.weight`, [to, from, size, size]);
    table.set(`${name}.bias`, [to]);
  };
  const norm = (name: string, width: number) => {
    table.set(`${name}.weight`, [width]);
    table.set(`${name}.bias`, [width]);
  };
  const linear = (name: string, width: number) => {
    table.set(`${name}.weight`, [width, width]);
    table.set(`${name}.bias`, [width]);
  };
  const residual = (name: string, from: number, to: number) => {
    norm(`${name}.norm1`, from);
    convolution(`${name}.conv1`, from, to, 3);
    norm(`${name}.norm2`, to);
    convolution(`${name}.conv2`, to, to, 3);
    if (from !== to) convolution(`${name}.conv_shortcut`, from, to, 1);
  };
  const middle = (name: string, width: number) => {
    residual(`${name}.resnets.0`, width, width);
    if (config.mid_block_add_attention) {
      norm(`${name}.attentions.0.group_norm`, width);
      for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0']) linear(`${name}.attentions.0.${part}`, width);
    }
    residual(`${name}.resnets.1`, width, width);
  };

  convolution('encoder.conv_in', config.in_channels, widths[0], 3);
  widths.forEach((width, level) => {
    for (let block = 0; block < config.layers_per_block; block++) {
      const from = block === 0 ? widths[Math.max(level - 1, 0)] : width;
      residual(`encoder.down_blocks.${level}.resnets.${block}`, from, width);
    }
    if (level < last) convolution(`encoder.down_blocks.${level}.downsamplers.0.conv`, width, width, 3);
  });
  middle('encoder.mid_block', widths[last]);
  norm('encoder.conv_norm_out', widths[last]);
  convolution('encoder.conv_out', widths[last], 2 * config.latent_channels, 3);
  if (config.use_quant_conv)
    convolution('quant_conv', 2 * config.latent_channels, 2 * config.latent_channels, 1);

  if (config.use_post_quant_conv)
    convolution('post_quant_conv', config.latent_channels, config.latent_channels, 1);
  const rising = decoderWidths(config).toReversed();
  convolution('decoder.conv_in', config.latent_channels, rising[0], 3);
  middle('decoder.mid_block', rising[0]);
  rising.forEach((width, level) => {
    for (let block = 0; block <= config.layers_per_block; block++) {
      const from = block === 0 ? rising[Math.max(level - 1, 0)] : width;
      residual(`decoder.up_blocks.${level}.resnets.${block}`, from, width);
    }
    if (level < last) convolution(`decoder.up_blocks.${level}.upsamplers.0.conv`, width, width, 3);
  });
  norm('decoder.conv_norm_out', rising[last]);
  convolution('decoder.conv_out', rising[last], config.out_channels, 3);
  return table;
}

/** The halves of the network, each with its quant convolution. */
export type Part = 'encoder' | 'decoder';

export const PARTS: readonly Part[] = ['encoder', 'decoder'];

/** The half that a tensor belongs to, by its diffusers name. */
export function partOf(name: string): Part {
  return name.startsWith('encoder.') || name.startsWith('quant_conv.') ? 'encoder' : 'decoder';
}

/** Numbers in all the network's tensors together: 83,653,863 for Stable Diffusion's. */
export function countParameters(config: AutoencoderConfig): number {
  let total = 0;
  for (const shape of shapes(config).values()) total += shape.reduce((product, size) => product * size, 1);
  return total;
}
