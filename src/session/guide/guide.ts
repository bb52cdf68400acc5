/** The actions of the guided path: its steps, and the one change that its slider makes. */
import { sameCell } from '@/latent/geometry';
import type { Context } from '../context';
import type { Example } from '../example/example';
import type { InspectorActions } from '../types';
import { isStep } from '../view';
import { changeEdits, guideChange } from './change';
import { stepView } from './setup';

export interface GuideParts {
  context: Context;
  example: Example | null;
}

export function createGuide({
  context: { get, set, models },
  example,
}: GuideParts): Pick<InspectorActions, 'goToStep' | 'playChange'> {
  /** Opens what a step speaks of, where something else is open. What is the same stays as it is. */
  function openStep(step: number): void {
    if (!example) return;
    const { model, picture, size, cell, edits, radius, compare } = stepView(step, example);
    const { view, ...actions } = get();
    const opening: Promise<void>[] = [];
    if (model !== undefined && model !== view.model) opening.push(actions.setModel(model));
    if (size !== undefined && size !== view.size) opening.push(actions.setSize(size));
    if (picture && (picture !== view.picture || view.latent !== null)) {
      opening.push(actions.setPicture(picture));
    }
    if (compare && compare !== get().view.compare) opening.push(actions.setCompare(compare));
    // They are shown where they fail.
    for (const each of opening) each.catch(() => {});
    if (radius !== undefined) actions.setRadius(radius);
    if (cell) actions.select(cell);
    if (edits && edits !== get().view.edits) actions.setEdits(edits);
    set({ view: { ...get().view, step, show: 'edited' } });
  }

  return {
    goToStep(step) {
      if (step === null || !example) set({ view: { ...get().view, step: null } });
      else if (isStep(step)) openStep(step);
    },

    playChange(cell, strength, gesture) {
      const { example: shown, sides, view, ...actions } = get();
      const at = Math.min(1, Math.max(0, strength));
      if (Number.isNaN(at)) return;
      const index = shown ? shown.cells.findIndex((each) => sameCell(each.cell, cell)) : -1;
      if (shown && index >= 0) {
        actions.playExample(index, positionOf(shown.strengths, at), gesture);
        return;
      }
      const { posterior } = sides.a;
      if (!posterior) return;
      const planted = models.manifests.find(({ id }) => id === view.model)?.spot ?? null;
      actions.setEdits(changeEdits(guideChange(posterior, planted, view.radius), cell, at), gesture);
    },
  };
}

/** The position among ascending strengths at which this one stands. */
export function positionOf(strengths: readonly number[], strength: number): number {
  const above = strengths.findIndex((each) => each >= strength);
  if (above <= 0) return above === 0 ? 0 : strengths.length - 1;
  const [low = 0, high = 0] = [strengths[above - 1], strengths[above]];
  return above - 1 + (strength - low) / (high - low);
}
