/**
 * NumPy's `.npy` files, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic
 * word, a header that is a Python dictionary, then the numbers of one array.
 */
import { InspectorError } from '@/common/errors';
import { shorten, shown } from '@/common/shown';
import { decodeBfloat16, decodeFloat16 } from '@/models/files/float16';
import { CRLF } from '../textTransfer';

/** Numbers in row-major (C) order, whatever order the file has them in. */
export interface NumberArray {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
  /** Type in which the file stores them. */
  dtype: 'float16' | 'float32' | 'float64' | 'bfloat16' | 'float8';
}

/** `\x93NUMPY`. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A header of one array is some hundred bytes; NumPy itself refuses more than ten thousand. */
const LONGEST_HEADER = 10_000;
/** The numbers begin at a multiple of this. */
const ALIGNMENT = 64;

const TYPES = {
  f2: { dtype: 'float16', size: 2, view: (bytes: ArrayBuffer) => decodeFloat16(new Uint16Array(bytes)) },
  f4: { dtype: 'float32', size: 4, view: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  f8: {
    dtype: 'float64',
    size: 8,
    view: (bytes: ArrayBuffer) => Float32Array.from(new Float64Array(bytes)),
  },
  // Two bytes without a type: NumPy has no bfloat16 of its own, and writes those of ml_dtypes (JAX's) so. No other type of two
  // bytes is written so.
  V2: { dtype: 'bfloat16', size: 2, view: (bytes: ArrayBuffer) => decodeBfloat16(new Uint16Array(bytes)) },
} as const;

interface Header {
  type: (typeof TYPES)[keyof typeof TYPES];
  bigEndian: boolean;
  fortran: boolean;
  shape: number[];
  /** Offset of the numbers, bytes. */
  begin: number;
}

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads an array of floating-point numbers: float16, float32, float64 (rounded to float32) or bfloat16, of either byte order, in
 * C or Fortran order.
 * @throws InspectorError `bad-file`, saying what is wrong with this file
 */
export function readNpy(bytes: Uint8Array, name: string): NumberArray {
  const { type, bigEndian, fortran, shape, begin } = readHeader(bytes, name);
  const count = shape.reduce((product, side) => product * side, 1);
  const wanted = count * type.size;
  const there = bytes.length - begin;
  if (there < wanted) {
    throw bad(
      name,
      `is cut off: ${wordsOf(shape)} takes ${wanted} bytes, ${there} are there`,
      'Copy or download it again, or save the array again.',
    );
  }
  // A header ends with the end of a line.
  const transfer = there > wanted && bytes[begin - 1] === 13 && bytes[begin] === 10 ? CRLF : null;
  if (transfer) throw bad(name, `is a NumPy array (.npy) that ${transfer.what}`, transfer.advice);
  if (there > wanted) {
    throw bad(
      name,
      `has ${there - wanted} bytes after its array`,
      'A .npy file holds one array: save the latent alone.',
    );
  }
  // A copy, which begins where typed arrays may begin.
  const own = bytes.slice(begin);
  if (bigEndian) swapBytes(own, type.size);
  const data = type.view(own.buffer);
  return { shape, data: fortran ? toRowMajor(data, shape) : data, dtype: type.dtype };
}

/** Makes a file of version 1: float32, little-endian, C order. */
export function writeNpy({ shape, data }: Pick<NumberArray, 'shape' | 'data'>): Uint8Array<ArrayBuffer> {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sides}), }`;
  const fixed = MAGIC.length + 4;
  const end = Math.ceil((fixed + fields.length + 1) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(end + 4 * data.length);
  const view = new DataView(file.buffer);
  file.set([...MAGIC, 1, 0]);
  view.setUint16(MAGIC.length + 2, end - fixed, true);
  file.set(new TextEncoder().encode(`${fields.padEnd(end - fixed - 1)}\n`), fixed);
  data.forEach((value, at) => {
    view.setFloat32(end + 4 * at, value, true);
  });
  return file;
}

function readHeader(bytes: Uint8Array, name: string): Header {
  if (!isNpy(bytes)) throw bad(name, 'is not a .npy file: it does not begin as one');
  const version = bytes[6];
  if (version < 1 || version > 3) throw bad(name, `has the .npy version ${version}; 1 to 3 can be read`);
  const lengthSize = version === 1 ? 2 : 4;
  const start = MAGIC.length + 2 + lengthSize;
  if (bytes.length < start) throw bad(name, 'is cut off within its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) throw bad(name, `has a header of ${length} bytes, which no array needs`);
  const begin = start + length;
  if (bytes.length < begin) throw bad(name, 'is cut off within its header');
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, begin));
  return { ...readFields(text, name), begin };
}

/** The dictionary: three fields in any order. */
function readFields(text: string, name: string): Omit<Header, 'begin'> {
  const descr = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)"|(\[))/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text);
  const sides = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(text);
  if (!descr || !order || !sides) throw bad(name, 'has a header that cannot be read');
  const shape = sides[1]
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '')
    .map((side) => (/^\d{1,9}$/.test(side) ? Number(side) : Number.NaN));
  const count = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(8 * count))
    throw bad(name, `gives its array the shape ${shown(`(${sides[1]})`)}`);
  const stored = descr[3] ? '[' : shorten(descr[1] ?? descr[2]);
  const parts = /^([<>=|])(f[248]|V2)$/.exec(stored);
  if (!parts) throw otherType(stored, shape, name);
  return {
    type: TYPES[parts[2] as keyof typeof TYPES],
    bigEndian: parts[1] === '>',
    fortran: order[1] === 'True',
    shape,
  };
}

/** The refusal of an array of something else: what that is, and what makes an array of it that can be read. */
function otherType(stored: string, shape: readonly number[], name: string): InspectorError {
  const file = JSON.stringify(name);
  const asFloats = `numpy.save("floats.npy", numpy.load(${file}).astype("float32"))`;
  const [, kind, size] = /^[<>=|]?([a-zA-Z])(\d{0,6})$/.exec(stored) ?? [];
  const bits = 8 * Number(size);
  if (stored === '[') {
    return bad(
      name,
      'stores a structured array, of named fields',
      'Save the field that is the latent alone.',
    );
  }
  if (kind === 'u' && bits === 8 && shape.length >= 3 && [3, 4].includes(shape.at(-1) ?? 0)) {
    return bad(
      name,
      `stores 8-bit whole numbers, ${shape.at(-1)} in each place, as pictures do; it is no latent`,
      `Save it as a picture and open that: PIL.Image.fromarray(numpy.load(${file})).save("picture.png").`,
    );
  }
  switch (kind) {
    case 'i':
    case 'u':
      return bad(
        name,
        `stores whole numbers (${kind === 'u' ? 'u' : ''}int${bits}), where a latent has fractions`,
        `If they are the numbers of a latent all the same, save them as floats: ${asFloats}.`,
      );
    case 'f':
      // Eight bits: ml_dtypes. The others are what C calls a long double.
      if (bits > 64) {
        return bad(name, `stores numbers of ${bits} bits (${stored})`, `Save them in 32: ${asFloats}.`);
      }
      break;
    case 'b':
      return bad(name, 'stores only true and false', 'Choose the file of the latent itself.');
    case 'c':
      return bad(name, 'stores complex numbers, which no latent has', 'Save the real part, as float32.');
    case 'O':
      return bad(
        name,
        'holds Python objects (a pickle), which this page does not run',
        `Save the array alone: x = numpy.load(${file}, allow_pickle=True), then numpy.save("latent.npy", ...) of the array of floats in it.`,
      );
    case 'U':
    case 'S':
      return bad(name, 'stores texts', 'Choose the file of the latent itself.');
  }
  return bad(
    name,
    kind === 'V' || kind === 'f'
      ? `stores numbers of ${bits} bits whose type NumPy does not keep (${shown(stored)})`
      : `stores its numbers as ${shown(stored)}, a type that is not known here`,
    'Save them as float32 where their type is still known: x.float() in PyTorch, x.astype("float32") in JAX and NumPy.',
  );
}

/** Turns every number's bytes round, in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** Fortran order has the first index fastest, C order the last. */
function toRowMajor(data: Float32Array<ArrayBuffer>, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  return data.map(() => {
    const value = data[index.reduce((sum, at, axis) => sum + at * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
    return value;
  });
}

function wordsOf(shape: readonly number[]): string {
  return `the shape ${shown(shape)}`;
}

function bad(name: string, what: string, advice = 'Save the array again with numpy.save.'): InspectorError {
  return new InspectorError('bad-file', `${name} ${what}.`, advice);
}
