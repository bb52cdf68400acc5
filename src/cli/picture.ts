/** A picture as the page fits it: the same square, the same filter, so that the numbers are the page's. */
import { centreCrop, pictureNotices } from '@/formats/picture';
import { SquareResampler } from '@/formats/resample';
import { cropPicture, type Rgba } from '@/latent/pixels';
import type { DecodedPicture } from './decode';

export interface FittedPicture {
  picture: Rgba;
  /** Side of the square that was cut out, pixels. */
  sourceSide: number;
  notices: string[];
}

export function fitPicture({ picture, notices }: DecodedPicture, size: number): FittedPicture {
  const { x, y, side } = centreCrop(picture.width, picture.height);
  const resampler = new SquareResampler(side, size);
  resampler.push(cropPicture(picture, { x, y, width: side, height: side }).data);
  return {
    picture: { width: size, height: size, data: resampler.finish() },
    sourceSide: side,
    notices: pictureNotices(notices, { side, size, transparent: resampler.transparent }),
  };
}
