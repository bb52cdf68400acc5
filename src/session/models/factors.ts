/** Scaling of a model's latents for its diffusion model, and where it is known from. */
import type { ModelInfo } from '@/engine/protocol';
import { type Scaling, scalingOf } from '@/latent/scaled';

/** A visitor's or an author's word on the scaling of a model whose file does not say it; kept as long as the page is open. */
export interface ChosenFactor {
  scaling: Scaling;
  /** The models that scale so ("FLUX.1, Z-Image"); null where it was typed. */
  name: string | null;
}

export interface ModelFactor extends ChosenFactor {
  /** `assumed`: nobody said it, and it may well be wrong. */
  from: 'configuration' | 'chosen' | 'assumed';
}

/** Choices by the ids of models. */
export type ChosenFactors = Readonly<Record<string, ChosenFactor>>;

/** Returns the scaling of a model's latents. A chosen factor counts only where the model itself does not say it. */
export function factorOf(
  { id, config, scalingAssumed }: Pick<ModelInfo, 'id' | 'config' | 'scalingAssumed'>,
  chosen: ChosenFactors,
): ModelFactor {
  if (!scalingAssumed) return { scaling: scalingOf(config), name: null, from: 'configuration' };
  const own = Object.hasOwn(chosen, id) ? chosen[id] : null;
  return own ? { ...own, from: 'chosen' } : { scaling: scalingOf(config), name: null, from: 'assumed' };
}
