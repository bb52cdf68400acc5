/**
 * A view as text for an address, and back:
 *
 *     v=1&model=mini-spot&picture=chart&size=512&layer=norm&cell=12,30&e=heal@12,30;!add@3,4:0.5,-1,0,2
 *
 * An edit is `kind@row,col`, then after a colon its numbers (`set`, `add`, `paste`: one a channel; `scale`: the factor;
 * `noise`: sigma and seed; `swap`: the other cell's row and column). `!` in front: switched off. Numbers are written
 * with as many digits as they have, so a link opens exactly what was seen. `picture=` (empty) is a visitor's own, and with
 * `latent=NAME` a latent from that file. `compare` is the model on the right; `units` says how the edits are carried to it.
 * `amplify` is the scale of a change map: `data`, fitted to the largest change, or a factor; a link that shows a change without it is
 * of a time that knew no other scale than the absolute one, `1`. `panel` is the experiment that is open. `step` is a step of the guided path; alone it sets the page up for that step. Without
 * it a link opens the lab bench; `screen=bench` asks for that and nothing else. `backend` and `hub` are read too: they belong to the page, not to a view.
 *
 * Keys may be added without a new version: what is missing is the default, and what is unknown is passed over. The version
 * changes only when an old page would misread a new link.
 */

import { shorten } from '@/common/shown';
import { type Edit, readCell, readEdit, unknownKind, writeCell, writeEdit } from '@/edits';
import type { BackendName } from '@/engine/backends/name';
import type { Precision } from '@/engine/protocol';
import { type Amplification, type Show, SIZES, type View } from '../types';
import {
  AMPLIFICATIONS,
  DEFAULT_VIEW,
  isLayer,
  isSize,
  isStep,
  LARGEST_RADIUS,
  RANGES,
  SHOWS,
  UNITS,
} from '../view';

export const LINK_VERSION = 1;

/** The names that a link uses; an address may carry others, which are not ours. */
export const LINK_KEYS = [
  'v',
  'model',
  'picture',
  'size',
  'layer',
  'cell',
  'e',
  'show',
  'amplify',
  'radius',
  'compare',
  'units',
  'latent',
  'range',
  'panel',
  'step',
  'screen',
] as const;

/** More edits than this are no one's work. */
const MAX_EDITS = 2000;

const BACKENDS: readonly BackendName[] = ['webgpu', 'wasm', 'webgl', 'cpu'];
const PRECISIONS: readonly Precision[] = ['single', 'half'];

export interface Link {
  /** The view that the link asks for; whatever it does not say, or says wrongly, is missing. */
  view: Partial<View>;
  backend?: BackendName;
  precision?: Precision;
  /** Number of decodes of which one is done twice and compared, for tests of the page itself. */
  recheck?: number;
  /** The address of a model hub, without a slash at its end. */
  hub?: string;
  /** Parts that could not be read, told in full sentences. */
  problems: string[];
}

/** Names of files and from scripts may hold half a character, which an address cannot. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(HALF_CHARACTER, '\ufffd'));
}

const HALF_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The view as `key=value&...`, without `?` or `#`. What equals the default of a setting is left out. */
export function writeLink(view: View): string {
  const parts = [
    `v=${LINK_VERSION}`,
    `model=${encoded(view.model)}`,
    `picture=${encoded(view.picture ?? '')}`,
    `size=${view.size}`,
    `layer=${view.layer}`,
    `cell=${writeCell(view.cell)}`,
  ];
  if (view.edits.length > 0) parts.push(`e=${view.edits.map(writeEdit).join(';')}`);
  if (view.show !== DEFAULT_VIEW.show) parts.push(`show=${view.show}`);
  if (isChange(view.show) || view.amplification !== DEFAULT_VIEW.amplification) {
    parts.push(`amplify=${view.amplification}`);
  }
  if (view.radius !== DEFAULT_VIEW.radius) parts.push(`radius=${view.radius}`);
  if (view.compare !== null) parts.push(`compare=${encoded(view.compare)}`);
  // Of one model alone they mean nothing.
  if (view.compare !== null && view.units !== DEFAULT_VIEW.units) parts.push(`units=${view.units}`);
  if (view.latent !== null) parts.push(`latent=${encoded(view.latent)}`);
  if (view.range !== DEFAULT_VIEW.range) parts.push(`range=${view.range}`);
  if (view.panel !== null) parts.push(`panel=${encoded(view.panel)}`);
  if (view.step !== null) parts.push(`step=${view.step}`);
  return parts.join('&');
}

/**
 * Reads a link: `search` and `hash` of an address (with or without `?` and `#`); where both name a thing the hash wins.
 * Never throws. What is broken is left out and said, the rest is read.
 */
export function readLink(search: string, hash = ''): Link {
  const given = new Map<string, string>([
    ...new URLSearchParams(search.replace(/^\?/, '')),
    ...new URLSearchParams(hash.replace(/^#/, '')),
  ]);
  const view: Partial<View> = {};
  const problems: string[] = [];

  const read = <T>(key: string, what: string, parse: (text: string) => T | null, use: (value: T) => void) => {
    const text = given.get(key);
    if (text === undefined) return;
    const value = parse(text);
    if (value === null) problems.push(`The link names ${what} that cannot be read: "${shorten(text)}".`);
    else use(value);
  };

  const version = given.get('v');
  if (version !== undefined && version !== String(LINK_VERSION)) {
    const newer = /^\d+$/.test(version) && Number(version) > LINK_VERSION;
    problems.push(
      newer
        ? `The link was made by a newer version of this page (${shorten(version)}). What this one understands of it is shown.`
        : `The link names a version that cannot be read: "${shorten(version)}".`,
    );
  }
  read(
    'model',
    'a model',
    (text) => text || null,
    (model) => {
      view.model = model;
    },
  );
  const picture = given.get('picture');
  if (picture !== undefined) view.picture = picture || null;
  const size = given.get('size');
  if (size !== undefined) {
    if (isSize(Number(size))) view.size = Number(size) as View['size'];
    else problems.push(sizeProblem(size));
  }
  read(
    'layer',
    'a layer',
    (text) => (isLayer(text) ? text : null),
    (layer) => {
      view.layer = layer;
    },
  );
  read('cell', 'a cell', readCell, (cell) => {
    view.cell = cell;
  });
  read(
    'show',
    'a picture to show',
    (text) => (SHOWS.includes(text as Show) ? (text as Show) : null),
    (show) => {
      view.show = show;
    },
  );
  read('amplify', 'an amplification', readAmplification, (amplification) => {
    view.amplification = amplification;
  });
  // Links to a change map were written without it where the scale was absolute.
  if (isChange(view.show) && !given.has('amplify')) view.amplification = 1;
  read('radius', 'a radius', readRadius, (radius) => {
    view.radius = radius;
  });
  read(
    'compare',
    'a model to compare with',
    (text) => text || null,
    (compare) => {
      view.compare = compare;
    },
  );
  read(
    'units',
    'units',
    (text) => UNITS.find((units) => units === text) ?? null,
    (units) => {
      view.units = units;
    },
  );
  read(
    'latent',
    'a latent',
    (text) => text || null,
    (latent) => {
      view.latent = latent;
    },
  );
  read(
    'range',
    'a range',
    (text) => RANGES.find((range) => range === text) ?? null,
    (range) => {
      view.range = range;
    },
  );
  read(
    'panel',
    'an experiment',
    (text) => (/^[a-z][a-zA-Z-]{0,30}$/.test(text) ? text : null),
    (panel) => {
      view.panel = panel;
    },
  );
  read('step', 'a step of the guide', readStep, (step) => {
    view.step = step;
  });
  const edits = given.get('e');
  if (edits !== undefined) view.edits = readEdits(edits, problems);

  const link: Link = { view, problems };
  read(
    'backend',
    'a backend',
    (text) => BACKENDS.find((name) => name === text) ?? null,
    (backend) => {
      link.backend = backend;
    },
  );
  read(
    'precision',
    'a precision',
    (text) => PRECISIONS.find((name) => name === text) ?? null,
    (precision) => {
      link.precision = precision;
    },
  );
  read(
    'recheck',
    'a number of decodes',
    (text) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : null),
    (recheck) => {
      link.recheck = recheck;
    },
  );
  read('hub', 'a model hub', readHub, (hub) => {
    link.hub = hub;
  });
  return link;
}

/**
 * Tells whether an address asks for nothing of ours, as a newcomer's does, who is shown the guide. Keys of others (`utm_source`) and
 * those that leave the view alone (`sw`) do not count; who asks for a backend or a hub is at the bench.
 */
export function isBare(search: string, hash = ''): boolean {
  const keys = [...new URLSearchParams(search).keys(), ...new URLSearchParams(hash.replace(/^#/, '')).keys()];
  const ours: readonly string[] = [...LINK_KEYS, 'backend', 'precision', 'recheck', 'hub'];
  return !keys.some((key) => ours.includes(key));
}

function sizeProblem(text: string): string {
  const all = `${SIZES.slice(0, -1).join(', ')} and ${SIZES.at(-1)}`;
  const asked = /^\d{1,6}$/.test(text)
    ? `The link asks for ${text} pixels`
    : `The link names a size that cannot be read: "${shorten(text)}"`;
  return `${asked}; this page opens pictures at ${all}, and uses its own size now.`;
}

function readEdits(text: string, problems: string[]): Edit[] {
  const items = text.split(';').filter((item) => item !== '');
  if (items.length > MAX_EDITS) {
    problems.push(`The link holds ${items.length} edits; the first ${MAX_EDITS} are kept.`);
    items.length = MAX_EDITS;
  }
  const broken: string[] = [];
  const unknown: string[] = [];
  const edits = items.flatMap((item) => {
    const edit = readEdit(item);
    if (edit) return [edit];
    const kind = unknownKind(item);
    if (kind === null) broken.push(item);
    else if (!unknown.includes(kind)) unknown.push(kind);
    return [];
  });
  for (const kind of unknown) {
    problems.push(
      `The link holds edits of the kind "${shorten(kind)}", which this page does not know. They are left out.`,
    );
  }
  const [first] = broken;
  if (first !== undefined) {
    problems.push(
      broken.length === 1
        ? `One edit of the link cannot be read: "${shorten(first)}".`
        : `${broken.length} edits of the link cannot be read, the first "${shorten(first)}".`,
    );
  }
  return edits;
}

function isChange(show: Show | undefined): boolean {
  return show === 'change' || show === 'control-change';
}

function readAmplification(text: string): Amplification | null {
  return AMPLIFICATIONS.find((value) => String(value) === text) ?? null;
}

function readStep(text: string): number | null {
  return /^\d{1,2}$/.test(text) && isStep(Number(text)) ? Number(text) : null;
}

function readRadius(text: string): number | null {
  return /^\d{1,3}$/.test(text) && Number(text) <= LARGEST_RADIUS ? Number(text) : null;
}

/** The address of a model hub, as it is used: no slash at its end. Null for anything but a plain http or https address. */
export function readHub(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? `${origin}${pathname}`.replace(/\/+$/, '') : null;
}
