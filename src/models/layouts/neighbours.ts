/** Evidence on an autoencoder from the diffusion model that lies beside it in a whole checkpoint: how latents are scaled. */

export interface KnownScaling {
  /** Whose: "Stable Diffusion XL". */
  of: string;
  scale: number;
  shift: number | null;
}

interface Neighbour extends KnownScaling {
  name: RegExp;
  channels: number;
}

/** Factors as diffusers' configurations of these models have them. The first that fits is taken. */
const NEIGHBOURS: readonly Neighbour[] = [
  {
    of: 'Stable Diffusion 3',
    name: /^(model\.)?(diffusion_model\.)?joint_blocks\.\d/,
    channels: 16,
    scale: 1.5305,
    shift: 0.0609,
  },
  {
    of: 'FLUX.1',
    name: /^(model\.)?(diffusion_model\.)?double_blocks\.\d+\.img_attn\./,
    channels: 16,
    scale: 0.3611,
    shift: 0.1159,
  },
  {
    of: 'Stable Diffusion XL',
    name: /^conditioner\.embedders\.\d\./,
    channels: 4,
    scale: 0.13025,
    shift: null,
  },
  {
    of: 'Stable Diffusion 1 or 2',
    name: /^cond_stage_model\./,
    channels: 4,
    scale: 0.18215,
    shift: null,
  },
];

/** Playground 2.5, built as SDXL is, scales its latents by statistics of its own. */
const OTHERS = /^edm_(mean|std)$/;

/**
 * The scaling that belongs to the diffusion model in the same file; null where there is none that is known.
 * @param keys the names of all the file's tensors
 */
export function scalingBeside(keys: Iterable<string>, latentChannels: number): KnownScaling | null {
  const all = [...keys];
  if (all.some((key) => OTHERS.test(key))) return null;
  const found = NEIGHBOURS.find(
    ({ name, channels }) => channels === latentChannels && all.some((key) => name.test(key)),
  );
  return found ? { of: found.of, scale: found.scale, shift: found.shift } : null;
}
