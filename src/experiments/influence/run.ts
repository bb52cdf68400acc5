import { type ExperimentContext, staged } from '../context';
import { type Influence, influence } from './influence';

export function run(context: ExperimentContext): Promise<Influence> {
  return influence(context.vae, context.mean, staged(context, 'derivatives'));
}
