import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { type PlainError, toPlain } from '@/common/errors';
import type { NonEmpty } from '@/common/nonEmpty';
import type { ExperimentName, ExperimentOptions } from '@/experiments/names';
import { isCurrent } from '@/session/experiments';
import type { ExperimentState, InspectorState, SideState } from '@/session/types';
import { useInspector, useInspectorContext, useLocal } from '../context';
import { sideOf } from '../sides/side';
import { SIDES, type Side } from '../sides/sideNames';

export type Last<K extends ExperimentName> = NonNullable<ExperimentState<K>['last']>;

/** An experiment on one side. */
export interface SideExperiment<K extends ExperimentName> {
  name: K;
  side: Side;
  /** The state of this side. */
  open: SideState;
  last: ExperimentState<K>['last'];
  /** True where the last result still speaks of what is open. */
  current: boolean;
  running: ExperimentState<K>['running'];
  error: PlainError | null;
}

export interface Experiment<K extends ExperimentName> {
  name: K;
  /** The sides that are asked for, in order; the one alone where nothing is compared. */
  sides: NonEmpty<SideExperiment<K>>;
  /** True from `run` until it has ended on the last side, also while the options of the next are still being made. */
  busy: boolean;
  /**
   * Runs it on these sides, one after the other. Where it fails on one, why is kept as its `error`, and the other is still tried;
   * where it is stopped, the other is not. What `options` throws is passed on.
   */
  run(
    options: (one: SideExperiment<K>) => ExperimentOptions[K] | Promise<ExperimentOptions[K]>,
  ): Promise<void>;
  stop(): void;
}

/** @param byEdits whether a result belongs to the edits that it was made with */
export function useExperiment<K extends ExperimentName>(name: K, byEdits = false): Experiment<K> {
  const { store } = useInspectorContext();
  const chosen = useLocal((state) => state.experimentOn);
  const comparing = useInspector((state) => state.sides.b !== null);
  const both = { a: useSideExperiment(name, 'a', byEdits), b: useSideExperiment(name, 'b', byEdits) };
  const [busy, setBusy] = useState(false);
  const asked = (side: Side) =>
    comparing ? chosen === side || chosen === 'both' || both[side].running !== null : side === 'a';
  const [first = both.a, ...others] = SIDES.filter(asked).map((side) => both[side]);
  const sides: NonEmpty<SideExperiment<K>> = [first, ...others];
  return {
    name,
    sides,
    busy,
    async run(options) {
      setBusy(true);
      try {
        for (const one of sides) {
          const given = await options(one);
          // Meanwhile the models may have changed places, or one of them may be gone.
          const side = SIDES.find((each) => sideOf(store.getState(), each).id === one.open.id);
          if (!side) continue;
          const outcome = await store
            .getState()
            .runExperiment(name, given, { side: side })
            .then(
              () => 'done',
              (error) => toPlain(error).code,
            );
          if (outcome === 'aborted') return;
        }
      } finally {
        setBusy(false);
      }
    },
    stop() {
      for (const side of SIDES) store.getState().stopExperiment(name, side);
    },
  };
}

function useSideExperiment<K extends ExperimentName>(
  name: K,
  side: Side,
  byEdits: boolean,
): SideExperiment<K> {
  const stateOf = (all: InspectorState): ExperimentState<K> | undefined => all.experiments[side][name];
  const state = useInspector(stateOf);
  const open = useInspector(useShallow((all) => sideOf(all, side)));
  const current = useInspector((all) => {
    const last = stateOf(all)?.last;
    return last ? isCurrent(last.subject, all, byEdits, side) : false;
  });
  return {
    name,
    side,
    open,
    last: state?.last ?? null,
    current,
    running: state?.running ?? null,
    error: state?.error ?? null,
  };
}
