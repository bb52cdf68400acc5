/** The decodes of the present change with parts of the decoder frozen. */
import { useEffect } from 'react';
import { isCurrent } from '@/session/experiments';
import { canCompute } from '@/session/side/side';
import type { ExperimentState } from '@/session/types';
import { useActions, useInspector } from '../context';

/** The parts of the decoder that are frozen. */
export type Frozen = 'none' | 'norm' | 'attention' | 'both';

export const ARM_OF = {
  none: 'full',
  norm: 'frozenNorm',
  attention: 'frozenAttention',
  both: 'frozenBoth',
} as const satisfies Record<Frozen, string>;

type Result = NonNullable<ExperimentState<'mechanism'>['last']>['result'];

/** What was decoded of the present change, with parts frozen; null until it is there. */
export function useMechanismResult(): Result | null {
  return useInspector((all) => {
    const last = all.experiments.a.mechanism?.last;
    return last?.complete && isCurrent(last.subject, all, true, 'a') ? last.result : null;
  });
}

/** Runs the experiment once the engine has the change; null until its result is there. */
export function useMechanism(): { result: Result | null; running: number | null; error: string | null } {
  const actions = useActions();
  const state = useInspector((all) => all.experiments.a.mechanism);
  const result = useMechanismResult();
  const isReady = useInspector(
    ({ sides: { a }, view }) => canCompute(a) && view.edits.length > 0 && a.edited?.edits === a.edits,
  );
  const isIdle = !state?.running && !state?.error;
  useEffect(() => {
    if (isReady && isIdle && !result) actions.runExperiment('mechanism', {}).catch(() => {});
  }, [actions, isReady, isIdle, result]);
  return { result, running: state?.running?.fraction ?? null, error: state?.error?.message ?? null };
}
