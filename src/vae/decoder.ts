import { convolution, head, residual, stem, upsampler } from './blocks';
import type { AutoencoderConfig } from './config';
import { middle } from './encoder';
import type { Weights } from './parameters';
import type { Stage } from './stage';

/** The decoder's stages, latent `[1, h, w, C]` (unscaled) -> picture `[1, h f, w f, 3]`, not clamped. */
export function decoderStages(config: AutoencoderConfig, parameters: Weights): Stage[] {
  const levels = config.block_out_channels.length;
  const at = (label: string) => ({ config, parameters, label: `decoder, ${label}` });
  const stages = config.use_post_quant_conv ? [convolution('post_quant_conv', at('middle'))] : [];
  stages.push(stem('decoder.conv_in', at('middle')), ...middle('decoder', config, parameters));
  for (let level = 0; level < levels; level++) {
    const context = at(`level ${level + 1} of ${levels}`);
    for (let block = 0; block <= config.layers_per_block; block++) {
      stages.push(...residual(`decoder.up_blocks.${level}.resnets.${block}`, context));
    }
    if (level < levels - 1) stages.push(upsampler(`decoder.up_blocks.${level}.upsamplers.0.conv`, context));
  }
  stages.push(head('decoder', at('output')));
  return stages;
}
