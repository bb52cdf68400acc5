/** The actions that choose the two models. */
import { InspectorError } from '../errors';
import type { Beside } from './beside';
import type { Carrier } from './carrier';
import type { Context } from './context';
import { exchangeSides } from './exchange';
import type { Experiments } from './experiments';
import type { Offers } from './offers';
import type { Opener } from './open';
import type { ExamplePlayer } from './player';
import type { Turns } from './turns';
import type { InspectorActions, OwnModel } from './types';
import { rejected } from './waiting';

export interface ChoosingParts {
  context: Context;
  opener: Opener;
  beside: Beside;
  turns: Turns;
  carrier: Carrier;
  player: ExamplePlayer | null;
  offers: Offers;
  experiments: Experiments;
  /** Puts the example's own edits away, as they mean nothing in another model. */
  leaveExample(): void;
}

export function createChoosing(
  parts: ChoosingParts,
): Pick<InspectorActions, 'setModel' | 'setCompare' | 'acceptOffer' | 'dismissOffer'> {
  const { context, opener, beside, offers, leaveExample } = parts;
  const { get } = context;

  /** Left becomes what right was, and the other way round; opened anew where it is not there to be exchanged. */
  function exchange(left: string, right: string): { left: Promise<void>; right: Promise<void> } {
    if (exchangeSides(parts)) return { left: Promise.resolve(), right: Promise.resolve() };
    const opening = opener.open({ model: left });
    return { left: opening, right: beside.choose(right) };
  }

  const idOf = (model: string | OwnModel) => (typeof model === 'string' ? model : context.models.add(model));

  return {
    setModel(model) {
      const id = idOf(model);
      const { view } = get();
      context.set({ notice: null, failure: null });
      offers.chosen(id);
      if (id === view.compare) {
        offers.chosenBeside();
        return exchange(id, view.model).left;
      }
      leaveExample();
      return opener.open({ model: id });
    },

    setCompare(model) {
      const id = model === null ? null : idOf(model);
      const { view } = get();
      context.set({ notice: null, failure: null });
      offers.chosenBeside();
      if (id === null) {
        beside.remove();
        return Promise.resolve();
      }
      if (id !== view.model) return beside.choose(id);
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
    },

    acceptOffer() {
      context.set({ notice: null, failure: null });
      const accepted = offers.accept((model) => {
        leaveExample();
        return opener.open({ model });
      });
      accepted.catch(() => {});
      return accepted;
    },

    dismissOffer: () => offers.dismiss(),
  };
}
