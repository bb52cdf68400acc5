/** Scalings of autoencoders that people use, by name: what a model's file does not say can be chosen from them. */
import type { Scaling } from '@/latent/scaled';

export type FactorId = 'sd1' | 'sdxl' | 'playground' | 'upscaler' | 'sd3' | 'flux1' | 'f8d16';

/** The scaling of a published autoencoder. */
export interface KnownFactor {
  id: FactorId;
  /** Whose it is. */
  name: string;
  channels: number;
  scaling: Scaling;
}

/**
 * Factors as their configurations and programs have them: 0.18215, 0.13025 and FLUX.1's are in diffusers' `utils/remote_utils.py`,
 * the upscaler's in its `pipeline_stable_diffusion_upscale.py`; SD 3's in `sd3_models.py` of sd-scripts; Playground's in its
 * config.json and ComfyUI's `latent_formats.py`; kl-f8-d16's in its config.json.
 */
export const KNOWN_FACTORS: readonly KnownFactor[] = [
  { id: 'sd1', name: 'SD 1.x, 2.x', channels: 4, scaling: { scale: 0.18215, shift: 0 } },
  { id: 'sdxl', name: 'SDXL', channels: 4, scaling: { scale: 0.13025, shift: 0 } },
  {
    id: 'playground',
    name: 'Playground 2.5',
    channels: 4,
    scaling: {
      scale: 0.5,
      shift: 0,
      statistics: {
        mean: [-1.6574, 1.886, -1.383, 2.5155],
        std: [8.4927, 5.9022, 6.5498, 5.2299],
        patch: 1,
      },
    },
  },
  { id: 'upscaler', name: 'SD x4 upscaler', channels: 4, scaling: { scale: 0.08333, shift: 0 } },
  { id: 'flux1', name: 'FLUX.1, Z-Image', channels: 16, scaling: { scale: 0.3611, shift: 0.1159 } },
  { id: 'sd3', name: 'SD 3, 3.5', channels: 16, scaling: { scale: 1.5305, shift: 0.0609 } },
  { id: 'f8d16', name: 'kl-f8-d16', channels: 16, scaling: { scale: 0.2614, shift: 0 } },
];

/** Factors that a model of so many channels may have. */
export function factorsOf(channels: number): KnownFactor[] {
  return KNOWN_FACTORS.filter((factor) => factor.channels === channels);
}
