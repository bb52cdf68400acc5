import { InspectorError } from '@/common/errors';
import { type AutoencoderConfig, DEFAULT_CONFIG, parseConfig } from '@/vae/config';
import { OPENED } from './findAutoencoder';

export interface InferredConfig {
  config: AutoencoderConfig;
  /** Assumptions where the shapes do not tell, one sentence each, for the visitor. */
  assumptions: string[];
  /** The scaling is one of them. */
  scalingAssumed: boolean;
}

/**
 * Reads the configuration from the tensors' shapes, for a file without a config.json. Widths of both halves, levels, layers,
 * latent channels, attention and the quant convolutions show; the number of norm groups and the scaling do not.
 *
 * @param shapes diffusers name -> PyTorch shape
 * @throws InspectorError 'bad-model', naming a tensor that is needed to tell and missing, or what cannot be.
 */
export function inferConfig(shapes: ReadonlyMap<string, readonly number[]>): InferredConfig {
  const side = (name: string, axis: number): number => {
    const size = shapes.get(name)?.[axis];
    if (size === undefined) {
      throw new InspectorError(
        'bad-model',
        `The model's shape cannot be read: it lacks the tensor "${name}".`,
        `Choose a file that holds the whole autoencoder. ${OPENED}`,
      );
    }
    return size;
  };
  const count = (name: (index: number) => string) => {
    let index = 0;
    while (shapes.has(name(index))) index++;
    return index;
  };
  const down = (level: number, index: number) => `encoder.down_blocks.${level}.resnets.${index}.conv1.weight`;
  const up = (level: number, index: number) => `decoder.up_blocks.${level}.resnets.${index}.conv1.weight`;
  const widthsOf = (block: typeof down) => {
    const levels = count((level) => block(level, 0));
    return Array.from({ length: Math.max(1, levels) }, (_, level) => side(block(level, 0), 0));
  };
  const widths = widthsOf(down);
  const rising = widthsOf(up).toReversed();
  if (rising.length !== widths.length) {
    throw new InspectorError(
      'bad-model',
      `The encoder has ${widths.length} levels and the decoder ${rising.length}, so this is no AutoencoderKL.`,
      OPENED,
    );
  }
  const groups = likelyGroups([...widths, ...rising]);
  const config = parseConfig({
    in_channels: side('encoder.conv_in.weight', 1),
    out_channels: side('decoder.conv_out.weight', 0),
    block_out_channels: widths,
    ...(`${rising}` !== `${widths}` && { decoder_block_out_channels: rising }),
    layers_per_block: count((index) => down(0, index)),
    norm_num_groups: groups,
    latent_channels: side('decoder.conv_in.weight', 1),
    use_quant_conv: shapes.has('quant_conv.weight'),
    use_post_quant_conv: shapes.has('post_quant_conv.weight'),
    mid_block_add_attention: shapes.has('encoder.mid_block.attentions.0.to_q.weight'),
  });
  return {
    config,
    assumptions: [
      ...quantAssumption(config),
      `The file does not say how many groups its norms have; ${groups} was assumed. If the decoded picture looks wrong, give its config.json.`,
      `The file does not say its scaling factor; ${DEFAULT_CONFIG.scaling_factor} was assumed. It matters only for numbers in a diffusion model's units.`,
    ],
    scalingAssumed: true,
  };
}

/** Models have both or neither: one that was lost would leave wrong numbers without a word. */
function quantAssumption({
  use_quant_conv: before,
  use_post_quant_conv: after,
}: AutoencoderConfig): string[] {
  if (before === after) return [];
  const [has, lacks] = before ? ['quant_conv', 'post_quant_conv'] : ['post_quant_conv', 'quant_conv'];
  return [
    `The file holds "${has}" and no "${lacks}"; it was taken to be made so. If the ${before ? 'decoded picture' : 'latent'} looks wrong, that was lost.`,
  ];
}

/** 32, as all of Stable Diffusion's; for widths it does not divide, the largest power of two below that does. */
function likelyGroups(widths: number[]): number {
  let groups = 32;
  while (widths.some((width) => width % groups !== 0)) groups /= 2;
  return groups;
}
