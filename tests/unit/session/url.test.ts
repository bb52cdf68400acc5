import { expect, test } from 'vitest';
import type { Edit } from '@/edits';
import { readEdit, writeEdit } from '@/edits';
import { readLink, writeLink } from '@/session/link/link';
import { SIZES, type View } from '@/session/types';
import { AMPLIFICATIONS, DEFAULT_VIEW, RANGES, SHOWS, UNITS } from '@/session/view';
import { generator, integer, type Random, randomEdit, randomLatent } from '../measures/cases';

const pick = <T>(random: Random, choices: readonly T[]): T => choices[integer(random, 0, choices.length - 1)];

/** Numbers of all sizes, and the awkward ones. */
function awkward(random: Random): number {
  const special = [0, -0, 1, -1, 0.1, 1 / 3, 1e21, -1e-7, 5e-324, 1.7976931348623157e308, 123456789.125];
  return random() < 0.4 ? pick(random, special) : (random() - 0.5) * 10 ** integer(random, -12, 12);
}

function randomView(random: Random): View {
  const shape = randomLatent(random, 32, 32, integer(random, 1, 16));
  const edits = Array.from({ length: integer(random, 0, 5) }, (): Edit => {
    const edit = randomEdit(random, shape);
    if ('values' in edit) return { ...edit, values: edit.values.map(() => awkward(random)) };
    if ('factor' in edit) return { ...edit, factor: awkward(random) };
    if (edit.enabled === true) delete edit.enabled;
    return edit;
  }).map((edit) => {
    // A link does not tell "enabled: true" from its default.
    if (edit.enabled === true) delete edit.enabled;
    return edit;
  });
  const compare = pick(random, [null, 'mini-clean', 'file:my model & more.safetensors']);
  return {
    model: pick(random, ['mini-spot', 'a model & more', 'x=1#y', 'Größe/π']),
    picture: pick(random, [null, 'chart', 'my picture?']),
    latent: pick(random, [null, 'my latent & more.npy']),
    size: pick(random, SIZES),
    layer: pick(random, ['norm', 'rawLogvar', 'logvar', 'kl', 'channel:0', 'channel:15']),
    range: pick(random, RANGES),
    cell: { row: integer(random, 0, 95), col: integer(random, 0, 95) },
    edits,
    show: pick(random, SHOWS),
    amplification: pick(random, AMPLIFICATIONS),
    radius: integer(random, 0, 32),
    compare,
    // Of one model alone they mean nothing, and are not in a link.
    units: compare === null ? DEFAULT_VIEW.units : pick(random, UNITS),
    step: pick(random, [null, 0, 3, 8]),
    panel: pick(random, [null, 'mechanism', 'reads']),
  };
}

test('any view survives the way through an address exactly', () => {
  const random = generator(17);
  for (let round = 0; round < 400; round++) {
    const view = randomView(random);
    const url = new URL(`http://host/page?backend=wasm#${writeLink(view)}`);
    const link = readLink(url.search, url.hash);
    expect(link.problems).toEqual([]);
    expect({ ...DEFAULT_VIEW, ...link.view }).toStrictEqual(view); // tells -0 from 0
    expect(link.backend).toBe('wasm');
    // In the search part it means the same.
    const asSearch = new URL(`http://host/page?${writeLink(view)}`);
    expect({ ...DEFAULT_VIEW, ...readLink(asSearch.search).view }).toStrictEqual(view);
  }
});

test('a link is readable by people', () => {
  const view: View = {
    ...DEFAULT_VIEW,
    model: 'mini-spot',
    picture: 'chart',
    cell: { row: 12, col: 30 },
    edits: [
      { kind: 'heal', cell: { row: 12, col: 30 } },
      { kind: 'add', cell: { row: 3, col: 4 }, values: [0.5, -1, 0, 2], enabled: false },
      { kind: 'noise', cell: { row: 1, col: 2 }, sigma: 1.5, seed: 7 },
      { kind: 'swap', cell: { row: 1, col: 2 }, with: { row: 5, col: 6 } },
      { kind: 'scale', cell: { row: 1, col: 2 }, factor: -2e-9 },
      { kind: 'zero', cell: { row: 0, col: 0 } },
    ],
  };
  expect(writeLink(view)).toBe(
    'v=1&model=mini-spot&picture=chart&size=512&layer=norm&cell=12,30' +
      '&e=heal@12,30;!add@3,4:0.5,-1,0,2;noise@1,2:1.5,7;swap@1,2:5,6;scale@1,2:-2e-9;zero@0,0',
  );
});

test('two models and their units are part of a link; the usual units and one model alone are not', () => {
  const view: View = { ...DEFAULT_VIEW, model: 'sd1', picture: 'chart', compare: 'sdxl', units: 'raw' };
  const start = 'v=1&model=sd1&picture=chart&size=512&layer=norm&cell=0,0';
  expect(writeLink(view)).toBe(`${start}&compare=sdxl&units=raw`);
  expect(writeLink({ ...view, compare: null, units: 'sigma' })).toBe(start);
  // Units outlive the second model on the page, not in a link.
  expect(writeLink({ ...view, compare: null })).toBe(start);
  // A link from before there were two.
  expect({ ...DEFAULT_VIEW, ...readLink('', `#${start}`).view }).toMatchObject({
    compare: null,
    units: 'sigma',
  });
});

/** Links as earlier versions wrote them. They are never changed: whoever has one must find the same. */
const FROZEN: [string, Partial<View>][] = [
  [
    '#v=1&model=mini-planted&picture=still-life&size=512&layer=norm&cell=1,1',
    { model: 'mini-planted', picture: 'still-life', size: 512, layer: 'norm', cell: { row: 1, col: 1 } },
  ],
  [
    '#v=1&model=mini-emergent&picture=harbour&size=256&layer=channel:2&cell=12,30&e=heal@12,30;!add@3,4:0.5,-1,0,2&show=change&amplify=8&radius=6',
    {
      model: 'mini-emergent',
      picture: 'harbour',
      size: 256,
      layer: 'channel:2',
      cell: { row: 12, col: 30 },
      edits: [
        { kind: 'heal', cell: { row: 12, col: 30 } },
        { kind: 'add', cell: { row: 3, col: 4 }, values: [0.5, -1, 0, 2], enabled: false },
      ],
      show: 'change',
      amplification: 8,
      radius: 6,
    },
  ],
  [
    '#v=1&model=sd1&picture=&size=768&layer=rawLogvar&cell=0,95&e=noise@1,2:1.5,7;swap@1,2:5,6;scale@1,2:-2e-9;zero@0,0&compare=sdxl&units=raw',
    {
      model: 'sd1',
      picture: null,
      size: 768,
      layer: 'rawLogvar',
      cell: { row: 0, col: 95 },
      edits: [
        { kind: 'noise', cell: { row: 1, col: 2 }, sigma: 1.5, seed: 7 },
        { kind: 'swap', cell: { row: 1, col: 2 }, with: { row: 5, col: 6 } },
        { kind: 'scale', cell: { row: 1, col: 2 }, factor: -2e-9 },
        { kind: 'zero', cell: { row: 0, col: 0 } },
      ],
      compare: 'sdxl',
      units: 'raw',
    },
  ],
  // Units that stayed behind when the second model was taken away.
  ['?model=mini-clean&cell=3,4#units=raw', { model: 'mini-clean', cell: { row: 3, col: 4 }, units: 'raw' }],
];

test.each(FROZEN)('an older link opens what it showed: %s', (link, view) => {
  const { search, hash } = new URL(link, 'http://host/');
  expect(readLink(search, hash)).toEqual({ view, problems: [] });
});

test('the range of the colours, the open experiment and a latent’s name are part of a link', () => {
  const view: View = {
    ...DEFAULT_VIEW,
    model: 'a',
    range: 'middle',
    panel: 'mechanism',
    latent: 'my latent.npy',
  };
  expect(writeLink(view)).toBe(
    'v=1&model=a&picture=&size=512&layer=norm&cell=0,0&latent=my%20latent.npy&range=middle&panel=mechanism',
  );
  expect(readLink('?range=all&panel=A%20B&latent=').problems).toEqual([
    'The link names a latent that cannot be read: "".',
    'The link names a range that cannot be read: "all".',
    'The link names an experiment that cannot be read: "A B".',
  ]);
});

test('a hub is read from the address, and only as a plain address of the web', () => {
  for (const [text, hub] of [
    ['https://mirror.example', 'https://mirror.example'],
    ['http://localhost:8080/hub//', 'http://localhost:8080/hub'],
    ['https://user:word@mirror.example/a?b=c#d', 'https://mirror.example/a'],
  ]) {
    expect(readLink(`?hub=${encodeURIComponent(text)}`)).toEqual({ view: {}, problems: [], hub });
    expect(readLink('', `#hub=${encodeURIComponent(text)}`).hub).toBe(hub);
  }
  for (const text of [
    '',
    'mirror.example',
    'javascript:alert(1)',
    'ftp://mirror.example',
    '//mirror.example',
  ]) {
    const link = readLink(`?hub=${encodeURIComponent(text)}`);
    expect(link.hub).toBeUndefined();
    expect(link.problems).toEqual([`The link names a model hub that cannot be read: "${text}".`]);
  }
});

test('a broken part is said and the rest is read', () => {
  const link = readLink(
    '?v=1&model=mini-spot&size=500&layer=colour&cell=1;2&amplify=9&show=all&radius=900&backend=abacus&compare=&units=pints',
    '#e=heal@1,2;melt@3,4;add@1,1:1,two;heal@1,2:3',
  );
  expect(link.view).toEqual({ model: 'mini-spot', edits: [{ kind: 'heal', cell: { row: 1, col: 2 } }] });
  expect(link.backend).toBeUndefined();
  expect(link.problems).toEqual([
    'The link asks for 500 pixels; this page opens pictures at 256, 384, 512 and 768, and uses its own size now.',
    'The link names a layer that cannot be read: "colour".',
    'The link names a cell that cannot be read: "1;2".',
    'The link names a picture to show that cannot be read: "all".',
    'The link names an amplification that cannot be read: "9".',
    'The link names a radius that cannot be read: "900".',
    'The link names a model to compare with that cannot be read: "".',
    'The link names units that cannot be read: "pints".',
    'The link holds edits of the kind "melt", which this page does not know. They are left out.',
    '2 edits of the link cannot be read, the first "add@1,1:1,two".',
    'The link names a backend that cannot be read: "abacus".',
  ]);
});

test('a newer version is said, and what is understood is shown', () => {
  const link = readLink('', '#v=2&cell=3,4&sound=on');
  expect(link.view).toEqual({ cell: { row: 3, col: 4 } });
  expect(link.problems).toEqual([
    'The link was made by a newer version of this page (2). What this one understands of it is shown.',
  ]);
  expect(readLink('?v=old').problems).toEqual(['The link names a version that cannot be read: "old".']);
});

test('the hash wins over the search part, and an empty picture is a picture of the own', () => {
  expect(readLink('?model=a&size=256', '#model=b').view).toEqual({ model: 'b', size: 256 });
  expect(readLink('?picture=').view).toEqual({ picture: null });
  expect(readLink('').view).toEqual({});
});

test('only what writeEdit writes is an edit', () => {
  const wrong = [
    '',
    'heal',
    'heal@',
    'heal@1',
    'heal@-1,2',
    'heal@1.5,2',
    'heal@1,2,3',
    'heal@1,2:',
    'HEAL@1,2',
    '!!heal@1,2',
    'set@1,2',
    'set@1,2:',
    'set@1,2:1,,2',
    'set@1,2:NaN',
    'set@1,2:Infinity',
    'set@1,2:1e999',
    'set@1,2:0x10',
    'scale@1,2:1,2',
    'noise@1,2:1',
    'noise@1,2:1,-1',
    'noise@1,2:-1,1',
    'noise@1,2:1,1.5',
    'noise@1,2:1,4294967296',
    'swap@1,2:3',
    'constructor@1,2',
  ];
  for (const text of wrong) expect(readEdit(text)).toBeNull();
  expect(readEdit('!set@1,2:.5,-3.,1E3')).toEqual({
    kind: 'set',
    cell: { row: 1, col: 2 },
    values: [0.5, -3, 1000],
    enabled: false,
  });
  expect(writeEdit({ kind: 'scale', cell: { row: 0, col: 0 }, factor: 1e21 })).toBe('scale@0,0:1e21');
});

test('no text whatever makes reading throw', () => {
  const random = generator(23);
  const alphabet = 'v=1&e@:;,!-.%healsetaddnoise0123456789# \u0000é';
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: integer(random, 0, 60) }, () => pick(random, [...alphabet])).join('');
    expect(Array.isArray(readLink(text, `#e=${text}`).problems)).toBe(true);
  }
});

test('an absurd number of edits is cut', () => {
  const link = readLink('', `#e=${new Array(2500).fill('heal@1,1').join(';')}`);
  expect(link.view.edits).toHaveLength(2000);
  expect(link.problems).toEqual(['The link holds 2500 edits; the first 2000 are kept.']);
});

test('a link to a change map of a time that knew the absolute scale alone keeps it; a new one says its own', () => {
  expect(readLink('?v=1&model=a&show=change').view.amplification).toBe(1);
  expect(readLink('?v=1&model=a&show=control-change').view.amplification).toBe(1);
  expect(readLink('?v=1&model=a&show=change&amplify=8').view.amplification).toBe(8);
  // Where no change is shown the default is free.
  expect(readLink('?v=1&model=a').view.amplification).toBeUndefined();
  for (const amplification of AMPLIFICATIONS) {
    const link = writeLink({ ...DEFAULT_VIEW, model: 'a', show: 'change', amplification });
    expect(link).toContain(`amplify=${amplification}`);
    expect(readLink(link).view.amplification).toBe(amplification);
  }
});
