/** The actions that choose the two models. */

import { rejected } from '@/common/deferred';
import { InspectorError } from '@/common/errors';
import type { Context } from './context';
import type { DecodeQueue } from './decodeQueue';
import type { Example } from './example/example';
import type { Experiments } from './experiments';
import type { DownloadPrompt } from './models/downloadPrompt';
import { Identifying } from './models/identifying';
import { exchangeSides } from './side/exchange';
import type { OpenSide } from './side/openSide';
import type { SideSync } from './side/sideSync';
import type { Sides } from './side/sides';
import type { InspectorActions, OwnModel } from './types';

export interface ChoosingParts {
  context: Context;
  sides: Sides;
  /** The open studies of the two sides. */
  open: { a: OpenSide; b: OpenSide };
  decodeQueue: DecodeQueue;
  sideSync: SideSync;
  example: Example | null;
  downloadPrompt: DownloadPrompt;
  experiments: Experiments;
  /** Puts the example's own edits away, as they mean nothing in another model. */
  leaveExample(): void;
}

export function createChoosing(parts: ChoosingParts): {
  actions: Pick<InspectorActions, 'setModel' | 'setCompare' | 'acceptOffer' | 'dismissOffer'>;
  /** Gives up telling what a chosen file is. False where nothing is being told. */
  cancel(): boolean;
} {
  const { context, sides, downloadPrompt, leaveExample } = parts;
  const { get } = context;
  const identifying = new Identifying(context, () => downloadPrompt.ownWanted);

  /** `a` becomes what `b` was, and the other way round; opened anew where it is not there to be exchanged. */
  function exchange(a: string, b: string): { a: Promise<void>; b: Promise<void> } {
    if (exchangeSides(parts)) return { a: Promise.resolve(), b: Promise.resolve() };
    const opening = sides.a.open({ model: a });
    return { a: opening, b: sides.b.choose(b) };
  }

  function chooseA(id: string, again: boolean): Promise<void> {
    const { view } = get();
    downloadPrompt.chosen(id);
    if (id === view.compare) {
      downloadPrompt.chosenB();
      return exchange(id, view.model).a;
    }
    // The very file that is open: nothing would be other afterwards.
    if (again && id === view.model && !sides.a.busy && sides.a.current?.model.id === id) {
      context.notify(`${context.models.nameOf(id)} is open already.`);
      return Promise.resolve();
    }
    leaveExample();
    return sides.a.open({ model: id });
  }

  function chooseB(id: string, again: boolean): Promise<void> {
    const { view } = get();
    downloadPrompt.chosenB();
    if (again && id === view.compare && !sides.b.busy && sides.b.current?.model.id === id) {
      context.notify(`${context.models.nameOf(id)} is open already.`);
      return Promise.resolve();
    }
    if (id !== view.model) return sides.b.choose(id);
    if (view.compare !== null) {
      downloadPrompt.chosen(view.compare);
      return exchange(view.compare, id).b;
    }
    return rejected(
      context.fail(
        new InspectorError(
          'not-found',
          `${context.models.nameOf(id)} is model A already.`,
          'Choose another model to compare it with.',
        ),
        null,
      ),
    );
  }

  /** Lets an author's word on a model's scaling hold before the model is opened. */
  function withScaling(model: string | OwnModel, then: typeof chooseA): typeof chooseA {
    return (id, again) => {
      if (typeof model !== 'string' && model.scaling) {
        get().setFactor(id, { scaling: model.scaling, name: null });
      }
      return then(id, again);
    };
  }

  const actions: ReturnType<typeof createChoosing>['actions'] = {
    setModel(model) {
      context.set({ notice: null, failure: null });
      return identifying.whenKnown('a', model, withScaling(model, chooseA));
    },

    setCompare(model) {
      context.set({ notice: null, failure: null });
      if (model !== null) return identifying.whenKnown('b', model, withScaling(model, chooseB));
      identifying.cancelSide('b');
      downloadPrompt.chosenB();
      sides.b.remove();
      return Promise.resolve();
    },

    acceptOffer() {
      context.set({ notice: null, failure: null });
      const accepted = downloadPrompt.accept((model) => {
        leaveExample();
        return sides.a.open({ model });
      });
      accepted.catch(() => {});
      return accepted;
    },

    dismissOffer: () => downloadPrompt.dismiss(),
  };
  return { actions, cancel: () => identifying.cancel() };
}
