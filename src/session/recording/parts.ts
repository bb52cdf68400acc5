/** The parts of a recording as they are made: each is read back at once, so that it is known how much the file loses. */

import { deviationOf, differences } from '@/formats/recording/layers';
import { readHalves, writeHalves } from '@/formats/recording/numbers';
import type { RecordedPixels, RecordingSource } from '@/formats/recording/pictures';
import {
  type ChangePlanes,
  changeToPlanes,
  type Planes,
  pictureToPlanes,
  planesToPicture,
  sumOfImages,
} from '@/formats/recording/planes';
import { type Deviation, PARTS, SECOND } from '@/formats/recording/recording';

/** Turns pictures into files and back. */
export interface PictureCodec {
  /** @param quality 0 to 1 */
  encode(pixels: RecordedPixels, quality: number): Promise<Uint8Array<ArrayBuffer>>;
  decode: RecordingSource['decode'];
}

/** Quality of WebP, for pictures and for the first of a cell's images. */
const QUALITY = 0.9;
/** Quality of the images after it, which hold little: at a higher one most of their bytes are the noise of those before. */
const LATER_QUALITY = 0.7;

/** An image of changes as a player will read it. */
export interface KeptChange extends ChangePlanes {
  part: string;
  /** Levels, `[3, size * size]`. */
  values: Float32Array;
}

export class RecordingParts {
  /** Parts as they were made. */
  readonly all = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(
    private readonly size: number,
    private readonly codec: PictureCodec,
    /** Quality of the pictures that are no changes. */
    private readonly stillQuality = QUALITY,
  ) {}

  /**
   * The parts in the order in which a player needs them: what the first paint shows, then what the cell that is shown first is made
   * of, then the rest.
   */
  inOrder(shownCell: number): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
    const first: string[] = [PARTS.picture, PARTS.base, SECOND + PARTS.base, PARTS.mean, PARTS.rawLogvar];
    first.push(SECOND + PARTS.mean, SECOND + PARTS.rawLogvar);
    const ofShown = (name: string) => new RegExp(`^(${SECOND})?image-${shownCell}-`).test(name);
    const isProfiles = (name: string) => name.endsWith(PARTS.profiles);
    const rank = (name: string) => {
      const place = first.indexOf(name);
      if (place >= 0) return place;
      return first.length + (ofShown(name) ? 0 : isProfiles(name) ? 1 : 2);
    };
    return new Map([...this.all].sort(([a], [b]) => rank(a) - rank(b)));
  }

  keep(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.all.set(name, bytes);
  }

  /** Keeps numbers in half precision; gives back the largest error. */
  keepHalves(name: string, values: Float32Array): number {
    const bytes = writeHalves(values);
    this.keep(name, bytes);
    return deviationOf(differences(readHalves(bytes), values)).largest;
  }

  async keepPicture(name: string, pixels: RecordedPixels): Promise<Deviation> {
    const bytes = await this.codec.encode(pixels, this.stillQuality);
    this.keep(name, bytes);
    const { data } = await this.codec.decode(bytes, pixels.width, pixels.height);
    const colours = data.filter((_, at) => at % 4 < 3);
    const exact = pixels.data.filter((_, at) => at % 4 < 3);
    return deviationOf(differences(colours, exact));
  }

  /** Keeps three grey pictures; gives back what a player will read of them. */
  async keepPlanes(name: string, planes: Planes, quality = this.stillQuality): Promise<Planes> {
    const { size, codec } = this;
    const picture = { width: size, height: 3 * size, data: planesToPicture(planes) };
    const bytes = await codec.encode(picture, quality);
    this.keep(name, bytes);
    return pictureToPlanes((await codec.decode(bytes, size, 3 * size)).data);
  }

  /** Keeps a change, levels, `[3, size * size]`, under a name that begins so. */
  async keepChange(begin: string, change: Float32Array): Promise<KeptChange> {
    let number = 0;
    while (this.all.has(`${begin}-${number}`)) number += 1;
    const part = `${begin}-${number}`;
    const scale = deviationOf(change).largest;
    const planes = await this.keepPlanes(
      part,
      changeToPlanes(change, scale),
      number === 0 ? QUALITY : LATER_QUALITY,
    );
    return { part, scale, planes, values: sumOfImages([{ planes, scale }], [1], change.length) };
  }
}
