/** Shows a recorded example until the engine has taken over. */
import { InspectorError } from '../common/errors';
import { writeEdit } from '../edits';
import { RecordedPictures, type RecordingSource } from '../formats/recording/pictures';
import { recordedEdit } from '../formats/recording/recording';
import type { Cell, Change } from '../latent/types';
import { NO_CHANGE } from '../measures/change';
import { makeEffect } from '../measures/effect';
import type { Context } from './context';
import type { Edits } from './history';
import type { EditedResult, ExampleState, Size, View } from './types';
import { isSize } from './view';

/** Said in place of a control where none was recorded. */
const NO_CONTROL = 'No cell was far enough away to be a control when this was recorded.';

export class ExamplePlayer {
  /** The edits of each frame, always the same arrays: results are dated by identity, and undo brings them back. */
  private readonly edits: Edits[][];
  private readonly positions = new Map<Edits, { cell: number; strength: number }>();
  private readonly frames = new Map<string, Promise<EditedResult>>();
  /** The same change at the control cell, of the frames that have one. */
  private readonly controls = new WeakMap<EditedResult, Change & { cell: Cell }>();
  private readonly unchanged: Edits = [];
  private readonly pictures: RecordedPictures;
  /** What was asked for last: a frame that arrives late must not replace a newer one. */
  private wanted: Edits | null = null;

  constructor(
    private readonly context: Context,
    private readonly source: RecordingSource,
  ) {
    const { recording } = source;
    if (!isSize(recording.size)) {
      throw new InspectorError(
        'bad-file',
        `This page has no pictures of ${recording.size} pixels, as recorded.`,
      );
    }
    this.pictures = new RecordedPictures(source);
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

  /** What a link has to leave open, or say just so, for the example to be what it opens. */
  matches(view: Partial<Pick<View, 'model' | 'picture' | 'size'>>): boolean {
    const { model, picture, size } = this.source.recording;
    return (
      (view.model ?? model.id) === model.id &&
      (view.picture === undefined || view.picture === picture.id) &&
      (view.size ?? size) === size
    );
  }

  /** The view that the example opens with. */
  opening(): Pick<View, 'model' | 'picture' | 'size' | 'cell' | 'edits' | 'radius'> {
    const { model, picture, size, radius, cells, shown } = this.source.recording;
    const edits = this.edits[shown.cell][shown.strength];
    const { cell } = cells[shown.cell];
    return { model: model.id, picture: picture.id, size: size as Size, radius, cell, edits };
  }

  /** Where the example stands when these edits are shown; as it opens, if they are none of its own. */
  state(edits: Edits): ExampleState {
    const { cells, strengths, shown } = this.source.recording;
    const at = this.positions.get(edits);
    return {
      cells: cells.map(({ cell, label }) => ({ cell, label })),
      strengths,
      cellIndex: at?.cell ?? shown.cell,
      position: at?.strength ?? shown.strength,
    };
  }

  /** The recorded edits that equal these, which a link brought; these themselves where there are none. */
  recognise(edits: Edits): Edits {
    const text = edits.map(writeEdit).join(';');
    for (const own of this.positions.keys()) if (own.map(writeEdit).join(';') === text) return own;
    return edits;
  }

  /** Whether these edits come from playing the example, not from the visitor's own hand. */
  owns(edits: Edits): boolean {
    const [edit] = edits;
    if (edits.length !== 1 || edit.kind !== 'add') return false;
    return this.source.recording.cells.some(({ cell, delta }) => {
      if (cell.row !== edit.cell.row || cell.col !== edit.cell.col) return false;
      // The same direction at any strength.
      const largest = delta.reduce(
        (best, value, c) => (Math.abs(value) > Math.abs(delta[best]) ? c : best),
        0,
      );
      const strength = delta[largest] === 0 ? 0 : edit.values[largest] / delta[largest];
      return delta.every((value, c) => Math.abs(value * strength - edit.values[c]) <= 1e-6 * Math.abs(value));
    });
  }

  /** The edits at a position; at whole positions always the same array. */
  editsAt(cellIndex: number, position: number): Edits {
    const { recording } = this.source;
    const low = Math.floor(position);
    if (low === position) return this.edits[cellIndex][low];
    const [from, to] = [recording.strengths[low], recording.strengths[low + 1]];
    const edit = recordedEdit(recording, cellIndex, from + (to - from) * (position - low));
    return edit ? [edit] : this.unchanged;
  }

  /** Puts picture, latent and base decode on screen, each as it arrives, and the frame of the present edits. */
  async show(): Promise<void> {
    const { recording } = this.source;
    const { id, title, alt } = recording.picture;
    const { context } = this;
    const whileRecorded = (show: () => void) => {
      if (context.get().recorded) show();
    };
    await Promise.all([
      this.pictures
        .picture()
        .then((pixels) => whileRecorded(() => context.set({ picture: { id, title, alt, pixels } }))),
      this.pictures.posterior().then((posterior) => whileRecorded(() => context.put('a', { posterior }))),
      this.pictures.basePicture().then((base) => whileRecorded(() => context.put('a', { base }))),
      this.update(this.context.get().view.edits),
    ]);
    // The first paint is complete; a frame that fails now will be asked for again when it is played.
    if (this.context.get().recorded) await this.loadFrames(recording.shown.cell).catch(() => {});
  }

  /** Shows what was recorded for these edits; where nothing was, what is on screen stays and is out of date. */
  async update(edits: Edits): Promise<void> {
    this.wanted = edits;
    const at = this.positions.get(edits);
    const nothing = !edits.some((edit) => edit.enabled !== false);
    if (!at && !nothing) return;
    const value = at ? await this.frame(at.cell, at.strength) : await this.unchangedResult();
    if (this.wanted === edits && this.context.get().recorded) this.put(edits, value, at ?? null);
  }

  /** Shows the frame nearest to a position, dated by its own edits. */
  async showNear(cellIndex: number, position: number): Promise<void> {
    const { strengths } = this.source.recording;
    const low = Math.floor(position);
    // The unchanged picture is no frame to draw a preview from.
    const choices = [low, Math.min(low + 1, strengths.length - 1)].filter((index) => strengths[index] !== 0);
    const nearest = choices.sort((a, b) => Math.abs(a - position) - Math.abs(b - position))[0];
    await this.update(this.edits[cellIndex][nearest]);
  }

  private put(edits: Edits, value: EditedResult, at: { cell: number; strength: number } | null): void {
    const own = at ? this.controls.get(value) : null;
    this.context.put('a', {
      edited: { edits, value },
      // The control's picture is not recorded, its numbers are.
      control: null,
      controlMissing: at && !own ? { edits, value: NO_CONTROL } : null,
      effect: own ? { edits, value: makeEffect(value.change, own, this.source.recording.radius) } : null,
    });
  }

  /** Loads the other frames of a cell, one after the other, so that playing them is smooth. */
  async loadFrames(cellIndex: number): Promise<void> {
    for (let strength = 0; strength < this.source.recording.strengths.length; strength++) {
      if (!this.context.get().recorded) return;
      if (this.source.recording.strengths[strength] !== 0) await this.frame(cellIndex, strength);
    }
  }

  /** The engine has taken over: the frames, a megabyte and more each, are not needed any more. */
  release(): void {
    this.frames.clear();
    this.pictures.release();
  }

  private frame(cellIndex: number, strength: number): Promise<EditedResult> {
    const key = `${cellIndex} ${strength}`;
    let frame = this.frames.get(key);
    if (!frame) {
      frame = this.readFrame(cellIndex, strength);
      this.frames.set(key, frame);
      // A failed download may be tried again.
      frame.catch(() => this.frames.delete(key));
    }
    return frame;
  }

  private async readFrame(cellIndex: number, strength: number): Promise<EditedResult> {
    const { cells } = this.source.recording;
    const [played, profiles] = await Promise.all([
      this.pictures.frame(cellIndex, strength),
      this.pictures.profiles(),
    ]);
    const { change, control } = cells[cellIndex].frames[strength];
    const profile = profiles[cellIndex][strength];
    const value = { ...played, change: { ...change, profile: profile.change }, milliseconds: 0 };
    const { control: cell } = cells[cellIndex];
    if (control && cell) this.controls.set(value, { ...control, profile: profile.control, cell });
    return value;
  }

  private async unchangedResult(): Promise<EditedResult> {
    const pixels = await this.pictures.basePicture();
    const difference = new Float32Array(pixels.width * pixels.height);
    return { pixels, difference, change: NO_CHANGE, milliseconds: 0 };
  }
}
