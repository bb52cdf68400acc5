import { declare, run } from '../declare';
import type { Kl, KlOptions } from './kl';

export const kl = declare({
  rank: 90,
  question: 'How many bits is it?',
  about:
    'The divergence of the posterior from a standard normal bounds the information that the latent carries, cell by cell and channel by channel. Beside it stand JPEG files of the same picture, which are sizes of files, not bounds.',
  runs: { kl: run<KlOptions, Kl>()({ halves: [] }) },
});
