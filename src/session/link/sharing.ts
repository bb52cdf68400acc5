/** Actions that bring edits and latents in from files, that decode what is taken out, and what a link needs from its visitor. */

import { rejected } from '@/common/deferred';
import { InspectorError } from '@/common/errors';
import { cellShifts, type Edit, fittingEdits, isEnabled, moveEdits } from '@/edits';
import type { RunOptions } from '@/engine/protocol';
import { readEditsDocument } from '@/formats/editsFile';
import { ownLatent } from '@/formats/latent/shape';
import { sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { Cell, Latent } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import type { Context } from '../context';
import type { PictureInput } from '../pictures/lastPicture';
import { LatentSource } from '../pictures/latents';
import type { Sides } from '../side/sides';
import { sameGrid } from '../side/snapshot';
import type { InspectorActions, InspectorState, SeriesDecode, View, Wanted } from '../types';

export interface SharingParts {
  context: Context;
  sides: Sides;
  /** Edits of the example mean nothing elsewhere. */
  leaveExample(): void;
}

export function createSharing({
  context,
  sides,
  leaveExample,
}: SharingParts): Pick<
  InspectorActions,
  'setPicture' | 'setLatent' | 'dismissWanted' | 'importEdits' | 'decodeSeries'
> {
  const { get, set, engine } = context;

  /** Opens what was given; where a link asked for such a thing, it is said that nobody knows whether it is the same. */
  async function open(picture: PictureInput, given: Wanted['kind'] | null): Promise<void> {
    const { wanted } = get();
    set({ notice: null, failure: null, wanted: null });
    try {
      await sides.a.open({ picture });
    } catch (error) {
      if (!get().wanted) set({ wanted });
      throw error;
    }
    if (wanted?.kind !== given) return;
    if (wanted.kind === 'latent') {
      get().select(wanted.cell);
      if (sides.a.shape) get().setEdits(fittingEdits(wanted.edits, sides.a.shape));
    }
    context.notify(uncheckedWords(wanted));
  }

  /** Failures are shown; whoever does not wait for them need not hear of them twice. */
  const shown = (opening: Promise<void>): Promise<void> => {
    opening.catch(() => {});
    return opening;
  };

  return {
    setPicture(picture) {
      leaveExample();
      const starting = typeof picture === 'string' && context.pictures.some(({ id }) => id === picture);
      return shown(open(picture, starting ? null : 'picture'));
    },

    setLatent(given) {
      let latent: Latent;
      try {
        latent = ownLatent(given.latent, given.name);
      } catch (error) {
        return rejected(context.fail(error, null));
      }
      // They were made for another latent, or are in this one already.
      get().reset();
      return shown(open(new LatentSource({ ...given, latent }), 'latent'));
    },

    dismissWanted: () => set({ wanted: null }),

    importEdits(text, name) {
      const document = readEditsDocument(text, name);
      const { shape } = sides.a;
      if (!shape) throw new InspectorError('not-found', 'Nothing is open yet.', 'Open a picture first.');
      const edits = fittingEdits(moveEdits(document.edits, document.grid, shape), shape);
      const lost = document.edits.length - edits.length;
      if (document.edits.length > 0 && edits.length === 0) {
        throw new InspectorError(
          'bad-edit',
          `None of the edits in ${name} fits this latent: they are for ${document.grid.channels} channels, it has ${shape.channels}.`,
          'Open a model with as many channels. Your own edits are kept.',
        );
      }
      get().setEdits(edits);
      const { view } = get();
      context.notify(`${count(edits.length, 'edit')} from ${name}.`);
      if (lost > 0) context.notify(`${count(lost, 'more')} could not be carried to this latent.`);
      if (!sameGrid(document.grid, shape)) context.notify('They moved to the same places in the picture.');
      if (document.model.id !== view.model) {
        context.notify(`They were made in ${document.model.name || 'another model'}, in its raw units.`);
      }
    },

    async decodeSeries(series, run = {}) {
      const current = sides.a.current;
      if (!current) throw new InspectorError('not-found', 'Nothing is open yet.', 'Open a picture first.');
      const { radius } = get().view;
      const mean = posteriorMean(current.posterior);
      // A study of its own: the open one is closed when the visitor opens something else.
      const { study } = await engine.share({ study: current.study, model: current.model.id });
      const decodes: SeriesDecode[] = [];
      try {
        for (const [index, edits] of series.entries()) {
          const part = (from: number, to: number): RunOptions => ({
            signal: run.signal,
            onProgress: (fraction, doing) =>
              run.onProgress?.((index + from + (to - from) * fraction) / series.length, doing),
          });
          if (!edits.some(isEnabled)) {
            const { pixels } = await engine.base({ study, priority: 'secondary' }, part(0, 1));
            decodes.push({ pixels, change: NO_CHANGE, control: null });
            continue;
          }
          const { pixels, change } = await engine.edited(
            { study, edits, radius, priority: 'secondary' },
            part(0, 0.5),
          );
          if (!controlEdits(mean, edits, radius)) {
            decodes.push({ pixels, change, control: null });
            continue;
          }
          const control = await engine.control({ study, edits, radius }, part(0.5, 1));
          decodes.push({ pixels, change, control: { ...control.change, cell: control.cell } });
        }
      } finally {
        void engine.close({ study }).catch(() => {});
      }
      return decodes;
    },
  };
}

/** The view as a link should ask for it, as long as what it needs has not been given. */
export function askedOf(view: View, { wanted }: Pick<InspectorState, 'wanted'>): View {
  if (!wanted) return view;
  if (wanted.kind === 'picture') return { ...view, picture: null };
  const { name, edits, cell } = wanted;
  return { ...view, picture: null, latent: name, edits, cell };
}

/**
 * The edits at each of some strengths, as one `add` for each cell that they touch: 0 leaves everything, 1 is the edits themselves,
 * to rounding.
 * @param cell where only that cell is to move; null for all
 */
export function sweepEdits(
  mean: Latent,
  edits: readonly Edit[],
  cell: Cell | null,
  strengths: readonly number[],
): Edit[][] {
  const shifts = cellShifts(mean, edits).filter((shift) => cell === null || sameCell(shift.cell, cell));
  return strengths.map((strength) =>
    strength === 0
      ? []
      : shifts.map(({ cell: at, delta }) => ({
          kind: 'add',
          cell: at,
          values: delta.map((value) => value * strength),
        })),
  );
}

function uncheckedWords(wanted: Wanted): string {
  return wanted.kind === 'picture'
    ? 'The link does not say which picture it was made with, so whether this is the same one was not checked. Its edits are made here as they stand in the link.'
    : `The link was made with a latent from the file ${wanted.name}. Whether this is the same one was not checked. Its edits are made here as they stand in the link.`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 || noun === 'more' ? '' : 's'}`;
}
