import { attention } from './attention';
import { convolution, downsampler, head, residual, stem } from './blocks';
import type { AutoencoderConfig } from './config';
import type { Weights } from './parameters';
import type { Stage } from './stage';

/** The encoder's stages, picture `[1, H, W, 3]` -> moments `[1, H/f, W/f, 2 C]` (means first, then raw log-variances). */
export function encoderStages(config: AutoencoderConfig, parameters: Weights): Stage[] {
  const levels = config.block_out_channels.length;
  const at = (label: string) => ({ config, parameters, label: `encoder, ${label}` });
  const stages = [stem('encoder.conv_in', at(`level 1 of ${levels}`))];
  for (let level = 0; level < levels; level++) {
    const context = at(`level ${level + 1} of ${levels}`);
    for (let block = 0; block < config.layers_per_block; block++) {
      stages.push(...residual(`encoder.down_blocks.${level}.resnets.${block}`, context));
    }
    if (level < levels - 1)
      stages.push(downsampler(`encoder.down_blocks.${level}.downsamplers.0.conv`, context));
  }
  stages.push(...middle('encoder', config, parameters), head('encoder', at('output')));
  if (config.use_quant_conv) stages.push(convolution('quant_conv', at('output')));
  return stages;
}

/** Residual block, attention, residual block at the lowest resolution. */
export function middle(part: 'encoder' | 'decoder', config: AutoencoderConfig, parameters: Weights): Stage[] {
  const context = { config, parameters, label: `${part}, middle` };
  const name = `${part}.mid_block`;
  return [
    ...residual(`${name}.resnets.0`, context),
    ...(config.mid_block_add_attention ? [attention(`${name}.attentions.0`, context)] : []),
    ...residual(`${name}.resnets.1`, context),
  ];
}
