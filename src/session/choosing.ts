/** The actions that choose the two models. */

import { rejected } from '../common/deferred';
import { InspectorError } from '../common/errors';
import type { Context } from './context';
import type { Experiments } from './experiments';
import { Identifying } from './models/identifying';
import type { Offers } from './models/offers';
import type { ExamplePlayer } from './player';
import type { Carrier } from './side/carrier';
import { exchangeSides } from './side/exchange';
import type { OpenSide } from './side/openSide';
import type { Sides } from './side/sides';
import type { Turns } from './turns';
import type { InspectorActions, OwnModel } from './types';

export interface ChoosingParts {
  context: Context;
  sides: Sides;
  /** What is open on them. */
  open: { a: OpenSide; b: OpenSide };
  turns: Turns;
  carrier: Carrier;
  player: ExamplePlayer | null;
  offers: Offers;
  experiments: Experiments;
  /** Puts the example's own edits away, as they mean nothing in another model. */
  leaveExample(): void;
}

export function createChoosing(parts: ChoosingParts): {
  actions: Pick<InspectorActions, 'setModel' | 'setCompare' | 'acceptOffer' | 'dismissOffer'>;
  /** Gives up telling what a chosen file is. False where nothing is being told. */
  cancel(): boolean;
} {
  const { context, sides, offers, leaveExample } = parts;
  const { get } = context;
  const identifying = new Identifying(context, () => offers.ownWanted);

  /** Left becomes what right was, and the other way round; opened anew where it is not there to be exchanged. */
  function exchange(left: string, right: string): { left: Promise<void>; right: Promise<void> } {
    if (exchangeSides(parts)) return { left: Promise.resolve(), right: Promise.resolve() };
    const opening = sides.a.open({ model: left });
    return { left: opening, right: sides.b.choose(right) };
  }

  function chooseLeft(id: string, again: boolean): Promise<void> {
    const { view } = get();
    offers.chosen(id);
    if (id === view.compare) {
      offers.chosenBeside();
      return exchange(id, view.model).left;
    }
    // The very file that is open: nothing would be other afterwards.
    if (again && id === view.model && !sides.a.busy && sides.a.current?.model.id === id) {
      context.notify(`${context.models.nameOf(id)} is open already.`);
      return Promise.resolve();
    }
    leaveExample();
    return sides.a.open({ model: id });
  }

  function chooseRight(id: string, again: boolean): Promise<void> {
    const { view } = get();
    offers.chosenBeside();
    if (again && id === view.compare && !sides.b.busy && sides.b.current?.model.id === id) {
      context.notify(`${context.models.nameOf(id)} is open already.`);
      return Promise.resolve();
    }
    if (id !== view.model) return sides.b.choose(id);
    if (view.compare !== null) {
      offers.chosen(view.compare);
      return exchange(view.compare, id).right;
    }
    return rejected(
      context.fail(
        new InspectorError(
          'not-found',
          `${context.models.nameOf(id)} stands on the left already.`,
          'Choose another model to put beside it.',
        ),
        null,
      ),
    );
  }

  /** What an author says of a model's scaling holds before it is opened. */
  function withScaling(model: string | OwnModel, then: typeof chooseLeft): typeof chooseLeft {
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
      return identifying.whenKnown('a', model, withScaling(model, chooseLeft));
    },

    setCompare(model) {
      context.set({ notice: null, failure: null });
      if (model !== null) return identifying.whenKnown('b', model, withScaling(model, chooseRight));
      identifying.cancelSide('b');
      offers.chosenBeside();
      sides.b.remove();
      return Promise.resolve();
    },

    acceptOffer() {
      context.set({ notice: null, failure: null });
      const accepted = offers.accept((model) => {
        leaveExample();
        return sides.a.open({ model });
      });
      accepted.catch(() => {});
      return accepted;
    },

    dismissOffer: () => offers.dismiss(),
  };
  return { actions, cancel: () => identifying.cancel() };
}
