import { expect, test, vi } from 'vitest';
import { InspectorError, type PlainError } from '@/common/errors';
import { checkEditList, writeEdit } from '@/edits';
import type { LatentInspectorElement } from '@/element/embed';
import { envelop, type FromFrame, readListening, readToFrame } from '@/element/frame/protocol';
import { serve } from '@/element/frame/serve';
import {
  givenExperiment,
  givenLatent,
  givenModel,
  givenName,
  givenOptions,
  givenSide,
  givenWhich,
  soundEdits,
} from '@/element/given';
import { EXPERIMENT_NAMES } from '@/experiments/declarations';
import { ownLatent } from '@/formats/latent/shape';
import { givenByScript } from '@/session/pictures/latents';
import { checkSentence, generated } from './runs';
import { oddValues } from './values';

/** Length that any input counts for, bytes: what is sent weighs next to nothing, only what is made of it is counted. */
const bytes = () => 10_000;
/** Words that are let through: what was given is said, not-a-number too. */
const says = /\bNaN\b/;

const cell = { row: 1, col: 2 };
const OWN = { weights: new Blob(['weights']), config: { latent_channels: 4 }, name: 'mine.safetensors' };
const LATENT = { rows: 2, cols: 3, channels: 4, data: Array.from({ length: 24 }, (_, at) => at) };

const WITH_LOGVAR = { ...LATENT, logvar: Array.from({ length: 24 }, (_, at) => -at) };
const SCALED = { ...WITH_LOGVAR, scaling: { scale: 0.5, shift: 1 } };

const REQUESTS = [
  { type: 'hello' },
  { type: 'abort', id: 7 },
  { type: 'request', id: 1, method: 'ready', args: [] },
  { type: 'request', id: 2, method: 'setModel', args: ['mini-spot'] },
  { type: 'request', id: 3, method: 'setCompare', args: [null] },
  { type: 'request', id: 'four', method: 'setImage', args: ['harbour'] },
  { type: 'request', id: 5, method: 'setLatent', args: [LATENT, 'a latent'] },
  { type: 'request', id: 9, method: 'setLatent', args: [SCALED, 'scaled'] },
  { type: 'request', id: 6, method: 'setEdits', args: [[{ kind: 'heal', cell }]] },
  { type: 'request', id: 7, method: 'decoded', args: ['edited', 'compare'] },
  { type: 'request', id: 8, method: 'experiment', args: ['noise', { sigmas: [1] }, { side: 'model' }] },
].map((message) => ({ source: 'latent-inspector', version: 1, ...message }));

const ANSWERS = [
  { type: 'listening', session: '1-2', port: true },
  { type: 'listening', session: '1-2' },
  { type: 'resize', height: 900 },
].map((message) => ({ source: 'latent-inspector', version: 1, ...message }));

generated('messages from a frame', {
  ...oddValues(ANSWERS),
  bytes,
  read: readListening,
  holds(message) {
    if (!message) return;
    expect(typeof message.session).toBe('string');
    expect(typeof message.port).toBe('boolean');
  },
  never: true,
});

/** An element that looks at what it is given as the real one does, and does nothing else. */
function anElement(): LatentInspectorElement {
  const later = async <T>(look: () => T) => look();
  const element = {
    ready: Promise.resolve(),
    setModel: (model: unknown) => later(() => givenModel(model)),
    setCompare: (model: unknown) => later(() => (model === null ? null : givenModel(model))),
    setImage: async () => undefined,
    setLatent: (latent: unknown, name: unknown) =>
      later(() => ownLatent(givenByScript(givenLatent(latent), givenName(name)).latent, givenName(name))),
    posterior: (side: unknown) => later(() => givenSide(side)),
    effect: (side: unknown) => later(() => givenSide(side)),
    decoded: (which: unknown, side: unknown) => later(() => [givenWhich(which), givenSide(side)]),
    experiment: (name: unknown, options: unknown, run: { side?: unknown }) =>
      later(() => [givenOptions(givenExperiment(name), options), givenSide(run.side)]),
    get edits() {
      return [];
    },
    set edits(edits) {
      checkEditList(edits);
      for (const edit of soundEdits(edits)) writeEdit(edit);
    },
    addEventListener: () => {},
    getBoundingClientRect: () => ({ height: 900 }),
  };
  return element as unknown as LatentInspectorElement;
}

vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
  },
);

const ORIGIN = 'https://blog.example';
const answers: FromFrame[] = [];
const parent = { postMessage: (message: FromFrame) => answers.push(message) } as unknown as Window;
let hear: (event: { source: unknown; origin: string; data: unknown; ports: unknown[] }) => void = () => {};
serve({
  element: anElement(),
  origins: [ORIGIN],
  target: {
    parent,
    addEventListener: ((_: string, listener: typeof hear) => {
      hear = listener;
    }) as Window['addEventListener'],
  },
});

generated('messages to a frame', {
  ...oddValues(REQUESTS),
  bytes,
  read: async (data) => {
    answers.length = 0;
    hear({ source: parent, origin: 'https://elsewhere.example', data, ports: [] });
    hear({ source: {}, origin: ORIGIN, data, ports: [] });
    expect(answers).toEqual([]);
    hear({ source: parent, origin: ORIGIN, data, ports: [] });
    await new Promise((resolve) => setImmediate(resolve));
    return { message: readToFrame(data), answers: [...answers] };
  },
  holds({ message, answers: sent }) {
    if (message === null || message.type === 'abort' || message.type === 'connect') {
      expect(sent).toEqual([]);
      return;
    }
    // Whatever is asked is answered, once, and with an error for people where it cannot be done.
    expect(sent).toHaveLength(1);
    const [answer] = sent;
    if (answer.type !== 'refusal') return;
    expect(answer.error.code).not.toBe('internal');
    checkSentence(answer.error.message, 1000, says);
    checkSentence(answer.error.advice, 1000, says);
  },
  never: true,
});

const replies: { kind: string; error?: PlainError }[] = [];
let ask: (event: { data: unknown }) => void = () => {};
const port = {
  postMessage: (reply: (typeof replies)[number]) => replies.push(reply),
  addEventListener: (type: string, listener: typeof ask) => {
    if (type === 'message') ask = listener;
  },
  start: () => {},
};
hear({ source: parent, origin: ORIGIN, data: envelop({ type: 'connect' }), ports: [port] });

const CALLS = REQUESTS.flatMap((request) => {
  if (request.type === 'abort') return [{ kind: 'abort', id: 7 }];
  if (!('method' in request)) return [];
  return [{ kind: 'call', id: 1, call: request.method, args: request.args }];
});

generated('messages to a frame over its port', {
  ...oddValues(CALLS),
  bytes,
  read: async (data) => {
    replies.length = 0;
    ask({ data });
    await new Promise((resolve) => setImmediate(resolve));
    return replies.filter(({ kind }) => kind === 'result' || kind === 'error');
  },
  holds(sent) {
    expect(sent.length).toBeLessThan(2);
    const error = sent[0]?.error;
    if (!error) return;
    checkSentence(error.message, 1000, says);
    checkSentence(error.advice, 1000, says);
  },
  never: true,
});

test('a call over the port is answered, and one that is none is refused', async () => {
  for (const [call, code] of [
    ['edits', undefined],
    ['constructor', 'internal'],
    ['decoded', 'bad-option'],
  ]) {
    replies.length = 0;
    ask({ data: { kind: 'call', id: 1, call, args: [] } });
    await new Promise((resolve) => setImmediate(resolve));
    const [answer] = replies.filter(({ kind }) => kind !== 'alive');
    expect([answer.kind, answer.error?.code]).toEqual([code ? 'error' : 'result', code]);
  }
});

generated('models that scripts give', {
  ...oddValues([OWN, { weights: OWN.weights }]),
  goods: [OWN, 'mini-spot'],
  bytes,
  says,
  read: givenModel,
  holds: (model) => expect(typeof model === 'string' || model.weights instanceof Blob).toBe(true),
});

generated('latents that scripts give', {
  ...oddValues([LATENT, { ...LATENT, rows: 3, cols: 2 }, WITH_LOGVAR, SCALED]),
  bytes,
  says,
  read: (value) => {
    const given = givenByScript(givenLatent(value), 'This latent');
    return { ...given, latent: ownLatent(given.latent, given.name) };
  },
  holds: ({ latent: { rows, cols, channels, data }, logvar }) => {
    expect(data).toHaveLength(rows * cols * channels);
    expect(data.every(Number.isFinite)).toBe(true);
    if (!logvar) return;
    expect(logvar).toHaveLength(data.length);
    expect(logvar.every(Number.isFinite)).toBe(true);
  },
});

test.each([
  [{ logvar: [1, 2] }, 'The log-variance given with mine is 2 numbers long, and the latent 24.'],
  [
    { logvar: Float32Array.from({ length: 24 }, (_, at) => (at === 7 ? Number.NaN : 0)) },
    'The log-variance given with mine is NaN at number 7, counted from 0.',
  ],
  [{ logvar: 'none' }, 'The log-variance given with mine is "none", which is no list of numbers.'],
  [{ logvar: Array(24).fill('1') }, 'which is no list of numbers.'],
  [{ scaling: 5 }, 'mine is said to be scaled by 5.'],
  [{ scaling: { scale: '0.5' } }, 'mine is said to be scaled by "0.5", shift 0.'],
  [{ scaling: { scale: 0 } }, 'mine is said to be scaled by 0, shift 0.'],
  [{ scaling: { scale: 1, shift: Number.NaN } }, 'mine is said to be scaled by 1, shift NaN.'],
  [
    { scaling: { scale: 1, statistics: { mean: [0], std: [1] } } },
    'mine is said to be scaled by {"scale":1,',
  ],
])('a latent with %j is refused by what is wrong with it', (part, message) => {
  try {
    givenLatent({ ...LATENT, ...part }, 'mine');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InspectorError);
    expect((error as InspectorError).message).toContain(message);
    expect((error as InspectorError).advice).toMatch(/^Give /);
  }
  for (const none of [undefined, null]) {
    expect(givenLatent({ ...LATENT, logvar: none, scaling: none })).toEqual(LATENT);
  }
});

const OPTIONS = {
  sigmas: [0.5, 1],
  bounds: [1, 2],
  seeds: [1, 2, 3],
  sizes: [256],
  kinds: ['clip'],
  cells: [cell],
  cell,
  shifts: [{ dy: 0, dx: 64 }],
  crops: [{ row: 0, col: 0, rows: 8, cols: 8 }],
  swaps: [[0, 1]],
  steps: 9,
  path: 'straight',
  mechanism: true,
  pictures: ['harbour'],
};

generated('options of experiments', {
  ...oddValues([OPTIONS]),
  bytes,
  says,
  read: (options) => {
    // Each is refused by the runs that know the option, and by these alone.
    const refusals = EXPERIMENT_NAMES.flatMap((name) => {
      try {
        expect(typeof givenOptions(name, options)).toBe('object');
        return [];
      } catch (error) {
        return [error];
      }
    });
    if (refusals.length > 0) throw refusals[0];
    return options;
  },
  holds: () => {},
});

test('an error of the element that is none for people does not reach the page as one', async () => {
  answers.length = 0;
  hear({
    source: parent,
    origin: ORIGIN,
    data: envelop({ type: 'request', id: 1, method: 'decoded', args: [] }),
    ports: [],
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toMatchObject([{ type: 'refusal', error: { code: 'bad-option' } }]);
  expect(() => givenExperiment('constructor')).toThrow(InspectorError);
});
