/** The fields of diffusers' `AutoencoderKL` config.json that shape the network; defaults as diffusers has them. */
export interface AutoencoderConfig {
  in_channels: number;
  out_channels: number;
  block_out_channels: number[];
  layers_per_block: number;
  norm_num_groups: number;
  latent_channels: number;
  use_quant_conv: boolean;
  use_post_quant_conv: boolean;
  mid_block_add_attention: boolean;
  /** Diffusion models are trained on `(latent - shift) * scaling_factor`. The instrument works on the unscaled latent. */
  scaling_factor: number;
  shift_factor: number | null;
}
