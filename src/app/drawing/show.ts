import type { Show } from '@/session/types';

export type What = 'base' | 'edited' | 'change';
export type Whose = 'edit' | 'control';

/** Takes apart what the third pane shows: which picture, and of which change. */
export function showParts(show: Show): { what: What; whose: Whose } {
  return {
    what: show === 'base' ? 'base' : show === 'edited' || show === 'control' ? 'edited' : 'change',
    whose: show === 'control' || show === 'control-change' ? 'control' : 'edit',
  };
}

/** The inverse of `showParts`. */
export function joinShow(what: What, whose: Whose): Show {
  if (what === 'base') return 'base';
  if (what === 'edited') return whose === 'control' ? 'control' : 'edited';
  return whose === 'control' ? 'control-change' : 'change';
}
