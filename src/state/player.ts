/** Shows a recorded example until the engine has taken over. */
import type { Pixels } from '../engine/protocol';
import { InspectorError } from '../errors';
import { type Example, exampleEdit, readPosterior } from '../formats/recording';
import { NO_CHANGE } from '../inspect/change';
import { makeEffect } from '../inspect/effect';
import type { Context } from './context';
import type { Edits } from './history';
import type { EditedResult, ExampleState, Size, View } from './types';
import { writeEdit } from './url';
import { isSize } from './view';

/** A recording and the way to its files. */
export interface ExampleSource {
  manifest: Example;
  readBytes(file: string): Promise<ArrayBuffer>;
  readPixels(file: string): Promise<Pixels>;
}

/** Said in place of a control where none was recorded. */
const NO_CONTROL = 'No cell was far enough away to be a control when this was recorded.';

export class ExamplePlayer {
  /** The edits of each frame, always the same arrays: results are dated by identity, and undo brings them back. */
  private readonly edits: Edits[][];
  private readonly positions = new Map<Edits, { cell: number; strength: number }>();
  private readonly frames = new Map<string, Promise<EditedResult>>();
  private readonly unchanged: Edits = [];
  private base: Promise<Pixels> | null = null;
  /** What was asked for last: a frame that arrives late must not replace a newer one. */
  private wanted: Edits | null = null;

  constructor(
    private readonly context: Context,
    private readonly source: ExampleSource,
  ) {
    const { manifest } = source;
    if (!isSize(manifest.size)) {
      throw new InspectorError(
        'bad-file',
        `This page has no pictures of ${manifest.size} pixels, as recorded.`,
      );
    }
    this.edits = manifest.cells.map((_, cell) =>
      manifest.strengths.map((factor, strength) => {
        const edit = exampleEdit(manifest, cell, factor);
        if (!edit) return this.unchanged;
        const edits: Edits = [edit];
        this.positions.set(edits, { cell, strength });
        return edits;
      }),
    );
  }

  /** What a link has to leave open, or say just so, for the example to be what it opens. */
  matches(view: Partial<Pick<View, 'model' | 'picture' | 'size'>>): boolean {
    const { model, picture, size } = this.source.manifest;
    return (
      (view.model ?? model) === model &&
      (view.picture === undefined || view.picture === picture) &&
      (view.size ?? size) === size
    );
  }

  /** The view that the example opens with. */
  opening(): Pick<View, 'model' | 'picture' | 'size' | 'cell' | 'edits' | 'radius'> & { picture: string } {
    const { model, picture, size, radius, cells, shown } = this.source.manifest;
    const edits = this.edits[shown.cell][shown.strength];
    return { model, picture, size: size as Size, radius, cell: cells[shown.cell].cell, edits };
  }

  /** Where the example stands when these edits are shown; as it opens, if they are none of its own. */
  state(edits: Edits): ExampleState {
    const { cells, strengths, shown } = this.source.manifest;
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
    return this.source.manifest.cells.some(({ cell, delta }) => {
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
    const { manifest } = this.source;
    const low = Math.floor(position);
    if (low === position) return this.edits[cellIndex][low];
    const [from, to] = [manifest.strengths[low], manifest.strengths[low + 1]];
    const edit = exampleEdit(manifest, cellIndex, from + (to - from) * (position - low));
    return edit ? [edit] : this.unchanged;
  }

  /** Puts picture, latent and base decode on screen, each as it arrives, and the frame of the present edits. */
  async show(): Promise<void> {
    const { manifest, readBytes, readPixels } = this.source;
    const { input, posterior } = manifest;
    const put = (part: Parameters<Context['set']>[0]) => {
      if (this.context.get().recorded) this.context.set(part);
    };
    this.base ??= readPixels(manifest.base.file);
    await Promise.all([
      readPixels(input.file).then((pixels) =>
        put({ picture: { id: manifest.picture, title: input.title, alt: input.alt, pixels } }),
      ),
      readBytes(posterior.file).then((bytes) => put({ posterior: readPosterior(bytes, posterior) })),
      this.base.then((base) => put({ base })),
      this.update(this.context.get().view.edits),
    ]);
    // The first paint is complete; a frame that fails now will be asked for again when it is played.
    if (this.context.get().recorded) await this.loadFrames(manifest.shown.cell).catch(() => {});
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
    const { strengths } = this.source.manifest;
    const low = Math.floor(position);
    // The unchanged picture is no frame to draw a preview from.
    const choices = [low, Math.min(low + 1, strengths.length - 1)].filter((index) => strengths[index] !== 0);
    const nearest = choices.sort((a, b) => Math.abs(a - position) - Math.abs(b - position))[0];
    await this.update(this.edits[cellIndex][nearest]);
  }

  private put(edits: Edits, value: EditedResult, at: { cell: number; strength: number } | null): void {
    const frame = at ? this.source.manifest.cells[at.cell].frames[at.strength] : null;
    const control = frame?.control ?? null;
    this.context.set({
      edited: { edits, value },
      // The control's picture is not recorded, its numbers are.
      control: null,
      controlMissing: frame && !control ? { edits, value: NO_CONTROL } : null,
      effect:
        frame && control
          ? { edits, value: makeEffect(frame.change, control, this.source.manifest.radius) }
          : null,
    });
  }

  /** Loads the other frames of a cell, one after the other, so that playing them is smooth. */
  async loadFrames(cellIndex: number): Promise<void> {
    for (let strength = 0; strength < this.source.manifest.strengths.length; strength++) {
      if (!this.context.get().recorded) return;
      if (this.source.manifest.strengths[strength] !== 0) await this.frame(cellIndex, strength);
    }
  }

  /** The engine has taken over: the frames, a megabyte and more each, are not needed any more. */
  release(): void {
    this.frames.clear();
    this.base = null;
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
    const { manifest, readPixels } = this.source;
    const { file, change, difference } = manifest.cells[cellIndex].frames[strength];
    this.base ??= readPixels(manifest.base.file);
    const [pixels, base, map] = await Promise.all([
      readPixels(file),
      this.base,
      difference ? readPixels(difference.file) : null,
    ]);
    return {
      pixels,
      difference: map && difference ? scaled(map, difference.scale) : differenceOf(base, pixels),
      change,
      milliseconds: 0,
    };
  }

  private async unchangedResult(): Promise<EditedResult> {
    this.base ??= this.source.readPixels(this.source.manifest.base.file);
    const pixels = await this.base;
    const difference = new Float32Array(pixels.width * pixels.height);
    return { pixels, difference, change: NO_CHANGE, milliseconds: 0 };
  }
}

/** RMS over red, green and blue of the change, levels, from pictures of 8 bits. */
function differenceOf(base: Pixels, pixels: Pixels): Float32Array {
  const difference = new Float32Array(base.width * base.height);
  for (let pixel = 0; pixel < difference.length; pixel++) {
    let sum = 0;
    for (let at = pixel * 4; at < pixel * 4 + 3; at++) sum += (pixels.data[at] - base.data[at]) ** 2;
    difference[pixel] = Math.sqrt(sum / 3);
  }
  return difference;
}

function scaled(map: Pixels, scale: number): Float32Array {
  const difference = new Float32Array(map.width * map.height);
  for (let pixel = 0; pixel < difference.length; pixel++) difference[pixel] = map.data[pixel * 4] * scale;
  return difference;
}
