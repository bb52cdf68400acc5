/** The pictures of a recording, put together out of its parts: each part is read once, when it is first needed. */
import { clampLogvar } from '@/latent/logvar';
import type { PosteriorData } from '@/latent/types';
import { type ProfilePair, readHalves, readProfiles } from './numbers';
import {
  type ChangePlanes,
  changeMap,
  composePicture,
  type Planes,
  pictureToPlanes,
  sumOfImages,
} from './planes';
import { PARTS, type Recording, weightsAt } from './recording';

/** Straight RGBA, 8 bits a channel. */
export interface RecordedPixels {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** A recording's header and the way to its parts. */
export interface RecordingSource {
  recording: Recording;
  part(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** True where the raw log-variance was not recorded. */
  lacksLogvar?: boolean;
  /** Decodes a picture that must have this size. @throws InspectorError `bad-file` where it has another or is none */
  decode(bytes: Uint8Array<ArrayBuffer>, width: number, height: number): Promise<RecordedPixels>;
}

/** The picture on screen at one position of one cell, and its change. */
export interface PlayedFrame {
  pixels: RecordedPixels;
  /** RMS over red, green and blue of the change, levels, `[size * size]`. */
  difference: Float32Array<ArrayBuffer>;
}

export class RecordedPictures {
  private readonly read = new Map<string, Promise<unknown>>();

  constructor(private readonly source: RecordingSource) {}

  picture(): Promise<RecordedPixels> {
    const { part, decode, recording } = this.source;
    return this.once(PARTS.picture, async () =>
      decode(await part(PARTS.picture), recording.size, recording.size),
    );
  }

  base(): Promise<Planes> {
    return this.planes(PARTS.base);
  }

  /** The base decode as a picture. */
  basePicture(): Promise<RecordedPixels> {
    const { size } = this.source.recording;
    return this.once('base picture', async () => {
      const planes = await this.base();
      const data = composePicture(planes, new Float32Array(planes.length));
      return { width: size, height: size, data };
    });
  }

  /** The mean, `[rows, cols, channels]`. */
  mean(): Promise<Float32Array> {
    return this.halves(PARTS.mean);
  }

  /** The raw log-variance, `[rows, cols, channels]`. */
  rawLogvar(): Promise<Float32Array> {
    return this.halves(PARTS.rawLogvar);
  }

  /** `logvar` is the raw one clamped to [-30, 20]. */
  async posterior(): Promise<PosteriorData> {
    const { rows, cols, channels } = this.source.recording;
    // Unknown numbers, as of a latent that came without them.
    const unknown = () => new Float32Array(rows * cols * channels).fill(Number.NaN);
    const [mean, rawLogvar] = await Promise.all([
      this.mean(),
      this.source.lacksLogvar ? unknown() : this.rawLogvar(),
    ]);
    const logvar = rawLogvar.map(clampLogvar);
    return { rows, cols, channels, mean, logvar, rawLogvar };
  }

  /** Reads the profiles, by cell and strength. */
  profiles(): Promise<ProfilePair[][]> {
    const { part, recording } = this.source;
    return this.once(PARTS.profiles, async () => readProfiles(await part(PARTS.profiles), recording));
  }

  /** Reads the profiles of one frame. */
  async profile(cell: number, strength: number): Promise<ProfilePair> {
    return (await this.profiles())[cell][strength];
  }

  /** Images that the frames of a cell are made of. */
  images(cell: number): Promise<ChangePlanes[]> {
    const { images } = this.source.recording.cells[cell];
    return Promise.all(images.map(async ({ part, scale }) => ({ planes: await this.planes(part), scale })));
  }

  /**
   * The frame at a position among the strengths. Between two of them the change lies on the line between theirs, which no
   * engine has computed.
   */
  async frame(cell: number, position: number): Promise<PlayedFrame> {
    const { size, cells } = this.source.recording;
    const [base, images] = await Promise.all([this.base(), this.images(cell)]);
    const change = sumOfImages(images, weightsAt(cells[cell], position), base.length);
    return {
      pixels: { width: size, height: size, data: composePicture(base, change) },
      difference: changeMap(change),
    };
  }

  /** Forgets what was read; it can be read again as long as the source gives it. */
  release(): void {
    this.read.clear();
  }

  private halves(name: string): Promise<Float32Array> {
    return this.once(name, async () => readHalves(await this.source.part(name)));
  }

  private planes(name: string): Promise<Planes> {
    const { part, decode, recording } = this.source;
    return this.once(name, async () => {
      const { data } = await decode(await part(name), recording.size, 3 * recording.size);
      return pictureToPlanes(data);
    });
  }

  private once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.read.get(name);
    if (known) return known as Promise<T>;
    const made = make();
    this.read.set(name, made);
    // What failed may be tried again.
    made.catch(() => this.read.delete(name));
    return made;
  }
}
