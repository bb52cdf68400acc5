/** Good values with changes that make them odd, of all that can be sent from one window to another: also what JSON has no word for. */
import fc from 'fast-check';
import { type OddJson, oddJson } from './json';

/** Of each a new one, as some are changed by whoever reads them. */
const SENT: readonly (() => unknown)[] = [
  () => undefined,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -0,
  () => 2n ** 70n,
  () => new Date(Number.NaN),
  () => /a+/g,
  () => new Map([[{}, 1]]),
  () => new Set([1]),
  () => new ArrayBuffer(8),
  () => new Float32Array(4),
  () => new Float32Array([1, 2, Number.NaN, 4]),
  () => new Uint8ClampedArray(3),
  () => new BigInt64Array(4),
  () => new DataView(new ArrayBuffer(4)),
  () => new Error('sent'),
  () => new Array(2 ** 32 - 1),
  () => Object.assign([1, 2, 3, 4], { extra: 1 }),
  // biome-ignore lint/suspicious/noSparseArray: that is what is odd about it.
  () => [1, , 3, 4],
  () => new Boolean(false),
  () => new Number(4),
  () => new String('heal'),
  () => new Blob(['x']),
  () => {
    const self: Record<string, unknown> = { kind: 'heal' };
    self.self = self;
    return self;
  },
  () => {
    const list: unknown[] = [];
    list.push(list, list);
    return list;
  },
  () => Object.create(null),
];

export interface OddValue {
  json: OddJson;
  /** Odd values that are put into it beside, and where. */
  sent: readonly { at: number; which: number }[];
}

/** Odd values made of these; `make` turns what is generated into the value. */
export function oddValues(goods: readonly unknown[]): {
  recipes: fc.Arbitrary<OddValue>;
  make(recipe: OddValue): unknown;
  goods: readonly unknown[];
} {
  const json = oddJson(goods);
  const recipes = fc.record({
    json: json.recipes.map((recipe) => ({ ...recipe, scratch: null })),
    sent: fc.array(fc.record({ at: fc.nat(999), which: fc.nat(SENT.length - 1) }), { maxLength: 2 }),
  });
  const make = ({ json: recipe, sent }: OddValue) => {
    const root: { value: unknown } = { value: JSON.parse(json.make(recipe)) };
    for (const { at, which } of sent) {
      const places = placesOf(root);
      const { holder, key } = places[at % places.length];
      holder[key] = SENT[which]();
    }
    return root.value;
  };
  return { recipes, make, goods };
}

type Holder = Record<string, unknown>;

const isPlain = (value: object) =>
  /Object|Array\]/.test(Object.prototype.toString.call(value)) && !ArrayBuffer.isView(value);

/** Not deeper than a message goes. */
const DEEPEST = 8;

function placesOf(root: object): { holder: Holder; key: string }[] {
  const places: { holder: Holder; key: string }[] = [];
  const seen = new Set<object>();
  const visit = (holder: object, depth: number) => {
    if (seen.has(holder) || depth > DEEPEST || !isPlain(holder)) return;
    seen.add(holder);
    for (const key of Object.keys(holder).slice(0, 100)) {
      places.push({ holder: holder as Holder, key });
      const value = (holder as Holder)[key];
      if (typeof value === 'object' && value !== null) visit(value, depth + 1);
    }
  };
  visit(root, 0);
  return places;
}
