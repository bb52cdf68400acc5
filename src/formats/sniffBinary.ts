/** Kinds of files that show in their first bytes. */
import type { FileKind, Sniffed } from './fileKinds';
import { changedSignature } from './textTransfer';

const CONVERT =
  'This project reads weights as .safetensors only. Save the tensors as such a file (in Python: torch.load, then safetensors.torch.save_file) and open that.';
const PUBLISHED =
  'This project reads weights as .safetensors only. Look for the model under that name where it was published.';
const UNPACK = 'Unpack it and give the file that is in it.';
const RIGHT_FILE = 'Choose another file.';

interface Magic {
  kind: FileKind;
  /** Bytes, or the characters that they are. */
  bytes: string | readonly number[];
  at?: number;
  what: string;
  advice: string;
}

/** Published signatures of the formats. */
const MAGIC: readonly Magic[] = [
  { kind: 'npy', bytes: '\x93NUMPY', what: 'a NumPy array (.npy)', advice: '' },
  ...(
    [
      ['\x89PNG\r\n\x1a\n', 0, 'a PNG picture'],
      [[0xff, 0xd8, 0xff], 0, 'a JPEG picture'],
      ['GIF8', 0, 'a GIF picture'],
      ['WEBP', 8, 'a WebP picture'],
      ['II*\0', 0, 'a TIFF picture'],
      ['MM\0*', 0, 'a TIFF picture'],
      ['\0\0\0\x0cJXL ', 0, 'a JPEG XL picture'],
      [[0xff, 0x0a], 0, 'a JPEG XL picture'],
      ['ftypavif', 4, 'an AVIF picture'],
      ['ftypavis', 4, 'an AVIF picture'],
      ['ftyphe', 4, 'a HEIC picture'],
      ['ftypmif1', 4, 'a HEIC picture'],
      ['\0\0\0\x0cjP  ', 0, 'a JPEG 2000 picture'],
      ['8BPS', 0, 'a Photoshop picture'],
      ['qoif', 0, 'a QOI picture'],
      ['v/1\x01', 0, 'an OpenEXR picture'],
    ] as const
  ).map(([bytes, at, what]): Magic => ({ kind: 'picture', bytes, at, what, advice: '' })),
  {
    kind: 'gguf',
    bytes: 'GGUF',
    what: 'weights in GGUF, quantised for llama.cpp and its kin',
    advice: PUBLISHED,
  },
  { kind: 'gguf', bytes: 'lmgg', what: 'weights in GGML', advice: PUBLISHED },
  { kind: 'gguf', bytes: 'tjgg', what: 'weights in GGML', advice: PUBLISHED },
  {
    kind: 'hdf5',
    bytes: '\x89HDF\r\n\x1a\n',
    what: 'an HDF5 file, as Keras keeps weights',
    advice: PUBLISHED,
  },
  { kind: 'tflite', bytes: 'TFL3', at: 4, what: 'a model in TensorFlow Lite', advice: PUBLISHED },
  { kind: 'pdf', bytes: '%PDF-', what: 'a PDF document', advice: RIGHT_FILE },
  { kind: 'archive', bytes: [0x1f, 0x8b], what: 'a gzip archive', advice: UNPACK },
  { kind: 'archive', bytes: '7z\xbc\xaf\x27\x1c', what: 'a 7z archive', advice: UNPACK },
  { kind: 'archive', bytes: 'Rar!\x1a\x07', what: 'a RAR archive', advice: UNPACK },
  { kind: 'archive', bytes: '\xfd7zXZ\0', what: 'an xz archive', advice: UNPACK },
  { kind: 'archive', bytes: 'BZh', what: 'a bzip2 archive', advice: UNPACK },
  { kind: 'archive', bytes: '\x28\xb5\x2f\xfd', what: 'a Zstandard archive', advice: UNPACK },
  { kind: 'archive', bytes: 'ustar', at: 257, what: 'a tar archive', advice: UNPACK },
  { kind: 'sound', bytes: 'WAVE', at: 8, what: 'a sound file (WAV)', advice: RIGHT_FILE },
  { kind: 'sound', bytes: 'ID3', what: 'a sound file (MP3)', advice: RIGHT_FILE },
  { kind: 'sound', bytes: 'fLaC', what: 'a sound file (FLAC)', advice: RIGHT_FILE },
  { kind: 'sound', bytes: 'OggS', what: 'a sound file (Ogg)', advice: RIGHT_FILE },
  {
    kind: 'video',
    bytes: 'ftyp',
    at: 4,
    what: 'a video (MP4)',
    advice: 'Save one of its frames as a picture.',
  },
  {
    kind: 'video',
    bytes: '\x1a\x45\xdf\xa3',
    what: 'a video (WebM or Matroska)',
    advice: 'Save one of its frames as a picture.',
  },
  {
    kind: 'video',
    bytes: 'AVI ',
    at: 8,
    what: 'a video (AVI)',
    advice: 'Save one of its frames as a picture.',
  },
  { kind: 'program', bytes: '\x7fELF', what: 'a program', advice: RIGHT_FILE },
  { kind: 'program', bytes: 'MZ\x90\0', what: 'a program for Windows', advice: RIGHT_FILE },
  {
    kind: 'leftover',
    bytes: '\0\x05\x16\x07',
    what: 'what macOS writes beside a file ("._" and its name), not the file itself',
    advice: 'Choose the file without "._" before its name.',
  },
  { kind: 'leftover', bytes: 'bplist00', what: 'a property list of macOS', advice: RIGHT_FILE },
];

export function sniffBinary(head: Uint8Array, byteLength: number): Sniffed | null {
  const changed = changedSignature(head);
  if (changed) {
    const { thing, transfer } = changed;
    return { kind: 'sent-as-text', what: `${thing} that ${transfer.what}`, advice: transfer.advice };
  }
  const magic = MAGIC.find(({ bytes, at = 0 }) => isAt(head, bytes, at));
  if (magic) return { kind: magic.kind, what: magic.what, advice: magic.advice };
  if (isBitmap(head, byteLength)) return { kind: 'picture', what: 'a BMP picture', advice: '' };
  if (isAt(head, 'PK\x03\x04', 0) || isAt(head, 'PK\x05\x06', 0)) return zip(head);
  if (isPickle(head)) {
    return {
      kind: 'pickle',
      what: 'a Python pickle, as PyTorch once kept weights (.pt, .ckpt, .bin)',
      advice: CONVERT,
    };
  }
  if (isSafetensors(head)) return { kind: 'safetensors', what: 'a .safetensors file', advice: '' };
  if (isOnnx(head)) return { kind: 'onnx', what: 'a model in ONNX', advice: PUBLISHED };
  if (isMsgpack(head))
    return { kind: 'msgpack', what: 'weights in msgpack, as Flax keeps them', advice: PUBLISHED };
  return null;
}

function isAt(head: Uint8Array, bytes: string | readonly number[], at: number): boolean {
  if (head.length < at + bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (head[at + i] !== (typeof bytes === 'string' ? bytes.charCodeAt(i) : bytes[i])) return false;
  }
  return true;
}

/** "BM" alone begins many a text: the header's size and its reserved zeros tell. */
function isBitmap(head: Uint8Array, byteLength: number): boolean {
  if (!isAt(head, 'BM', 0) || head.length < 26) return false;
  const view = viewOf(head);
  return (
    view.getUint32(6, true) === 0 && view.getUint32(10, true) < byteLength && view.getUint32(14, true) < 256
  );
}

/** A zip archive, by the name of its first file: PyTorch's, NumPy's and others' files are zip archives too. */
function zip(head: Uint8Array): Sniffed {
  const length = head.length > 30 ? viewOf(head).getUint16(26, true) : 0;
  const first = String.fromCharCode(...head.subarray(30, 30 + length));
  if (first.endsWith('.npy')) {
    return {
      kind: 'npz',
      what: `several NumPy arrays in one file (.npz; the first is "${first}")`,
      advice: '',
    };
  }
  if (/(^|\/)(data\.pkl|\.format_version|\.storage_alignment|byteorder|version)$/.test(first)) {
    return { kind: 'pickle', what: "PyTorch's own file (.pt, .pth, .ckpt, .bin)", advice: CONVERT };
  }
  if (first === '[Content_Types].xml' || first === 'mimetype') {
    return { kind: 'archive', what: 'a document of an office program', advice: RIGHT_FILE };
  }
  if (first === 'metadata.json' || first === 'config.json') {
    return { kind: 'hdf5', what: 'a zip archive, perhaps a model of Keras', advice: UNPACK };
  }
  return { kind: 'archive', what: 'a zip archive', advice: UNPACK };
}

/** Protocols 2 to 5 begin with their number, and then a frame, a number, a container or a global. */
function isPickle(head: Uint8Array): boolean {
  if (head[0] !== 0x80 || head[1] < 2 || head[1] > 5) return false;
  return [0x95, 0x8a, 0x7d, 0x5d, 0x63, 0x8c, 0x28, 0x58].includes(head[2]);
}

/** Eight bytes of a header's length that makes sense, and the brace with which the header begins. */
function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  return viewOf(head).getBigUint64(0, true) <= 100_000_000n;
}

/** ONNX is a protocol buffer without a signature: its version, then who made it or the graph. */
function isOnnx(head: Uint8Array): boolean {
  if (head[0] !== 0x08 || head[1] === 0 || head[1] > 32) return false;
  if (head[2] === 0x3a || head[2] === 0x42) return true;
  const length = head[3];
  return head[2] === 0x12 && length > 0 && length < 64 && isPrintable(head.subarray(4, 4 + length));
}

/** A map of a few entries whose first key is a word. */
function isMsgpack(head: Uint8Array): boolean {
  const small = head[0] > 0x80 && head[0] < 0x90;
  const key = small ? 1 : head[0] === 0xde ? 3 : head[0] === 0xdf ? 5 : 0;
  if (key === 0) return false;
  const marker = head[key];
  const [start, length] = marker === 0xd9 ? [key + 2, head[key + 1]] : [key + 1, marker - 0xa0];
  if (marker !== 0xd9 && (marker <= 0xa0 || marker > 0xbf)) return false;
  return head.length >= start + length && isPrintable(head.subarray(start, start + length));
}

function isPrintable(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
