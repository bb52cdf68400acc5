import fc from 'fast-check';
import { expect } from 'vitest';
import { readNpy, writeNpy } from '@/formats/latent/npy';
import { type GoodFile, oddBytes } from './bytes';
import { generated } from './runs';
import { type OddText, oddText } from './text';

/** A file of NumPy's with any header, whose length is right. */
function npy(header: string, data: Uint8Array<ArrayBuffer>, version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(`${header}\n`);
  const fixed = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(fixed + text.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, fixed);
  bytes.set(data, fixed + text.length);
  return bytes;
}

const numbers = (count: number) => Float32Array.from({ length: count }, (_, at) => at / 4 - 7);
const asBytes = (values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
  new Uint8Array(values.buffer);

const HEADERS: readonly [header: string, data: Uint8Array<ArrayBuffer>, version?: number][] = [
  ["{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4, 3, 5), }", asBytes(numbers(60))],
  [
    "{'descr': '<f2', 'fortran_order': True, 'shape': (4, 3, 5), }",
    asBytes(new Uint16Array(60).fill(0x3c01)),
  ],
  ["{'descr': '>f8', 'fortran_order': False, 'shape': (60,), }", asBytes(new Float64Array(60))],
  ["{'shape': (), 'descr': '|f4', 'fortran_order': False}", asBytes(numbers(1)), 2],
  ["{'descr': '=f4', 'fortran_order': False, 'shape': (2, 0, 3), }", new Uint8Array(0), 3],
];

const FILES = HEADERS.map(([header, data, version]): GoodFile => {
  const bytes = npy(header, data, version);
  return {
    name: header,
    bytes,
    signature: 6,
    fields: [
      { at: 6, size: 1 },
      { at: 8, size: version ? 4 : 2 },
      { at: 9, size: 1 },
    ],
    chunks: [
      [10, 10 + header.length],
      [10 + header.length, bytes.length],
    ],
  };
});

const reader = {
  bytes: ({ length }: Uint8Array) => length,
  read: (bytes: Uint8Array<ArrayBuffer>) => readNpy(bytes, 'array.npy'),
  holds({ shape, data }: ReturnType<typeof readNpy>) {
    expect(data).toHaveLength(shape.reduce((product, side) => product * side, 1));
  },
};

generated("NumPy's files", { ...oddBytes(FILES), ...reader });

const headers = oddText(HEADERS.map(([header]) => header));
generated("NumPy's files with odd headers", {
  recipes: headers.recipes,
  make: (recipe: OddText) => npy(headers.make(recipe), HEADERS[recipe.good][1], HEADERS[recipe.good][2]),
  goods: FILES.map(({ bytes }) => bytes),
  ...reader,
});

generated("NumPy's files, written and read", {
  recipes: fc.record({
    shape: fc.array(fc.nat(5), { maxLength: 5 }),
    value: fc.float({ noDefaultInfinity: false }),
  }),
  make: ({ shape, value }) => {
    const count = shape.reduce((product, side) => product * side, 1);
    return { shape, data: Float32Array.from({ length: count }, (_, at) => (at % 3 === 0 ? value : at)) };
  },
  goods: [],
  bytes: ({ data }) => data.byteLength,
  read: (array) => readNpy(writeNpy(array), 'array.npy'),
  holds: ({ shape, data, dtype }, array) => {
    expect({ shape, data, dtype }).toEqual({ ...array, dtype: 'float32' });
  },
});
