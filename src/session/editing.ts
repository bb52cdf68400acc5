/** The actions that change the edits, with their history. */
import { InspectorError } from '@/common/errors';
import {
  applyEdits,
  atCell,
  cellValues,
  type Edit,
  editDefinition,
  isEnabled,
  touchedCells,
  validateEdits,
  writeEdit,
} from '@/edits';
import { sameCell } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { Context } from './context';
import type { DecodeQueue } from './decodeQueue';
import type { Example } from './example/example';
import { amend, type Edits, record, redone, type Timeline, undone } from './history';
import type { Sides } from './side/sides';
import type { InspectorActions } from './types';
import { LARGEST_RADIUS } from './view';

export interface EditingParts {
  context: Context;
  sides: Sides;
  decodeQueue: DecodeQueue;
  example: Example | null;
  /** Takes up again what was cancelled or failed. */
  resume(): void;
}

export interface Editing {
  actions: Pick<
    InspectorActions,
    | 'setRadius'
    | 'setEdits'
    | 'addEdit'
    | 'setChannel'
    | 'toggleEdit'
    | 'removeEdit'
    | 'undo'
    | 'redo'
    | 'reset'
    | 'poke'
    | 'playExample'
    | 'restoreHistory'
  >;
  /** Edits of the example mean nothing in another picture or model: puts them away. */
  leaveExample(): void;
}

export function createEditing({ context, sides, decodeQueue, example, resume }: EditingParts): Editing {
  const { get, set } = context;
  /** The edits that the last gesture made, and its name. */
  let gesture: { name: string; edits: Edits } | null = null;

  const timeline = (): Timeline => ({ edits: get().view.edits, past: get().past, future: get().future });

  function put({ edits, past, future }: Timeline, moving = false): void {
    set({ past, future, view: { ...get().view, edits } });
    decodeQueue.update(moving);
    // Only a recording is on screen, as opening was cancelled or failed, and it has nothing like these.
    if (decodeQueue.a.isUnable && !sides.a.busy) resume();
  }

  /** Tells whether this gesture made the present edits, and nothing happened to them since. */
  const goesOn = (name: string | undefined): boolean =>
    name !== undefined && gesture?.name === name && gesture.edits === get().view.edits;

  /** Makes `edits` the present: a new step, or the same one while a gesture goes on. */
  function commit(edits: Edits, name?: string): void {
    const going = goesOn(name);
    gesture = name === undefined ? null : { name, edits };
    put(going ? amend(timeline(), edits) : record(timeline(), edits), going);
  }

  function check(edits: Edits): void {
    const { shape } = sides.a;
    if (shape) validateEdits(edits, shape);
  }

  function leaveExample(): void {
    if (get().view.edits.length > 0 && example?.owns(get().view.edits)) commit([]);
  }

  /**
   * The edits that a new edit is added to. The example's own edit steps aside when another cell is changed: else its
   * change, which is as large as the picture, would be laid to that cell.
   */
  function editsBeside(edit: Edit): Edits {
    const { view, example: shown } = get();
    if (!shown || !example?.owns(view.edits)) return view.edits;
    const touched = touchedCells(edit);
    return view.edits.some((own) => touched.some((cell) => sameCell(cell, own.cell))) ? view.edits : [];
  }

  const actions: Editing['actions'] = {
    setRadius(value) {
      const radius = Math.min(LARGEST_RADIUS, Math.max(0, Math.round(value)));
      if (!Number.isFinite(radius) || radius === get().view.radius) return;
      decodeQueue.forget();
      // The same edits in a new list: what was measured with the old radius is out of date.
      const edits = [...get().view.edits];
      set({ view: { ...get().view, radius, edits } });
      put({ ...timeline(), edits });
    },

    setEdits(edits, name) {
      check(edits);
      commit(example?.owns(edits) ? edits : [...edits], name === undefined ? undefined : `${name} | all`);
    },

    addEdit(edit, name) {
      check([edit]);
      const edits = editsBeside(edit);
      const key = name === undefined ? undefined : `${name} | ${edit.kind} ${edit.cell.row},${edit.cell.col}`;
      commit(goesOn(key) ? [...edits.slice(0, -1), edit] : [...edits, edit], key);
    },

    setChannel(channel, value, name) {
      const {
        sides: {
          a: { posterior },
        },
      } = get();
      const { cell, edits } = get().view;
      if (!posterior) return;
      const values = cellValues(applyEdits(posteriorMean(posterior), edits), cell);
      if (!(channel in values)) {
        throw new InspectorError(
          'bad-edit',
          `There is no channel ${channel}; this latent has 0 to ${values.length - 1}.`,
        );
      }
      values[channel] = value;
      const edit: Edit = { kind: 'set', cell, values };
      check([edit]);
      const beside = editsBeside(edit);
      const last = beside.at(-1);
      // A `set` hides the one before it on the same cell, so the list need not grow with every step of a spin button.
      const replaces = last?.kind === 'set' && last.enabled !== false && sameCell(last.cell, cell);
      const key = name === undefined ? undefined : `${name} | set ${cell.row},${cell.col}`;
      commit(replaces ? [...beside.slice(0, -1), edit] : [...beside, edit], key);
    },

    toggleEdit(index) {
      const { edits } = get().view;
      if (!edits[index]) return;
      commit(edits.map((edit, at) => (at === index ? { ...edit, enabled: edit.enabled === false } : edit)));
    },

    removeEdit(index) {
      const { edits } = get().view;
      if (edits[index]) commit(edits.filter((_, at) => at !== index));
    },

    undo() {
      const before = undone(timeline());
      gesture = null;
      if (before) put(before);
    },

    redo() {
      const next = redone(timeline());
      gesture = null;
      if (next) put(next);
    },

    restoreHistory({ edits, past, future }) {
      const text = (list: Edits) => list.map(writeEdit).join(';');
      try {
        if (get().past.length > 0 || text(edits) !== text(get().view.edits)) return false;
        for (const list of [...past, ...future]) check(list);
      } catch {
        return false;
      }
      set({ past, future });
      return true;
    },

    reset() {
      if (get().view.edits.length > 0) commit([]);
    },

    poke() {
      const { cell, edits } = get().view;
      const last = edits.at(-1) ?? ({ kind: 'heal', cell } as Edit);
      const again = atCell(last, cell);
      const { idempotent } = editDefinition(again.kind);
      if (idempotent && last === edits.at(-1) && isEnabled(last) && sameCell(last.cell, cell)) return;
      get().addEdit(again);
    },

    playExample(cellIndex, position, name) {
      const { example: shown } = get();
      if (!example || !shown?.cells[cellIndex]) return;
      const at = Math.min(shown.strengths.length - 1, Math.max(0, position));
      if (Number.isNaN(at)) return;
      set({ example: { ...shown, cellIndex, position: at } });
      commit(example.editsAt(cellIndex, at), name === undefined ? undefined : `${name} | example`);
    },
  };
  return { actions, leaveExample };
}
