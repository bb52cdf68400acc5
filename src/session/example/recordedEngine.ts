/** Answers the calls on an open picture from a recording, until the engine that computes has opened the same. */
import { InspectorError } from '@/common/errors';
import { unlessAborted } from '@/common/rpc';
import { isEnabled } from '@/edits';
import type { EditedDecode, Pixels, RunOptions, StudyArgs, StudyEngine } from '@/engine/protocol';
import { RecordedPictures, type RecordingSource } from '@/formats/recording/pictures';
import { recordedCell, recordedFrame } from '@/formats/recording/recording';
import type { PosteriorData } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import type { Edits } from '../history';
import type { Example } from './example';

/** Said in place of a control where none was recorded. */
const NO_CONTROL = 'No cell was far enough away to be a control when this was recorded.';

export class RecordedEngine implements StudyEngine {
  readonly isQuiet = true;
  private readonly pictures: RecordedPictures;
  private readonly frames = new Map<string, Promise<EditedDecode>>();
  private isReleased = false;

  constructor(
    private readonly source: RecordingSource,
    private readonly example: Example,
  ) {
    this.pictures = new RecordedPictures(source);
  }

  /** The picture that was encoded. */
  picture(): Promise<Pixels> {
    return this.pictures.picture();
  }

  posterior(): Promise<PosteriorData> {
    return this.pictures.posterior();
  }

  base(): Promise<Pixels> {
    return this.pictures.basePicture();
  }

  /** Reads what these edits are answered with; where nothing is changed, what the whole change at the cell that is shown is. */
  async prepare(edits: Edits): Promise<void> {
    const { shown, strengths } = this.source.recording;
    const whole = { cell: shown.cell, strength: strengths.indexOf(1) };
    const at = edits.some(isEnabled) ? this.example.frameOf(edits) : whole;
    if (at) await Promise.all([this.frame(at.cell, at.strength), this.pictures.profiles()]);
  }

  nearest({ edits, radius }: StudyArgs): Edits | null {
    if (!edits.some(isEnabled)) return edits;
    if (radius !== this.source.recording.radius) return null;
    return this.example.frameOf(edits) ? edits : this.example.nearest(edits);
  }

  async edited({ edits }: StudyArgs, { signal }: RunOptions = {}): Promise<EditedDecode> {
    if (!edits.some(isEnabled)) {
      const pixels = await unlessAborted(this.base(), signal);
      const difference = new Float32Array(pixels.width * pixels.height);
      return { pixels, difference, change: NO_CHANGE, decodeMilliseconds: 0 };
    }
    const { cell, strength } = this.at(edits);
    const frame = await unlessAborted(this.frame(cell, strength), signal).catch((cause) => {
      if (signal?.aborted) throw cause;
      // Nobody need hear of it: the engine is on its way, and brings the real thing.
      throw new InspectorError('superseded', 'This frame could not be read.', '', { cause });
    });
    void this.readAhead(cell);
    return frame;
  }

  /** Its picture was not recorded, its numbers were. */
  async control({ edits }: StudyArgs, { signal }: RunOptions = {}): ReturnType<StudyEngine['control']> {
    const at = this.at(edits);
    const recorded = recordedCell(this.source.recording, at.cell);
    const { control } = recordedFrame(recorded, at.strength);
    if (!control || !recorded.control) throw new InspectorError('not-found', NO_CONTROL);
    const profile = await unlessAborted(this.pictures.profile(at.cell, at.strength), signal);
    return { cell: recorded.control, change: { ...control, profile: profile.control } };
  }

  /** Lets go of the frames, a megabyte and more each, and reads no more ahead. What is asked for can be read again. */
  release(): void {
    this.isReleased = true;
    this.frames.clear();
    this.pictures.release();
  }

  private at(edits: Edits): { cell: number; strength: number } {
    const at = this.example.frameOf(edits);
    if (!at) throw new InspectorError('superseded', 'These edits were not recorded.');
    return at;
  }

  /** Reads the other frames of a cell, one after the other, so that playing them is smooth. */
  private async readAhead(cell: number): Promise<void> {
    for (const [index, strength] of this.source.recording.strengths.entries()) {
      if (this.isReleased) return;
      // What fails is asked for again when it is played.
      if (strength !== 0) await this.frame(cell, index).catch(() => {});
    }
  }

  private frame(cell: number, strength: number): Promise<EditedDecode> {
    const key = `${cell} ${strength}`;
    let frame = this.frames.get(key);
    if (!frame) {
      frame = this.readFrame(cell, strength);
      this.frames.set(key, frame);
      // A failed download may be tried again.
      frame.catch(() => this.frames.delete(key));
    }
    return frame;
  }

  private async readFrame(cell: number, strength: number): Promise<EditedDecode> {
    const [played, profile] = await Promise.all([
      this.pictures.frame(cell, strength),
      this.pictures.profile(cell, strength),
    ]);
    const { change } = recordedFrame(recordedCell(this.source.recording, cell), strength);
    return { ...played, change: { ...change, profile: profile.change }, decodeMilliseconds: 0 };
  }
}
