import { numberText } from '@/common/numberText';
import { channelMean } from '@/latent/statistics';
import { defineEdit } from './define';
import { number } from './fields';

/**
 * v kept within m_c - sigma * s_c and m_c + sigma * s_c, channel by channel, with m_c and s_c the channel's mean and standard
 * deviation over the cells of the unedited picture. So a spot becomes the strongest cell that is still ordinary.
 */
export const clamp = defineEdit({
  kind: 'clamp',
  fields: { sigma: number({ label: 'Bound in sigma', unit: 'sigma', initial: 3, step: 0.5, least: 0 }) },
  apply({ sigma }, cell) {
    const mean = channelMean(cell.unedited);
    const unit = cell.sigma();
    for (let c = 0; c < cell.values.length; c++) {
      const reach = sigma * unit[c];
      cell.values[c] = Math.min(mean[c] + reach, Math.max(mean[c] - reach, cell.values[c]));
    }
  },
  text: ({ sigma }) => `Clamp to ${numberText(sigma, 1)} \u03c3`,
  button: { label: 'Clamp', title: "Keeps every channel within that many sigma of the channel's mean" },
  idempotent: true,
});
