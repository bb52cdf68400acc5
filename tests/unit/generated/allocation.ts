/** Counts what a piece of code asks the memory for, in bytes: typed arrays and buffers, long arrays and long texts. */

/** A single request beyond this is not granted: tests share a machine. */
const MAX = 2 ** 30;
/** A place in an array, and a letter of a text. */
const [SLOT, LETTER] = [8, 2];

export interface Allocations {
  /** The largest single request. */
  largest: number;
  /** All of them together. */
  total: number;
}

let current: Allocations | null = null;

function note(bytes: number): void {
  if (!current || !(bytes > 0)) return;
  current.largest = Math.max(current.largest, bytes);
  current.total += bytes;
  if (bytes > MAX) throw new RangeError(`${bytes} bytes were asked for at once.`);
}

/**
 * Puts the counting constructors and functions in place, once for many calls of `counted`: each time they change, all compiled code
 * that uses them is thrown away.
 * @returns takes them out again
 */
export function watchAllocations(): () => void {
  for (const { holder, name, told } of PATCHES) holder[name] = told;
  return () => {
    for (const { holder, name, own } of PATCHES) holder[name] = own;
  };
}

/**
 * Runs `work`, between `watchAllocations` and its end, and counts what it asks for, at the moment it asks: requests that fail, or whose result nobody keeps, count too.
 * Not counted: objects, which live on the garbage collector's heap, and views of a buffer that is there already.
 */
export async function counted<T>(
  work: () => T | Promise<T>,
): Promise<{ outcome: PromiseSettledResult<Awaited<T>>; allocations: Allocations }> {
  const allocations = { largest: 0, total: 0 };
  current = allocations;
  try {
    return { outcome: { status: 'fulfilled', value: await work() }, allocations };
  } catch (reason) {
    return { outcome: { status: 'rejected', reason }, allocations };
  } finally {
    current = null;
  }
}

interface Patch {
  // biome-ignore lint/suspicious/noExplicitAny: prototypes and the global object, by name.
  holder: any;
  name: string;
  own: unknown;
  told: unknown;
}

const { ArrayBuffer: Bytes, SharedArrayBuffer: SharedBytes } = globalThis;
const NUMBERS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
const NumberArray = Object.getPrototypeOf(Uint8Array.prototype);

const PATCHES: readonly Patch[] = [
  ...[Bytes, SharedBytes].map((type) => constructing(type, ([bytes]) => Number(bytes))),
  ...NUMBERS.map((type) =>
    constructing(type, ([first]) => {
      if (first instanceof Bytes || first instanceof SharedBytes) return 0;
      const length = typeof first === 'object' && first !== null ? lengthOf(first) : Number(first);
      return length * type.BYTES_PER_ELEMENT;
    }),
  ),
  ...['slice', 'map', 'filter'].map((name) => made<Uint8Array>(NumberArray, name, (own) => own.byteLength)),
  made<ArrayBuffer>(Bytes.prototype, 'slice', (own) => own.byteLength),
  made<string>(TextDecoder.prototype, 'decode', (text) => LETTER * text.length),
  made<Uint8Array>(TextEncoder.prototype, 'encode', (bytes) => bytes.length),
  asked(Array, 'from', ([source]) => SLOT * lengthOf(source)),
  asked(String.prototype, 'padEnd', ([length]) => LETTER * Number(length)),
  asked(String.prototype, 'padStart', ([length]) => LETTER * Number(length)),
  asked(String.prototype, 'repeat', ([count], text) => LETTER * Number(count) * lengthOf(text)),
  asked(Blob.prototype, 'arrayBuffer', (_, blob) => (blob as Blob).size),
];

function lengthOf(source: unknown): number {
  const { length, size } = Object(source) as { length?: unknown; size?: unknown };
  return Number(length ?? size ?? 0);
}

function constructing(type: { name: string }, bytes: (given: unknown[]) => number): Patch {
  // biome-ignore lint/complexity/noBannedTypes: any constructor.
  const told: Function = new Proxy(type as unknown as Function, {
    construct(target, given, caller) {
      note(bytes(given));
      return Reflect.construct(target, given, caller === told ? target : caller);
    },
  });
  return { holder: globalThis, name: type.name, own: type, told };
}

// biome-ignore lint/suspicious/noExplicitAny: as of a patch.
function asked(holder: any, name: string, bytes: (given: unknown[], self: unknown) => number): Patch {
  const own = holder[name];
  const told = function (this: unknown, ...given: unknown[]) {
    note(bytes(given, this));
    return own.apply(this, given);
  };
  return { holder, name, own, told };
}

// biome-ignore lint/suspicious/noExplicitAny: as of a patch.
function made<T>(holder: any, name: string, bytes: (result: T) => number): Patch {
  const own = holder[name];
  const told = function (this: unknown, ...given: unknown[]) {
    const result = own.apply(this, given);
    note(bytes(result));
    return result;
  };
  return { holder, name, own, told };
}
