/** Pictures drawn by formula, opened as the engine opens a visitor's. */
import * as tf from '@tensorflow/tfjs-core';
import type { ExperimentContext, Picture } from '@/experiments/context';
import { encodePicture } from '@/experiments/network';
import { posteriorMean } from '@/latent/layers';
import { toPixels } from '@/latent/pixels';
import type { Cell, Latent, Levels } from '@/latent/types';
import { toLevels } from '@/measures/change';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';
import type { RunOptions } from '@/vae/run';

/** Waves and a light, with a disc and a bar of other colours: something everywhere, and nothing twice. */
export function draw(width: number, height: number, tint: readonly number[] = [0, 0, 0]): Picture {
  const data = new Float32Array(3 * width * height);
  for (let at = 0; at < data.length; at++) {
    const [y, x, colour] = [
      Math.floor(at / 3 / width) / height,
      (Math.floor(at / 3) % width) / width,
      at % 3,
    ];
    const disc = (x - 0.7) ** 2 + (y - 0.35) ** 2 < 0.03 ? [90, -40, -70][colour] : 0;
    const bar = Math.abs(y - 0.75) < 0.06 ? [-60, 30, 80][colour] : 0;
    const waves = 45 * Math.cos(11 * x + 5 * y + colour) + 25 * Math.sin(17 * y - 3 * x);
    data[at] = 120 + waves + 40 * (1 - x) + disc + bar + (tint[colour] ?? 0);
  }
  return toPixels({ width, height, data });
}

/** @param radius cells, that separate near from far */
export async function openPicture(
  vae: AutoencoderKL,
  picture: Picture,
  radius = 2,
  checkpoint: ExperimentContext['checkpoint'] = () => {},
): Promise<ExperimentContext> {
  const posterior = await encodePicture(vae, picture, {});
  return { vae, picture, posterior, mean: posteriorMean(posterior), edits: [], radius, checkpoint };
}

/** As SD3's and FLUX's latents are, but two pixels a cell: 16 channels, a shift, no quant convolutions. */
export const WIDE = parseConfig({
  block_out_channels: [16, 16],
  layers_per_block: 1,
  norm_num_groups: 8,
  latent_channels: 16,
  use_quant_conv: false,
  use_post_quant_conv: false,
  scaling_factor: 1.5,
  shift_factor: 0.06,
});
export const SMALL = parseConfig({ block_out_channels: [16, 16], layers_per_block: 1, norm_num_groups: 8 });
export const [WIDTH, HEIGHT] = [24, 16];
export const SPOT: Cell = { row: 2, col: 3 };

/** The same network, which notes the latents that it decodes. */
export function watched(vae: AutoencoderKL): { vae: AutoencoderKL; latents: Float32Array[] } {
  const latents: Float32Array[] = [];
  const decodeStaged = (latent: tf.Tensor4D, options: RunOptions) => {
    latents.push(latent.dataSync() as Float32Array);
    return vae.decodeStaged(latent, options);
  };
  return { vae: Object.create(vae, { decodeStaged: { value: decodeStaged } }), latents };
}

/** The decode in one go: levels, and the output as it came. */
export function decoded(
  vae: AutoencoderKL,
  { rows, cols, channels, data }: Latent,
): Levels & { raw: Float32Array } {
  const raw = tf.tidy(() => vae.decode(tf.tensor4d(data, [1, rows, cols, channels])).dataSync());
  return {
    width: cols * vae.factor,
    height: rows * vae.factor,
    data: toLevels(raw),
    raw: raw as Float32Array,
  };
}
