/** The one thing that is taken from EXIF data: how the picture is to be turned. */
import { startsWith, viewOf } from './bytes';

const ORIENTATION_TAG = 0x112;
const HEADER = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif", before the TIFF structure in JPEG files

/**
 * The orientation (EXIF 2.3, 4.6.4 A): 1, as it is stored, to 8; 1 where none is given or the data cannot be read.
 * @param exif a TIFF structure, with or without the header that JPEG files put before it
 */
export function orientationOf(exif: Uint8Array | null): number {
  if (!exif) return 1;
  const tiff = startsWith(exif, HEADER) ? exif.subarray(HEADER.length) : exif;
  const isLittle = startsWith(tiff, [0x49, 0x49, 0x2a, 0]);
  if (!isLittle && !startsWith(tiff, [0x4d, 0x4d, 0, 0x2a])) return 1;
  const view = viewOf(tiff);
  const within = (at: number, length: number) => at + length <= tiff.length;
  if (!within(4, 4)) return 1;
  const directory = view.getUint32(4, isLittle);
  if (!within(directory, 2)) return 1;
  const entries = view.getUint16(directory, isLittle);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (!within(entry, 12)) return 1;
    if (view.getUint16(entry, isLittle) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
