/** Declarations, looked up by the name of a run. */
import type { Part } from '@/vae/shapes';
import type { ExperimentDeclaration, RunDeclaration } from './declare';
import * as declared from './declared';
import type { ExperimentName } from './names';

const runs: Record<string, RunDeclaration> = Object.assign(
  {},
  ...Object.values<ExperimentDeclaration>(declared).map((declaration) => declaration.runs),
);

export const EXPERIMENT_NAMES = Object.keys(runs) as readonly ExperimentName[];

export function isExperimentName(name: unknown): name is ExperimentName {
  return typeof name === 'string' && Object.hasOwn(runs, name);
}

export function declarationOf(name: ExperimentName): RunDeclaration {
  return runs[name];
}

const BOTH: readonly Part[] = ['encoder', 'decoder'];

/** The halves of the network that a run computes with. */
export function halvesOf(name: ExperimentName): readonly Part[] {
  return runs[name].halves ?? BOTH;
}
