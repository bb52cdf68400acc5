/** Tells whether two files hold the same bytes, so that a file that is chosen again is known again. */

/** Bytes that are compared at a time. */
const PIECE = 4 << 20;
/** Files longer than this are not read whole: a checkpoint of seven gigabytes would take a minute. */
const LONGEST = 2 ** 30;
/** Number of pieces of these that are compared, beside name and date. */
const SAMPLES = 256;
const SAMPLE = 64 << 10;

export interface ComparingOptions {
  signal?: AbortSignal | undefined;
  /** Called with the fraction that is compared, 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Compares two files byte by byte, their ends first, where files of one format differ soonest. Files beyond a gigabyte are the
 * same where their names and dates are and 256 places spread over them.
 * @throws the signal's reason
 */
export async function sameBytes(
  a: Blob,
  b: Blob,
  { signal, onProgress }: ComparingOptions = {},
): Promise<boolean> {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  const long = a.size > LONGEST;
  if (long && !sameNameAndDate(a, b)) return false;
  const places = long ? spread(a.size) : whole(a.size);
  for (const [index, [from, to]] of places.entries()) {
    signal?.throwIfAborted();
    try {
      if (!(await samePiece(a, b, from, to))) return false;
    } catch {
      // One of them has been moved, or written anew: then it is not what it was.
      return false;
    }
    onProgress?.((index + 1) / places.length);
  }
  signal?.throwIfAborted();
  return true;
}

function sameNameAndDate(a: Blob, b: Blob): boolean {
  return a instanceof File && b instanceof File && a.name === b.name && a.lastModified === b.lastModified;
}

type Place = [from: number, to: number];

/** Start and end, then all of it. */
function whole(size: number): Place[] {
  const ends: Place[] = size > 2 * PIECE ? [at(0, size), at(size - SAMPLE, size)] : [];
  const all = Array.from(
    { length: Math.ceil(size / PIECE) },
    (_, index): Place => [index * PIECE, Math.min(size, (index + 1) * PIECE)],
  );
  return [...ends, ...all];
}

function spread(size: number): Place[] {
  return Array.from({ length: SAMPLES }, (_, index) =>
    at(Math.floor((index * (size - SAMPLE)) / (SAMPLES - 1)), size),
  );
}

const at = (from: number, size: number): Place => [from, Math.min(size, from + SAMPLE)];

async function samePiece(a: Blob, b: Blob, from: number, to: number): Promise<boolean> {
  const read = async (blob: Blob) => new Uint8Array(await blob.slice(from, to).arrayBuffer());
  const [left, right] = await Promise.all([read(a), read(b)]);
  // Eight bytes at a time where they lie well; a slice begins at 0.
  const words = Math.floor(left.length / 8);
  const [x, y] = [new BigUint64Array(left.buffer, 0, words), new BigUint64Array(right.buffer, 0, words)];
  for (let i = 0; i < words; i++) if (x[i] !== y[i]) return false;
  for (let i = 8 * words; i < left.length; i++) if (left[i] !== right[i]) return false;
  return left.length === right.length;
}
