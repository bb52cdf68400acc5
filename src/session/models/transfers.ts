/** Downloads, and what is kept of them on this computer. */

import { fromPlain, type InspectorError, toPlain } from '@/common/errors';
import type { EngineEvents } from '@/engine/protocol';
import type { Provenance } from '@/models/provenance';
import type { StoredFiles } from '@/models/storedFiles';
import { askToPersist } from '@/models/stores/browser';
import type { Context } from '../context';
import { SIDES } from '../side/side';
import type { Sides } from '../side/sides';
import type { InspectorActions } from '../types';
import type { ModelLoader } from './modelLoader';

export interface TransferParts {
  context: Context;
  loader: ModelLoader;
  sides: Sides;
}

/** Follows the engine's downloads. Returns the actions on them, and a way to stop. */
export function createTransfers({ context, loader, sides }: TransferParts): {
  actions: Pick<InspectorActions, 'pauseTransfer' | 'refreshStored' | 'removeStored'>;
  stop(): void;
} {
  let newest = 0;

  /** Shows the newest answer. */
  async function ask(question: () => Promise<StoredFiles>): Promise<void> {
    const number = ++newest;
    const stored = await question();
    if (number === newest) context.set({ stored });
  }

  const refresh = () => ask(() => context.engine.stored({}));

  /** Passes a failure on, shown. A caller who only wants it shown may leave the promise alone. */
  function shown(work: () => Promise<void>): Promise<void> {
    const done = work().catch((error): never => {
      throw context.fail(error, () => {
        context.set({ failure: null });
        void shown(work);
      });
    });
    done.catch(() => {});
    return done;
  }

  const deafen = context.engine.on('notice', ({ model, notice }) => {
    context.notify(`${context.models.nameOf(model)}: ${notice}`);
    // It has to do with what is kept.
    refresh().catch(() => {});
  });

  const hush = context.engine.on('transfer', ({ model, transfer, provenance, error }) => {
    if (transfer) void askToPersist();
    if (provenance) learn(model, provenance);
    const { [model]: before, ...others } = context.get().transfers;
    context.set({ transfers: transfer ? { ...others, [model]: transfer } : others });
    if (error) failed(model, error);
    // What is kept has changed; if that cannot be told, it is told the next time it is asked for.
    if (!transfer) refresh().catch(() => {});
  });

  /** All bytes of a model are here now, and known. */
  function learn(id: string, provenance: Provenance): void {
    loader.learn(id, provenance);
    for (const side of SIDES) {
      const model = context.get().sides[side]?.model;
      if (model?.info?.id === id)
        context.put(side, { model: { ...model, info: { ...model.info, provenance } } });
    }
  }

  /** Bytes that were not the promised ones, or that did not come. While a model is being loaded that call tells. */
  function failed(model: string, plain: NonNullable<EngineEvents['transfer']['error']>): void {
    const error: InspectorError = fromPlain(plain);
    if (!loader.lost(model)) return;
    const left = sides.a.lose(model);
    const right = sides.b.lose(model);
    if (!left && !right) return;
    const name = context.models.nameOf(model);
    context.notify(`What ${name} showed was taken away, as its file was not right. Your edits are kept.`);
    context.fail(
      error,
      () => {
        context.set({ failure: null });
        if (left) void sides.a.open();
        else sides.b.resume();
      },
      model,
    );
  }

  return {
    stop() {
      deafen();
      hush();
    },
    actions: {
      pauseTransfer(model, paused) {
        context.engine.steerTransfer({ model, paused }).catch((error) => {
          console.warn(toPlain(error).message);
        });
      },
      refreshStored: () => shown(refresh),
      removeStored: (key) => shown(() => ask(() => context.engine.removeStored({ key }))),
    },
  };
}
