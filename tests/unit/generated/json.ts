/** Good JSON with changes that make it odd, as text: only a text can say a key twice, or a number that is too large. */
import fc from 'fast-check';
import { JSON_NUMBERS } from './numbers';

/** A piece of JSON as it stands. */
class Raw {
  constructor(readonly text: string) {}
}

const DEEP = 10_000;
const MAX_ITEMS = 2000;
const MAX_LETTERS = 20_000;

/** Values that a reader may not have thought of. */
const ODD: readonly unknown[] = [
  ...JSON_NUMBERS.map((text) => new Raw(text)),
  null,
  true,
  false,
  '',
  ' ',
  '0',
  '12',
  'null',
  'NaN',
  'Infinity',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  'https://user:secret@example.org/?a=1#b',
  '<b onclick="x">',
  "'; --",
  '\u0000',
  '\u001b[31m',
  'a\nb\r\nc',
  '\u202e\u2066 turned',
  'e\u0301\u0301\u0301',
  '😀👩‍👩‍👧‍👦',
  new Raw('"\\ud800"'),
  new Raw('"\\udc00\\ud800"'),
  'x'.repeat(5000),
  '9'.repeat(400),
  [],
  [[]],
  {},
  [null],
  [0, 1],
  ['a', 'b'],
  { length: 4 },
  { length: 1e9 },
  { row: 0, col: 0 },
  { toString: null, valueOf: null },
  { toJSON: 'x' },
  new Raw('{"__proto__":{"polluted":true}}'),
  new Raw('{"constructor":{"prototype":{"polluted":true}}}'),
  new Raw('{"a":1,"a":2}'),
  Array(500).fill(0),
  Array(500).fill('x'),
  Array(300).fill({}),
  new Raw('['.repeat(DEEP) + ']'.repeat(DEEP)),
  new Raw(`${'{"a":'.repeat(DEEP)}null${'}'.repeat(DEEP)}`),
];

type Step =
  | { do: 'replace'; at: number; odd: number }
  | { do: 'remove'; at: number }
  | { do: 'copy'; at: number; from: number }
  | { do: 'add'; at: number; key: number; odd: number }
  | { do: 'repeat'; at: number; times: number }
  | { do: 'nudge'; at: number; by: number }
  | { do: 'rename'; at: number; key: number };

/** A change of the finished text. */
type Scratch = { at: number; remove: number; insert: string } | null;

/** The recipe of an odd text from a good value; what a failing test prints. */
export interface OddJson {
  good: number;
  steps: readonly Step[];
  scratch: Scratch;
}

const KEYS = ['__proto__', 'constructor', 'length', 'toString', 'hasOwnProperty', '', '0', 'x', 'then'];

const place = fc.nat(999);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('replace' as const), at: place, odd: fc.nat(ODD.length - 1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), at: place, from: place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      at: place,
      key: fc.nat(KEYS.length - 1),
      odd: fc.nat(ODD.length - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('repeat' as const),
      at: place,
      times: fc.constantFrom(1, 2, 20, 300),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('nudge' as const),
      at: place,
      by: fc.constantFrom(-1, 1, 0.5, -1e6, 1e6, 2 ** 32, 1e300),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      at: place,
      key: fc.nat(KEYS.length - 1),
    }),
  },
);
const scratch: fc.Arbitrary<Scratch> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: place,
      remove: fc.nat(4),
      insert: fc.constantFrom(
        '',
        '"',
        '{',
        '[',
        ']',
        '}',
        ',',
        ':',
        '\\',
        '\u0000',
        'NaN',
        '-',
        '\ufeff',
        '//',
      ),
    }),
  },
);

/** Odd texts made of these values; `make` turns what is generated into the text. */
export function oddJson(goods: readonly unknown[]): {
  recipes: fc.Arbitrary<OddJson>;
  make(recipe: OddJson): string;
  goods: readonly string[];
} {
  const recipes = fc.record({
    good: fc.nat(goods.length - 1),
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    scratch,
  });
  const make = ({ good, steps, scratch: last }: OddJson) => {
    const root = { value: structuredClone(goods[good]) };
    for (const each of steps) apply(root, each);
    const text = textOf(root.value);
    if (last === null) return text;
    const at = Math.floor((last.at / 1000) * text.length);
    return text.slice(0, at) + last.insert + text.slice(at + last.remove);
  };
  return { recipes, make, goods: goods.map(textOf) };
}

type Container = Record<string, unknown>;
interface Place {
  holder: Container;
  key: string;
}

/** Every value, and where it stands. */
function placesOf(root: { value: unknown }): Place[] {
  const places: Place[] = [];
  const visit = (holder: Container) => {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const value = holder[key];
      if (typeof value === 'object' && value !== null && !(value instanceof Raw)) visit(value as Container);
    }
  };
  visit(root);
  return places;
}

function apply(root: { value: unknown }, step: Step): void {
  const places = placesOf(root);
  // The root itself now and then, most often what is in it.
  const { holder, key } = places[step.at % places.length];
  const value = holder[key];
  switch (step.do) {
    case 'replace':
      holder[key] = structuredCloneOf(ODD[step.odd]);
      return;
    case 'remove':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (holder !== (root as unknown)) delete holder[key];
      return;
    case 'copy': {
      const from = places[step.from % places.length];
      holder[key] = structuredCloneOf(from.holder[from.key]);
      return;
    }
    case 'add':
      if (Array.isArray(value)) value.push(structuredCloneOf(ODD[step.odd]));
      else if (typeof value === 'object' && value !== null && !(value instanceof Raw)) {
        Object.defineProperty(value, KEYS[step.key], {
          value: structuredCloneOf(ODD[step.odd]),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return;
    case 'repeat':
      if (Array.isArray(value)) holder[key] = repeated(value, step.times);
      else if (typeof value === 'string') holder[key] = value.repeat(step.times + 1).slice(0, MAX_LETTERS);
      return;
    case 'nudge':
      if (typeof value === 'number') holder[key] = value + step.by;
      else if (typeof value === 'string') holder[key] = `${value}${step.by}`;
      return;
    case 'rename': {
      if (Array.isArray(holder) || holder === (root as unknown)) return;
      delete holder[key];
      Object.defineProperty(holder, KEYS[step.key], {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
}

/** Not for ever: many inputs have to be made. */
function repeated(items: readonly unknown[], times: number): unknown[] {
  const most = Math.max(1, Math.floor(MAX_ITEMS / Math.max(1, items.length)));
  return Array(Math.min(times + 1, most))
    .fill(items)
    .flat()
    .map(structuredCloneOf);
}

function structuredCloneOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Raw) return value;
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, structuredCloneOf(own)]));
}

function textOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([key, own]) => `${JSON.stringify(key)}:${textOf(own)}`)
    .join(',')}}`;
}
