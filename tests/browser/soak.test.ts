/**
 * Seeded random use of the built page: a minute here, and as long as `SOAK_MINUTES` says. Memory stays flat, nothing is complained
 * of, and the numbers stay those of a fresh page. `SOAK_SEED` replays a seed; the steps are written to tests/output/soak-SEED.log.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPage, openBuilt } from './built';
import { type KillableBrowser, launchKillable } from './processes';
import type { Shown } from './soak/inPage';
import { type Held, held } from './soak/memory';
import { fillUp, STEPS } from './soak/steps';
import { differences, Walk } from './soak/walk';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 1);
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 1e6));
const BACKEND = process.env.SOAK_BACKEND ?? 'wasm';
/** Time between two rests at which the page is looked at, milliseconds. */
const REST_EVERY = MINUTES > 2 ? 30_000 : 10_000;
/** Share by which memory may grow after the first minute of use that follows one step of each kind and every experiment. */
const GROWTH = 0.1;
const FIRST = 60;
/** Within the first minute, bytes: a result of another size, a picture that was dropped. */
const SLACK = MINUTES > 2 ? 0 : 3_000_000;

const LOG = `tests/output/soak-${SEED}.log`;

/** Memory that was held at a rest, after so many seconds. */
interface Look {
  at: number;
  memory: Held;
  backend: string;
}

let built: BuiltPage;
let killable: KillableBrowser;

beforeAll(async () => {
  [built, killable] = await Promise.all([openBuilt(), launchKillable()]);
});

afterAll(async () => {
  await killable?.close();
  await built?.close();
});

/**
 * Opens the same as at every rest, so that numbers and memory can be held against those of the rest before.
 * @param tensors as many as there should be
 */
async function rest(walk: Walk, tensors = Number.POSITIVE_INFINITY): Promise<{ shown: Shown; memory: Held }> {
  for (const open of await walk.page.locator('dialog[open]').all()) await open.press('Escape');
  const section = walk.page.getByRole('region', { name: 'Experiments' });
  while (await walk.inPage(({ soak }) => soak.press('^Stop$'))) await walk.page.waitForTimeout(100);
  const cards = section.locator('[aria-expanded="true"]');
  while ((await cards.count()) > 0) await cards.first().click();
  await walk.inPage(async ({ soak }) => {
    soak.stopExperiment();
    const element = soak.element();
    await element.ready.catch(() => {});
    await element.setCompare(null);
    await element.setModel('mini-planted');
    element.setAttribute('size', '256');
    element.setAttribute('layer', 'norm');
    await element.setImage('room');
    element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
    await element.effect();
  });
  await walk.page.waitForTimeout(300);
  const shown = await walk.shown();
  let memory = await held(walk.page, walk.cdp);
  // A decode that is repeated once nobody wants the device holds a few for its time.
  for (let time = 0; memory.tensors > tensors && time < 5; time++) {
    await walk.page.waitForTimeout(500);
    memory = await held(walk.page, walk.cdp);
  }
  return { shown, memory };
}

test(`a page used at random stays right and small (SOAK_SEED=${SEED})`, {
  timeout: (2 * MINUTES + 5) * 60_000,
}, async () => {
  mkdirSync('tests/output', { recursive: true });
  writeFileSync(LOG, '');
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const log = (line: string) => appendFileSync(LOG, `${seconds()} s  ${line}\n`);
  const context = await killable.browser.newContext({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const walk = new Walk({
    page,
    seed: SEED,
    long: MINUTES >= 20,
    log,
    url: `${built.url}?backend=${BACKEND}&recheck=3&model=mini-planted&picture=room&size=256`,
    killGraphics: killable.killGraphics,
  });
  await walk.begin();

  const wasm = (shown: Shown) => /CPU, \d/.test(shown.backend);
  const first = await rest(walk);
  const curve: Look[] = [];
  const look = async () => {
    const { shown, memory } = await rest(walk, first.memory.tensors);
    const wrong = differences(shown, first.shown, wasm(shown) && wasm(first.shown));
    for (const each of wrong) walk.wrong(`at rest, ${each}`);
    curve.push({ at: seconds(), memory, backend: shown.backend });
    log(`REST ${shown.backend} ${JSON.stringify(memory)}`);
  };
  // Whatever there is has been there once before memory is looked at; the heavy losses come at random.
  for (const step of STEPS) if (!/lose|kill/.test(step.name)) await walk.next(step);
  await fillUp(walk);
  await look();
  let next = seconds() * 1000 + REST_EVERY;
  let rests = 0;
  while (seconds() < 60 * MINUTES || rests < 2) {
    await walk.next();
    if (seconds() * 1000 < next) continue;
    // In a minute's soak each loss comes once.
    if (MINUTES <= 2 && rests < 2)
      await walk.next(STEPS.find(({ name }) => name.startsWith(['lose', 'kill'][rests])));
    await look();
    rests += 1;
    next = seconds() * 1000 + REST_EVERY;
  }

  // With the same results as in the beginning, the same is held.
  let full: Held | null = null;
  if (walk.options.long) {
    await fillUp(walk);
    await look();
    full = curve.at(-1)!.memory;
  }

  // At last, whatever edits and settings are there: a fresh page that is given the same link shows the same.
  const picture = await walk.inPage(({ soak }) =>
    soak.tried('setImage', soak.element().setImage('landscape')),
  );
  expect(picture).toBeNull();
  for (const name of ['compare', 'model', 'edits', 'edits']) {
    await walk.next(STEPS.find((step) => step.name === name));
  }
  await walk.check(({ soak }) => soak.settled());
  const last = await walk.shown();
  const link = page.url();
  const fresh = await context.newPage();
  const other = new Walk({ ...walk.options, page: fresh, url: link });
  await other.begin();
  const expected = await other.shown();
  log(`END ${link} ${JSON.stringify(last.effects)}`);
  for (const each of differences(last, expected, wasm(last) && wasm(expected)))
    walk.wrong(`beside a fresh page, ${each}`);
  const { rechecked, differed } = await walk.inPage(({ soak }) => soak.counts);
  await context.close();

  const megabytes = (value: number) => (value / 2 ** 20).toFixed(1);
  const lines = curve.map(
    ({ at, memory, backend }) =>
      `${at} s, ${backend}: page ${megabytes(memory.page)} MB, worker ${megabytes(memory.worker)} MB, wasm ${megabytes(memory.wasm)} MB, ${memory.tensors} tensors, ${megabytes(memory.tensorBytes)} MB of them, ${memory.workers} workers, ${memory.nodes} nodes, ${memory.listeners} listeners`,
  );
  console.info(`seed ${SEED}, ${LOG}\n${lines.join('\n')}\n${rechecked} decodes repeated on the last page`);
  writeFileSync(
    LOG.replace('.log', '.json'),
    JSON.stringify({ seed: SEED, minutes: MINUTES, rechecked, curve }),
  );
  expect([...walk.faults, ...other.faults, ...growth(curve, first.memory, full)]).toEqual([]);
  expect(differed).toBe(0);
});

const BYTES = ['page', 'worker', 'wasm', 'tensorBytes'] as const;
const COUNTS = ['nodes', 'listeners'] as const;

/**
 * Lists what grew since the first minute; whether what was held at the later half of many rests was more than at the earlier one;
 * and, in a long soak, whether the same results take more at its end than in its beginning. A soak of a minute is held against its
 * first rest.
 */
function growth(curve: readonly Look[], start: Held, full: Held | null): string[] {
  const wrong: string[] = [];
  const hold = (what: string, before: number, after: number) => {
    if (after > before * (1 + GROWTH)) wrong.push(`${what} grew from ${before} to ${after}`);
  };
  const [first] = curve;
  const early = curve.filter(({ at }) => MINUTES > 2 && at - first.at <= FIRST);
  for (const key of BYTES) {
    const before = Math.max(...[first, ...early].map(({ memory }) => memory[key]));
    for (const { at, memory } of curve) hold(`${key}, bytes at ${at} s,`, before + SLACK, memory[key]);
  }
  for (const key of ['tensors', 'workers'] as const) {
    for (const { at, memory } of curve) {
      // The same is open as at the very start, so that there are as many.
      if (memory[key] > start[key]) wrong.push(`${memory[key]} ${key} at ${at} s, ${start[key]} at first`);
    }
  }
  if (full)
    for (const key of [...BYTES, ...COUNTS]) hold(`${key}, filled up again,`, first.memory[key], full[key]);
  if (curve.length < 6) return wrong;
  for (const key of ['page', 'worker', ...COUNTS] as const) {
    const values = curve.map(({ memory }) => memory[key]);
    const [earlier, later] = [values.slice(0, values.length / 2), values.slice(values.length / 2)].map(
      median,
    );
    hold(`the median of ${key}`, earlier, later);
  }
  return wrong;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
