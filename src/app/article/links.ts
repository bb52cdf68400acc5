/** Views of the page that figures of the article can be tried in, as links. */
import example from '../../example.json';
import { MEASURED } from './numbers';

const { size, spot, radius } = MEASURED;
const rows = size / 8;
const view = (parts: string) => `?v=1&picture=still-life&size=${size}&radius=${radius}&${parts}`;
const cell = `${spot.row},${spot.col}`;
/** The change of the figures: as a shift, which is carried to the other model in units of its spread. */
const shift = `add@${cell}:${example.cells[0]?.delta.join(',')}`;
const column = Array.from({ length: rows }, (_, row) => `zero@${row},${rows - 1}`).join(';');

export const TRY = {
  spot: '?step=6',
  rings: view(`model=mini-planted&compare=mini-clean&cell=${cell}&e=${shift}`),
  paths: view(`model=mini-planted&cell=${cell}&e=${shift}&panel=mechanism`),
  column: view(`model=mini-emergent&cell=0,${rows - 1}&e=${column}&panel=mechanism`),
  logvar: view(`model=mini-planted&layer=rawLogvar&range=full&cell=${cell}`),
  stable: view('model=sd1&compare=sdxl&layer=rawLogvar&range=full'),
} as const;

/** Sources, each with who wrote it and when. */
export const SOURCES = {
  claim: {
    url: 'https://www.reddit.com/r/StableDiffusion/comments/1ag5h5s/the_vae_used_for_stable_diffusion_1x2x_and_other/',
    text: 'a post on Reddit, February 2024',
  },
  discussion: { url: 'https://news.ycombinator.com/item?id=39215242', text: 'Hacker News, February 2024' },
  rebuttal: {
    url: 'https://sweet-hall-e72.notion.site/Followup-to-the-broken-VAE-claim-f8e154081cc74b49b81172d4b84af4aa',
    text: 'Ethan Smith, 2024',
  },
  latentDiffusion: { url: 'https://arxiv.org/abs/2112.10752', text: 'Rombach et al. 2022' },
  styleGan2: { url: 'https://arxiv.org/abs/1912.04958', text: 'Karras et al. 2020' },
  registers: { url: 'https://arxiv.org/abs/2309.16588', text: 'Darcet et al. 2024' },
  vivat: { url: 'https://arxiv.org/abs/2506.07863', text: 'VIVAT, 2025' },
  comfy: { url: 'https://github.com/Comfy-Org/ComfyUI/issues/500', text: 'ComfyUI, 2023' },
  oneTrainer: { url: 'https://github.com/Nerogar/OneTrainer/issues/363', text: 'OneTrainer, 2024' },
  diffusersTiles: { url: 'https://github.com/huggingface/diffusers/pull/1441', text: 'diffusers, 2023' },
  diffusersInpaint: { url: 'https://github.com/huggingface/diffusers/pull/2067', text: 'diffusers, 2023' },
  pelc: { url: 'https://arxiv.org/abs/2512.05198', text: 'PELC, 2025' },
} as const;
