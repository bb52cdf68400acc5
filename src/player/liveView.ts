/** The view that the living instrument is to show in place of a recorded figure. */
import { type Recording, recordedCell, recordedEdit, strengthAt } from '@/formats/recording/recording';
import type { View } from '@/session/types';
import { isSize } from '@/session/view';
import type { PlayerState } from './state';

/** The same cell, changed as much, in the same models. */
export function liveView(
  recording: Recording,
  { cellIndex, position, layer, show, amplification }: PlayerState,
): Partial<View> {
  const { model, second, picture, size, radius } = recording;
  const strength = strengthAt(recording, position);
  const { cell, edit: whole } = recordedCell(recording, cellIndex);
  // A heal would be each model's own; recorded is the first one's shift, carried to the second.
  const edit = strength === 1 && !second ? whole : recordedEdit(recording, cellIndex, strength);
  return {
    model: model.id,
    ...(second && { compare: second.model.id, units: 'sigma' }),
    ...(picture.id === null ? {} : { picture: picture.id }),
    ...(isSize(size) ? { size } : {}),
    radius,
    layer,
    amplification,
    cell,
    edits: edit ? [edit] : [],
    show: show === 'before' ? 'base' : show,
  };
}
