/** GIF (89a): blocks; each image descriptor (0x2c) is a frame, 0x3b the end. */
import { viewOf } from './bytes';

export interface Gif {
  width: number;
  height: number;
  /** Frames that begin. */
  frames: number;
  /** The first frame's data come to their end. */
  hasFirst: boolean;
  endless: boolean;
}

/** @throws RangeError where the header is not whole */
export function readGif(bytes: Uint8Array): Gif {
  const view = viewOf(bytes);
  const gif = {
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    frames: 0,
    hasFirst: false,
    endless: true,
  };
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(view.getUint8(10));
  /** @returns whether the block that ends them is there */
  const skipSubBlocks = () => {
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1;
    at += 1;
    return at <= bytes.length;
  };
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) {
      gif.endless = false;
      break;
    }
    if (block === 0x21) {
      at += 2;
      skipSubBlocks();
    } else if (block === 0x2c) {
      gif.frames += 1;
      if (at + 9 >= bytes.length) break;
      at += 10 + tableBytes(bytes[at + 9]) + 1;
      const isWhole = skipSubBlocks();
      if (gif.frames === 1) gif.hasFirst = isWhole;
    } else {
      break;
    }
  }
  return gif;
}
