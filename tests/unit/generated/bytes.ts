/** Good files with changes that make them odd: any byte, and the fields and chunks that a format has. */
import fc from 'fast-check';
import { WHOLE } from './numbers';

/** A number in a file, at a byte from its start. */
export interface NumberField {
  at: number;
  size: 1 | 2 | 3 | 4 | 8;
  big?: boolean;
}

export interface GoodFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Lengths, counts and offsets. */
  fields?: readonly NumberField[];
  /** So many bytes at its start tell what it is: most odd files keep them, or they would be refused for them. */
  signature?: number;
  /** From and to (exclusive): what can be exchanged, dropped or repeated as a whole. */
  chunks?: readonly (readonly [number, number])[];
}

/** A place in a file of any length: a share of it. */
type Share = number;

type Change =
  | { do: 'flip'; at: Share; bit: number }
  | { do: 'put'; at: Share; byte: number }
  | { do: 'number'; at: Share; size: 1 | 2 | 4 | 8; big: boolean; value: number }
  | { do: 'field'; which: number; value: number; near: number | null }
  | { do: 'insert'; at: Share; bytes: readonly number[] }
  | { do: 'remove'; at: Share; length: Share }
  | { do: 'repeat'; at: Share; length: Share; times: number }
  | { do: 'cut'; at: Share }
  | { do: 'splice'; other: number; at: Share; from: Share }
  | { do: 'exchange' | 'copy' | 'drop'; which: number; other: number };

/** The recipe of an odd file from a good one; what a failing test prints. */
export interface OddBytes {
  good: number;
  /** Its first bytes are put back in the end. */
  signed: boolean;
  changes: readonly Change[];
}

const share = fc.oneof(
  { weight: 3, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  // Headers are at the front.
  { weight: 3, arbitrary: fc.double({ min: 0, max: 0.1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0.5, 0.999) },
);
const value = fc.constantFrom(...WHOLE);
const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x7f, 0x80, 0x20, 0x0a, 0x22));
const index = fc.nat(63);
const size = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flip' as const), at: share, bit: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), at: share, byte }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('number' as const), at: share, size, big: fc.boolean(), value }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('field' as const),
      which: index,
      value,
      near: fc.option(fc.integer({ min: -16, max: 16 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('insert' as const),
      at: share,
      bytes: fc.array(byte, { minLength: 1, maxLength: 16 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), at: share, length: share }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('repeat' as const),
      at: share,
      length: share,
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), at: share }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('splice' as const), other: index, at: share, from: share }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('exchange' as const, 'copy' as const, 'drop' as const),
      which: index,
      other: index,
    }),
  },
);

/** Odd files made of these; `make` turns what is generated into bytes. */
export function oddBytes(goods: readonly GoodFile[]): {
  recipes: fc.Arbitrary<OddBytes>;
  make(recipe: OddBytes): Uint8Array<ArrayBuffer>;
  goods: readonly Uint8Array<ArrayBuffer>[];
} {
  const recipes = fc.record({
    good: fc.nat(goods.length - 1),
    signed: fc.oneof(
      { weight: 4, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  });
  const make = ({ good, signed, changes }: OddBytes) => {
    let bytes = goods[good].bytes.slice();
    for (const each of changes) bytes = changed(bytes, each, goods[good], goods);
    const { signature = 0 } = goods[good];
    if (signed) bytes.set(goods[good].bytes.subarray(0, Math.min(signature, bytes.length)));
    return bytes;
  };
  return { recipes, make, goods: goods.map(({ bytes }) => bytes) };
}

type Bytes = Uint8Array<ArrayBuffer>;

function changed(bytes: Bytes, change: Change, good: GoodFile, goods: readonly GoodFile[]): Bytes {
  const place = (at: Share) => Math.min(bytes.length, Math.floor(at * bytes.length));
  const end = (at: Share, length: Share) => place(at + length * (1 - at));
  switch (change.do) {
    case 'flip':
      if (bytes.length > 0) bytes[place(change.at) % bytes.length] ^= 1 << change.bit;
      return bytes;
    case 'put':
      if (bytes.length > 0) bytes[place(change.at) % bytes.length] = change.byte;
      return bytes;
    case 'number':
      return put(bytes, { ...change, at: place(change.at) }, change.value);
    case 'field': {
      const { fields = [] } = good;
      if (fields.length === 0) return put(bytes, { at: 0, size: 4 }, change.value);
      const field = fields[change.which % fields.length];
      return put(bytes, field, change.near === null ? change.value : get(bytes, field) + change.near);
    }
    case 'insert':
      return joined(bytes.subarray(0, place(change.at)), change.bytes, bytes.subarray(place(change.at)));
    case 'remove':
      return joined(bytes.subarray(0, place(change.at)), bytes.subarray(end(change.at, change.length)));
    case 'repeat': {
      const [from, to] = [place(change.at), end(change.at, change.length)];
      // At most some kilobytes more: many inputs have to be made.
      const piece = bytes.subarray(from, Math.min(to, from + 1024));
      return joined(bytes.subarray(0, to), ...Array(change.times).fill(piece), bytes.subarray(to));
    }
    case 'cut':
      return bytes.slice(0, place(change.at));
    case 'splice': {
      const other = goods[change.other % goods.length].bytes;
      return joined(
        bytes.subarray(0, place(change.at)),
        other.subarray(Math.floor(change.from * other.length)),
      );
    }
    default: {
      const { chunks = [[0, 0]] } = good;
      const a = chunks[change.which % chunks.length];
      const b = chunks[change.other % chunks.length];
      const [first, second] = a[0] <= b[0] ? [a, b] : [b, a];
      if (change.do === 'drop') return joined(bytes.subarray(0, a[0]), bytes.subarray(a[1]));
      if (change.do === 'copy')
        return joined(bytes.subarray(0, b[1]), bytes.subarray(...a), bytes.subarray(b[1]));
      if (first[1] > second[0]) return bytes;
      return joined(
        bytes.subarray(0, first[0]),
        bytes.subarray(...second),
        bytes.subarray(first[1], second[0]),
        bytes.subarray(...first),
        bytes.subarray(second[1]),
      );
    }
  }
}

function joined(...pieces: ArrayLike<number>[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function get(bytes: Bytes, { at, size, big = false }: NumberField): number {
  let value = 0;
  for (let digit = 0; digit < size; digit++) {
    value = value * 256 + (bytes[big ? at + digit : at + size - 1 - digit] ?? 0);
  }
  return value;
}

function put(bytes: Bytes, { at, size, big = false }: NumberField, value: number): Bytes {
  let rest = Math.max(0, value);
  for (let digit = 0; digit < size; digit++) {
    const to = big ? at + size - 1 - digit : at + digit;
    if (to < bytes.length) bytes[to] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}
