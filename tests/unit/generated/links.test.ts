import fc from 'fast-check';
import { expect } from 'vitest';
import type { Edit } from '@/edits';
import { readAttributes } from '@/element/attributes';
import { pageAddress, readEmbedRequest } from '@/element/frame/request';
import { type Link, readLink, writeLink } from '@/session/link/link';
import { SIZES, type View } from '@/session/types';
import { DEFAULT_VIEW, isLayer, LARGEST_RADIUS } from '@/session/view';
import { checkSentence, generated } from './runs';
import { type OddText, oddText } from './text';

const EDITS =
  'e=heal@12,30;!add@3,4:0.5,-1,0,2e-9;scale@0,0:-0;noise@1,1:2,4294967295;swap@1,2:3,4;set@0,1:1,2,3,4;zero@5,5';
const LINKS = [
  `v=1&model=mini-spot&picture=chart&size=512&layer=norm&cell=12,30&${EDITS}`,
  `v=1&model=sd1&picture=&size=256&layer=channel:3&cell=0,0&show=change&amplify=8&radius=2&compare=sdxl&units=raw&range=full&panel=mechanism`,
  'v=1&model=file%3Amy%20model.safetensors&picture=&latent=my%20latent.npy&size=384&layer=rawLogvar&cell=1,1',
  'backend=wasm&precision=half&hub=https%3A%2F%2Fmirror.example%2Fhub%2F&model=sd1',
];

const bytes = ({ length }: string) => length;

/** Odd links; what begins the parts of an address is not part of them. */
const links = oddText(LINKS);
const makeLink = (recipe: OddText) => links.make(recipe).replace(/^[?#]+/, '');

function checkLink({ view, problems, hub }: Link): void {
  expect(problems.length).toBeLessThan(30);
  for (const problem of problems) checkSentence(problem, 300);
  if (view.size !== undefined) expect(SIZES).toContain(view.size);
  if (view.layer !== undefined) expect(isLayer(view.layer)).toBe(true);
  if (view.radius !== undefined) expect(view.radius).toBeLessThanOrEqual(LARGEST_RADIUS);
  for (const edit of view.edits ?? []) checkEdit(edit);
  if (hub !== undefined) expect(new URL(hub).protocol).toMatch(/^https?:$/);
  // What was understood is written and understood as the same.
  const whole: View = { ...DEFAULT_VIEW, model: 'a', ...view };
  if (whole.compare === null) whole.units = DEFAULT_VIEW.units;
  const again = readLink('', writeLink(whole));
  expect(again.problems).toEqual([]);
  expect({ ...DEFAULT_VIEW, ...again.view }).toStrictEqual(whole);
}

function checkEdit({ cell, kind, ...rest }: Edit): void {
  expect(Number.isInteger(cell.row) && Number.isInteger(cell.col)).toBe(true);
  for (const value of Object.values(rest).flat()) {
    if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  }
}

generated('links, before and behind the #', {
  ...links,
  make: makeLink,
  bytes,
  // The edits are given back as they are, and the whole is read twice.
  read: (text) => [readLink(`?${text}`), readLink('', `#${text}`), readLink(text, text)],
  holds: ([search, hash, both]) => {
    checkLink(search);
    expect(hash).toEqual(search);
    expect(both).toEqual(search);
  },
  never: true,
});

generated('addresses of a frame', {
  ...oddText([
    '?embed=1&origin=https://blog.example&origin=https://other.example:8080&theme=dark&recording=figure.lirec',
    '?embed=1',
  ]),
  bytes,
  read: (search) => {
    const origin = 'https://page.example';
    return {
      request: readEmbedRequest({ search, origin }),
      address: pageAddress({ origin, pathname: '/', search }),
    };
  },
  holds: ({ request, address }) => {
    expect(new URL(address).origin).toBe('https://page.example');
    for (const origin of request?.origins ?? []) expect(new URL(origin).origin).toBe(origin);
  },
  never: true,
});

/** Names as files and scripts have them: with halves of characters too. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a\udfffb', '100%', 'a&b=c#d', '', '\u0000'),
);
generated('links of views with any names', {
  recipes: fc.record({
    model: name,
    picture: fc.option(name),
    latent: fc.option(name),
    compare: fc.option(name),
  }),
  make: (names): View => ({ ...DEFAULT_VIEW, ...names }),
  goods: [DEFAULT_VIEW],
  bytes: ({ model }) => model.length,
  read: (view) => readLink('', writeLink(view)).view,
  holds: (found, view) => {
    if (view.model !== '' && isWhole(view.model)) expect(found.model).toBe(view.model);
    if (view.latent && isWhole(view.latent)) expect(found.latent).toBe(view.latent);
  },
  never: true,
});

const isWhole = (text: string) =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

const attributes = oddText(['512', '12,30', 'norm', 'channel:3', 'mini-spot', ' 1 , 2 ']);
generated('attributes of the element', {
  ...attributes,
  bytes,
  read: (text) => readAttributes({ getAttribute: () => text }),
  holds: ({ size, layer, cell }) => {
    if (size !== undefined) expect(SIZES).toContain(size);
    if (layer !== undefined) expect(isLayer(layer)).toBe(true);
    if (cell) expect(Number.isSafeInteger(cell.row) && Number.isSafeInteger(cell.col)).toBe(true);
  },
  never: true,
});
