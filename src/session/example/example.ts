/** The recorded example as a gesture: one change at each of a few cells, which a slider makes weaker or stronger. */
import { InspectorError } from '@/common/errors';
import { writeEdit } from '@/edits';
import { type Recording, recordedCell, recordedEdit, strengthAt } from '@/formats/recording/recording';
import type { Edits } from '../history';
import type { ExampleState, Size, View } from '../types';
import { isSize } from '../view';

/** A recorded latent is kept in half precision, and so a change that is carried by its sigma is off by less than this part of it. */
const CARRIED = 2e-3;

type ExampleView = Pick<View, 'model' | 'picture' | 'size' | 'cell' | 'edits' | 'radius'>;

export class Example {
  /** The edits of each position, always the same arrays: results are dated by identity, and undo brings them back. */
  private readonly edits: Edits[][];
  private readonly positions = new Map<Edits, { cell: number; strength: number }>();
  private readonly unchanged: Edits = [];

  /** @throws InspectorError `bad-file` where the recording's size is none of the page's */
  constructor(
    private readonly recording: Recording,
    /** The id of the model beside it, on the same picture. */
    readonly compare: string | null = null,
    /** True of a second model, whose edits are carried from the first one's latent. */
    private readonly isCarried = false,
  ) {
    if (!isSize(recording.size)) {
      throw new InspectorError(
        'bad-file',
        `This page has no pictures of ${recording.size} pixels, as recorded.`,
      );
    }
    this.edits = recording.cells.map((_, cell) =>
      recording.strengths.map((factor, strength) => {
        const edit = recordedEdit(recording, cell, factor);
        if (!edit) return this.unchanged;
        const edits: Edits = [edit];
        this.positions.set(edits, { cell, strength });
        return edits;
      }),
    );
  }

  /** Tells whether a link opens the example: it leaves model, picture and size open, or asks for just these. */
  matches(view: Partial<Pick<View, 'model' | 'picture' | 'size'>>): boolean {
    const { model, picture, size } = this.recording;
    return (
      (view.model ?? model.id) === model.id &&
      (view.picture === undefined || view.picture === picture.id) &&
      (view.size ?? size) === size
    );
  }

  /** The view that the example opens with. */
  opening(): ExampleView {
    const { shown, strengths } = this.recording;
    return this.at(shown.cell, strengths[shown.strength] ?? 0);
  }

  /** The view of one of its cells, changed by one of its strengths. */
  at(cellIndex: number, strength: number): ExampleView {
    const { model, picture, size, radius, strengths } = this.recording;
    const edits = this.editsAt(cellIndex, strengths.indexOf(strength));
    const { cell } = recordedCell(this.recording, cellIndex);
    return { model: model.id, picture: picture.id, size: size as Size, radius, cell, edits };
  }

  /** The example's state when these edits are shown; as it opens, if they are none of its own. */
  state(edits: Edits): ExampleState {
    const { cells, strengths, shown } = this.recording;
    const at = this.positions.get(edits);
    return {
      cells: cells.map(({ cell, label }) => ({ cell, label })),
      strengths,
      compare: this.compare,
      cellIndex: at?.cell ?? shown.cell,
      position: at?.strength ?? shown.strength,
    };
  }

  /** The recorded edits that equal these, which a link brought; these themselves where there are none. */
  recognise(edits: Edits): Edits {
    const text = textOf(edits);
    for (const own of this.positions.keys()) if (textOf(own) === text) return own;
    const at = this.isCarried ? this.strengthOf(edits) : null;
    const index = at
      ? this.recording.strengths.findIndex((each) => Math.abs(each - at.strength) <= CARRIED)
      : -1;
    return at && index >= 0 ? this.editsAt(at.cell, index) : edits;
  }

  /** Tells whether these edits come from playing the example, not from the visitor's own hand. */
  owns(edits: Edits): boolean {
    return this.strengthOf(edits) !== null;
  }

  /** The edits at a position; at whole positions always the same array. */
  editsAt(cellIndex: number, position: number): Edits {
    const { recording } = this;
    const kept = this.edits[cellIndex]?.[position];
    if (kept) return kept;
    const edit = recordedEdit(recording, cellIndex, strengthAt(recording, position));
    return edit ? [edit] : this.unchanged;
  }

  /** The recorded frame that these very edits have; null: none. */
  frameOf(edits: Edits): { cell: number; strength: number } | null {
    return this.positions.get(this.recognise(edits)) ?? null;
  }

  /**
   * The recorded edits nearest to these, of those that change something; null where these are no edits of the example, or as
   * strong as none.
   */
  nearest(edits: Edits): Edits | null {
    const at = this.strengthOf(edits);
    if (!at) return null;
    const [nearest] = [...this.recording.strengths.entries()]
      .filter(([, strength]) => strength !== 0)
      .map(([index, strength]) => ({ index, distance: Math.abs(strength - at.strength) }))
      .sort((a, b) => a.distance - b.distance);
    return nearest ? this.editsAt(at.cell, nearest.index) : null;
  }

  /** Cell and strength of edits that change what the example changes; null where they are others. */
  private strengthOf(edits: Edits): { cell: number; strength: number } | null {
    const [edit] = edits;
    if (edits.length !== 1 || edit?.kind !== 'add') return null;
    for (const [index, { cell, delta }] of this.recording.cells.entries()) {
      if (cell.row !== edit.cell.row || cell.col !== edit.cell.col) continue;
      // The same direction at any strength.
      // An edit of fewer channels is none of the example's.
      const channels = delta.map((whole, c) => ({ whole, part: edit.values[c] ?? Number.NaN }));
      const largest = channels.reduce((best, each) =>
        Math.abs(each.whole) > Math.abs(best.whole) ? each : best,
      );
      const strength = largest.whole === 0 ? 0 : largest.part / largest.whole;
      const near = ({ whole, part }: (typeof channels)[number]) =>
        Math.abs(whole * strength - part) <=
        (this.isCarried ? CARRIED * Math.abs(largest.whole) : 1e-6 * Math.abs(whole));
      if (channels.every(near)) return { cell: index, strength };
    }
    return null;
  }
}

function textOf(edits: Edits): string {
  return edits.map(writeEdit).join(';');
}
