import { numberText } from '@/common/numberText';
import { normal } from '@/latent/random';
import { defineEdit } from './define';
import { number, seed } from './fields';

/**
 * v + sigma * s_c * z_c, with s_c the channel's standard deviation over the cells of the unedited picture and z_c independent
 * standard normal numbers from the seed, channel by channel (see random.ts). So `sigma` 1 is noise as strong as the picture's
 * own variation.
 */
export const noise = defineEdit({
  kind: 'noise',
  fields: {
    sigma: number({ label: 'Noise in sigma', unit: 'sigma', initial: 1, step: 0.5, least: 0 }),
    seed: seed(),
  },
  apply(edit, cell) {
    const sigma = cell.sigma();
    const draw = normal(edit.seed);
    for (let c = 0; c < cell.values.length; c++) cell.values[c] += edit.sigma * sigma[c] * draw();
  },
  text: ({ sigma }) => `Noise, ${numberText(sigma, 1)} \u03c3`,
  button: { label: 'Noise', title: 'Adds normal noise of that many sigma to every channel' },
  idempotent: false,
});
