/** Good one-line texts (addresses, header fields, names) with changes that make them odd, token by token. */
import fc from 'fast-check';
import { JSON_NUMBERS } from './numbers';

const ODD: readonly string[] = [
  ...JSON_NUMBERS,
  '',
  ' ',
  '%',
  '%2',
  '%zz',
  '%00',
  '%ed%a0%80',
  '%F0%9F%98%80',
  '%2526',
  '+',
  '&',
  '=',
  '#',
  '?',
  ';',
  ',',
  ':',
  '@',
  '!',
  '*',
  '/',
  '-',
  '"',
  '\\',
  '\u0000',
  '\n',
  '\ud800',
  '\udc00x',
  '😀',
  '\u202e',
  'NaN',
  'Infinity',
  'undefined',
  '__proto__',
  'constructor',
  'javascript:alert(1)',
  'http://[',
  'http://user:pass@host:99999/',
  'file:///etc/passwd',
  '=HYPERLINK("x")',
  '0x10',
  '1_000',
  '١٢',
  '9'.repeat(400),
  'a'.repeat(3000),
  ';'.repeat(3000),
  'heal@0,0;'.repeat(2100),
];

type Step =
  | { do: 'replace' | 'insert'; at: number; odd: number }
  | { do: 'remove' | 'double' | 'cut'; at: number }
  | { do: 'copy'; at: number; from: number };

export interface OddText {
  good: number;
  steps: readonly Step[];
}

const place = fc.nat(999);
const odd = fc.nat(ODD.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('replace' as const, 'insert' as const), at: place, odd }),
  fc.record({
    do: fc.constantFrom('remove' as const, 'double' as const, 'remove' as const, 'cut' as const),
    at: place,
  }),
  fc.record({ do: fc.constant('copy' as const), at: place, from: place }),
);

/** Words, numbers and what stands between them. */
const TOKEN = /[a-zA-Z]+|\d+|\s+|./gsu;

/** Odd texts made of these; `make` turns what is generated into the text. */
export function oddText(goods: readonly string[]): {
  recipes: fc.Arbitrary<OddText>;
  make(recipe: OddText): string;
  goods: readonly string[];
} {
  const recipes = fc.record({
    good: fc.nat(goods.length - 1),
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  });
  const make = ({ good, steps }: OddText) => {
    const tokens = goods[good].match(TOKEN) ?? [];
    for (const each of steps) apply(tokens, each);
    return tokens.join('');
  };
  return { recipes, make, goods };
}

function apply(tokens: string[], step: Step): void {
  const at = step.at % Math.max(1, tokens.length);
  switch (step.do) {
    case 'replace':
      tokens[at] = ODD[step.odd];
      return;
    case 'insert':
      tokens.splice(at, 0, ODD[step.odd]);
      return;
    case 'remove':
      tokens.splice(at, 1);
      return;
    case 'double':
      tokens.splice(at, 0, ...tokens.slice(at));
      return;
    case 'cut':
      tokens.length = at;
      return;
    case 'copy':
      if (tokens.length > 0) tokens[at] = tokens[step.from % tokens.length];
  }
}
