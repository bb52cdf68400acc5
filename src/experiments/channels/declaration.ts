import { FEW, NUMBER, PAIRS } from '../checks';
import { declare, run } from '../declare';
import type { Channels, ChannelsOptions } from './channels';

export const channels = declare({
  rank: 80,
  question: 'What are the channels?',
  about:
    'Each channel\u2019s numbers are held against the normal distribution that a diffusion model expects, and against the picture\u2019s colours; then each is decoded alone, and left out. R\u00b2 says how much of the colours a plain linear map already finds in the latent.',
  runs: {
    channels: run<ChannelsOptions, Channels>()({
      isScaled: true,
      options: { bins: FEW, reach: NUMBER, swaps: PAIRS },
    }),
  },
});
