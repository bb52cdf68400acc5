/**
 * Files of bytes that something on their way took for text: it wrote ends of lines anew, cut off each byte's highest bit, or
 * decoded and encoded all of it as UTF-8. What is lost cannot be told from what is left, but what has happened can.
 */
/** The change that was made to the bytes, and what can be done about it. */
export interface TextTransfer {
  /** After "NAME is a PNG picture that": "was sent as text: ...". */
  what: string;
  advice: string;
}

const ADVICE =
  'Send or copy the original again as binary: in FTP with "binary", in git with a line such as "*.png binary" in .gitattributes, in programs without decoding it to text.';

const happened = (how: string): TextTransfer => ({ what: `was sent as text: ${how}`, advice: ADVICE });

export const CRLF = happened(
  'a byte 0D was put before each 0A, as Windows ends lines, so all after the first is out of place',
);
const LF = happened('a byte 0D before 0A was left out, as Unix ends lines');
export const CR = happened('each 0D became 0A, as ends of lines are changed');
export const SEVEN_BITS = happened('the highest bit of each byte was cut off');
export const REPLACED = happened(
  'it was decoded as UTF-8, and bytes that are not were replaced by EF BF BD (the mark \uFFFD), so they are lost',
);
export const ENCODED = happened(
  'its bytes were taken for letters of Latin-1 and encoded as UTF-8, two bytes for each above 7F',
);

/** Signatures after each of these changes. */
const SIGNATURES: readonly [bytes: string, kind: 'picture' | 'npy' | 'hdf5', thing: string, TextTransfer][] =
  [
    ['\x89PNG\r\r\n\x1a\r\n', 'picture', 'a PNG picture', CRLF],
    ['\x89PNG\n\x1a\n', 'picture', 'a PNG picture', LF],
    ['\x89PNG\n\n\x1a\n', 'picture', 'a PNG picture', CR],
    ['\x09PNG\r\n\x1a\n', 'picture', 'a PNG picture', SEVEN_BITS],
    ['\xef\xbf\xbdPNG', 'picture', 'a PNG picture', REPLACED],
    ['\xc2\x89PNG', 'picture', 'a PNG picture', ENCODED],
    ['\x7f\x58\x7f', 'picture', 'a JPEG picture', SEVEN_BITS],
    ['\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd', 'picture', 'a JPEG picture', REPLACED],
    ['\xc3\xbf\xc3\x98\xc3\xbf', 'picture', 'a JPEG picture', ENCODED],
    ['\x13NUMPY', 'npy', 'a NumPy array (.npy)', SEVEN_BITS],
    ['\xef\xbf\xbdNUMPY', 'npy', 'a NumPy array (.npy)', REPLACED],
    ['\xc2\x93NUMPY', 'npy', 'a NumPy array (.npy)', ENCODED],
  ];

/** A file whose very signature tells; null for any other. */
export function changedSignature(head: Uint8Array): { thing: string; transfer: TextTransfer } | null {
  const found = SIGNATURES.find(([bytes]) => isAt(head, bytes));
  // A JPEG's first bytes are followed by a length, in which one is 0: no text has those.
  if (!found || !head.some((byte) => byte === 0)) return null;
  return { thing: found[2], transfer: found[3] };
}

/** Counts of what has to be seen of a change before it is no accident. */
export interface Evidence {
  /** Ends of lines, none of them bare: of 4, one in 256 ^ 4 among bytes that are as good as random. */
  ends: number;
  /** Marks of what could not be decoded. */
  marks: number;
  /** Letters of two bytes, where no others are. */
  letters: number;
  /** Bytes below 80, and how many values they have. */
  low: number;
  values: number;
}
/** So many bytes below 80 are no accident. */
export const LOW = 512;
const SOUND: Evidence = { ends: 4, marks: 6, letters: 512, low: LOW, values: 64 };
/** Evidence enough of a file that cannot be read anyway, and of which only the reason is asked for. */
const DAMAGED: Evidence = { ...SOUND, ends: 2, marks: 2, letters: 16 };
/** Number of different values below which bytes between ends of lines prove nothing. */
const VALUES = 64;
/** Number of different letters below which letters prove nothing: data that repeat themselves have few. */
const DIFFERENT_LETTERS = 12;

/**
 * Tells from bytes that are as good as random in a file as it should be: compressed pixels, weights, the numbers of a latent. Looks
 * no further than the first byte that speaks against it: of a sound file that is some hundred bytes.
 */
export function changedBytes(bytes: Uint8Array, evidence = SOUND): TextTransfer | null {
  if (hasOnlyPairs(bytes, evidence.ends)) return CRLF;
  if (isLow(bytes, evidence)) return SEVEN_BITS;
  const text = encodedText(bytes);
  if (text === null) return null;
  let marks = 0;
  let others = 0;
  const different = new Set<string>();
  let foreign = false;
  for (const letter of text) {
    if (letter === '\uFFFD') marks++;
    else if (letter > '\xff') foreign = true;
    else if (letter > '\x7f') {
      others++;
      different.add(letter);
    }
  }
  if (marks >= evidence.marks) return REPLACED;
  const isText = others >= evidence.letters && different.size >= DIFFERENT_LETTERS;
  return isText && !foreign ? ENCODED : null;
}

/** Each 0A stands behind a 0D, and there are enough of them; bytes that repeat themselves prove nothing. */
function hasOnlyPairs(bytes: Uint8Array, enough: number): boolean {
  let ends = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) return false;
    ends++;
  }
  return ends >= enough && new Set(bytes.subarray(0, 65_536)).size >= VALUES;
}

function isLow(bytes: Uint8Array, { low, values: fewest }: Evidence): boolean {
  const values = new Set<number>();
  for (const byte of bytes) {
    if (byte > 0x7f) return false;
    values.add(byte);
  }
  return bytes.length >= low && values.size >= fewest;
}

/** The start of the bytes as text, where they are valid UTF-8 and not ASCII alone. */
function encodedText(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, 16_384);
  if (!head.some((byte) => byte > 0x7f)) return null;
  // It may begin or end within a letter.
  let begin = 0;
  while (begin < 3 && (head[begin] & 0xc0) === 0x80) begin++;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(begin), { stream: true });
  } catch {
    return null;
  }
}

/** So much of a file is looked at. */
const SAMPLE = 1 << 16;

interface Readable {
  byteLength: number;
  read(offset: number, length: number): Promise<ArrayBuffer>;
}

/** `changedBytes` of the middle of a file, where numbers are; of one that cannot be read, unless it is said to be sound. */
export async function changedMiddle(file: Readable, isSound = false): Promise<TextTransfer | null> {
  const from = Math.max(0, Math.floor((file.byteLength - SAMPLE) / 2));
  const middle = await file.read(from, Math.min(SAMPLE, file.byteLength - from));
  return changedBytes(new Uint8Array(middle), isSound ? SOUND : DAMAGED);
}

function isAt(head: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (head[at] !== text.charCodeAt(at)) return false;
  return true;
}
