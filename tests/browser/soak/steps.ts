/** The steps of the soak's visitor. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit } from '@/edits';
import type { Walk } from './walk';

type Random = () => number;

export interface Step {
  name: string;
  /** Frequency with which it is taken, beside the others. */
  weight: number;
  /** @returns what was chosen, for the log */
  take(walk: Walk, random: Random): Promise<string>;
}

const MODELS = ['mini-planted', 'mini-clean', 'mini-emergent'];
const PICTURES = ['still-life', 'room', 'landscape', 'type', 'chart'];
const LAYERS = ['norm', 'rawLogvar', 'logvar', 'kl', 'channel:0', 'channel:3'];
/** Those of the short soak, at any size; then those that the long one has besides, at the smallest: at 512 pixels they take minutes. */
const QUICK: [name: string, options: object][] = [
  ['influence', {}],
  ['mechanism', {}],
  ['roll', {}],
  ['sampling', {}],
  ['kl', {}],
];
const OTHERS: [name: string, options: object][] = [
  ['scan', {}],
  ['crop', {}],
  ['noise', {}],
  ['clamp', {}],
  ['heal', {}],
  ['channels', {}],
  ['reads', {}],
  ['interpolate', { other: 'chart', steps: 3 }],
];
/** The mechanism is of edits, and others of cells that stand out. */
const REFUSED = /bad-edit|bad-option|not-found/;
/** Of the pictures that are opened, pixels a side. */
const SMALLEST = 256;
/** Words on the buttons of cards that run something. */
const RUNS = 'Roll the picture|Heal cell after cell|Go on healing|Count the bits|Leave out';
const CARDS = /Does the spot stay|Which cells speak|many bits|channels/;

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(of.length * random())];
const whole = (random: Random, below: number) => Math.floor(below * random());

/** An edit of any kind. Sizes are at least 256 pixels: 32 x 32 cells. */
function anyEdit(random: Random): Edit {
  const cell = { row: whole(random, 32), col: whole(random, 32) };
  const values = [0, 0, 0, 0].map(() => 6 * random() - 3);
  return pick<() => Edit>(random, [
    () => ({ cell, kind: 'heal' }),
    () => ({ cell, kind: 'zero' }),
    () => ({ cell, kind: 'set', values }),
    () => ({ cell, kind: 'add', values }),
    () => ({ cell, kind: 'paste', values }),
    () => ({ cell, kind: 'scale', factor: 4 * random() - 2 }),
    () => ({ cell, kind: 'noise', sigma: 2 * random(), seed: whole(random, 1000) }),
    () => ({ cell, kind: 'swap', with: { row: whole(random, 32), col: (cell.col + 1) % 32 } }),
  ])();
}

/** Waits for the numbers of what is open now and then, and goes on without them else. */
const maybeSettle = async (walk: Walk, random: Random) => {
  if (random() < 0.4) await walk.check(({ soak }) => soak.settled());
};

export const STEPS: readonly Step[] = [
  {
    name: 'edits',
    weight: 20,
    async take(walk, random) {
      const edits = Array.from({ length: 1 + whole(random, 3) }, () => anyEdit(random));
      await walk.inPage(({ soak }, given) => {
        soak.element().edits = given;
      }, edits);
      await maybeSettle(walk, random);
      return edits.map(({ kind }) => kind).join(' ');
    },
  },
  {
    name: 'keys',
    weight: 12,
    async take({ page }, random) {
      await page.getByRole('grid', { name: 'Latent cells' }).first().focus();
      const keys = Array.from({ length: 1 + whole(random, 4) }, () =>
        pick(random, ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', '[', ']']),
      );
      for (const key of [...keys, 'Enter']) await page.keyboard.press(key);
      await page.keyboard.down('Space');
      await page.waitForTimeout(50);
      await page.keyboard.up('Space');
      return keys.join(' ');
    },
  },
  {
    name: 'channel',
    weight: 6,
    async take({ page }, random) {
      const field = page.getByRole('spinbutton', { name: `Channel ${whole(random, 4)}` });
      await field.fill((4 * random() - 2).toFixed(2));
      await field.press('Enter');
      return field.inputValue();
    },
  },
  {
    name: 'history',
    weight: 10,
    async take({ page }, random) {
      const name = pick(random, ['Undo', 'Undo', 'Redo', 'Reset']);
      const button = page.getByRole('button', { name, exact: true }).first();
      if (await button.isEnabled()) await button.click();
      return name;
    },
  },
  {
    name: 'model',
    weight: 5,
    async take(walk, random) {
      const model = pick(random, MODELS);
      void walk
        .inPage(({ soak }, id) => soak.tried('setModel', soak.element().setModel(id)), model)
        .then(
          (said) => said && walk.wrong(said),
          () => {},
        );
      if (random() < 0.6) await walk.check(({ soak }) => soak.settled());
      return model;
    },
  },
  {
    name: 'compare',
    weight: 5,
    async take(walk, random) {
      const model = random() < 0.4 ? null : pick(random, MODELS);
      void walk
        .inPage(({ soak }, id) => soak.tried('setCompare', soak.element().setCompare(id), 'not-found'), model)
        .then(
          (said) => said && walk.wrong(said),
          () => {},
        );
      await maybeSettle(walk, random);
      return String(model);
    },
  },
  {
    name: 'size',
    weight: 3,
    async take(walk, random) {
      const size = pick(random, [256, 256, walk.options.long ? 512 : 384]);
      await walk.inPage(({ soak }, side) => soak.element().setAttribute('size', String(side)), size);
      return String(size);
    },
  },
  {
    name: 'picture',
    weight: 5,
    async take(walk, random) {
      const id = pick(random, PICTURES);
      void walk
        .inPage(({ soak }, name) => soak.tried('setImage', soak.element().setImage(name)), id)
        .then(
          (said) => said && walk.wrong(said),
          () => {},
        );
      await maybeSettle(walk, random);
      return id;
    },
  },
  {
    name: 'drop',
    weight: 5,
    async take(walk, random) {
      const made = {
        seed: whole(random, 1000),
        width: 200 + whole(random, 900),
        height: 200 + whole(random, 900),
      };
      await walk.inPage(
        async ({ soak }, { seed, width, height }) => soak.drop(await soak.picture(seed, width, height)),
        made,
      );
      await walk.page.waitForTimeout(300);
      return `${made.width} x ${made.height}`;
    },
  },
  {
    name: 'view',
    weight: 6,
    async take(walk, random) {
      const layer = pick(random, LAYERS);
      await walk.inPage(({ soak }, name) => soak.element().setAttribute('layer', name), layer);
      const { page } = walk;
      const buttons = page.locator('latent-inspector [data-pane="decoded"] .segmented label:visible');
      const count = await buttons.count();
      if (count > 0)
        await buttons
          .nth(whole(random, count))
          .click({ timeout: 3000 })
          .catch(() => {});
      return layer;
    },
  },
  {
    name: 'experiment',
    weight: 8,
    async take(walk, random) {
      const side = await walk.inPage(({ soak }) => soak.element().getAttribute('size'));
      const [name, options] = pick(random, experimentsOf(walk, Number(side)));
      const ended = runExperiment(walk, name, options, pick(random, ['model', 'model', 'compare']));
      await Promise.race([ended, walk.page.waitForTimeout(4000 * random())]);
      if (random() < 0.7) await walk.inPage(({ soak }) => soak.stopExperiment());
      return name;
    },
  },
  {
    name: 'card',
    weight: 3,
    async take(walk, random) {
      const section = walk.page.getByRole('region', { name: 'Experiments' });
      // It may lie over the card.
      const said = walk.page.locator('.toast-notice').getByRole('button', { name: 'Dismiss' });
      while ((await said.count()) > 0) await said.first().click();
      const cards = section.getByRole('button', { name: CARDS });
      const card = cards.nth(whole(random, await cards.count()));
      const name = await card.textContent();
      await card.click();
      if (await walk.inPage(({ soak }, names) => soak.press(names), RUNS)) {
        await walk.page.waitForTimeout(1500 * random());
        await walk.inPage(({ soak }) => soak.press('^Stop$'));
      }
      return name ?? '';
    },
  },
  {
    name: 'hide',
    weight: 4,
    async take({ cdp, page }, random) {
      const freezes = random() < 0.5;
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      if (freezes) await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
      await new Promise((resolve) => setTimeout(resolve, 1500 * random()));
      if (freezes) await cdp.send('Page.setWebLifecycleState', { state: 'active' });
      await page.evaluate(() => {
        Reflect.deleteProperty(document, 'visibilityState');
        Reflect.deleteProperty(document, 'hidden');
        document.dispatchEvent(new Event('visibilitychange'));
      });
      return freezes ? 'frozen' : 'hidden';
    },
  },
  {
    name: 'latent',
    weight: 3,
    async take(walk, random) {
      const { page } = walk;
      await walk.check(({ soak }) => soak.settled());
      await page.getByRole('button', { name: 'Share and export' }).click();
      const end = pick(random, ['.npy', '.safetensors', '.latent']);
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: 60_000 }),
        page
          .getByRole('group', { name: 'Save the latent' })
          .getByRole('button', { name: end, exact: true })
          .click(),
      ]);
      // The browser is another process's, which keeps its downloads to itself.
      const path = join(tmpdir(), `soak-${process.pid}${end}`);
      await download.saveAs(path);
      const buffer = readFileSync(path);
      rmSync(path);
      const dialog = page.getByRole('dialog');
      if (random() < 0.5) {
        await walk.inPage(({ soak }, { name, base64 }) => soak.choose(name, base64), {
          name: download.suggestedFilename(),
          base64: buffer.toString('base64'),
        });
        if (end === '.npy') {
          await page.getByRole('radio', { name: 'unscaled' }).check();
          await page.getByRole('button', { name: 'Open it' }).click();
        }
        await page.waitForTimeout(300);
      }
      if ((await dialog.count()) > 0) await page.keyboard.press('Escape');
      return end;
    },
  },
  {
    name: 'lose the worker',
    weight: 2,
    take: loseWorker,
  },
  {
    name: 'kill the graphics process',
    weight: 1,
    async take(walk) {
      // A browser whose graphics process dies again and again does without one, and at last without itself.
      if (walk.kills >= 2) return 'not again';
      walk.kills += 1;
      walk.options.killGraphics();
      await walk.page.waitForTimeout(1500);
      await walk.check(({ soak }) => soak.settled());
      return '';
    },
  },
];

/** A step by its weight. @param at 0 to 1 */
export function anyStep(at: number): Step {
  let left = at * STEPS.reduce((sum, { weight }) => sum + weight, 0);
  for (const step of STEPS) {
    left -= step.weight;
    if (left < 0) return step;
  }
  return STEPS[0];
}

/** Two workers that are lost within ten minutes would move the page to another backend, which is slow in software. */
const APART = 10.5 * 60_000;

/** Ends the engine's worker without a word, or by an error that nothing catches. */
async function loseWorker(walk: Walk, random: Random): Promise<string> {
  if (performance.now() - walk.lostAt < APART) return 'not again so soon';
  walk.lostAt = performance.now();
  const silent = random() < 0.5;
  if (silent) await walk.inPage(({ soak }) => soak.worker()?.terminate());
  else {
    const worker = walk.page.workers().find((each) => /[/#]worker-[^/]*$/.test(each.url()));
    const thrown = worker?.evaluate(() => {
      setTimeout(() => {
        throw new Error('thrown on purpose');
      });
    });
    // It may be gone before it answers.
    await thrown?.catch(() => {});
  }
  await walk.page.waitForTimeout(2000 * random());
  await walk.check(({ soak }) => soak.settled());
  return silent ? 'silently' : 'by an error';
}

/** Those that are run at a size. */
const experimentsOf = ({ options: { long } }: Walk, side: number) =>
  long && side <= SMALLEST ? [...QUICK, ...OTHERS] : QUICK;

async function runExperiment(
  walk: Walk,
  name: string,
  options: object,
  side: string,
  mayBeRefused = true,
): Promise<void> {
  const said = await walk
    .inPage(({ soak }, asked) => soak.startExperiment(asked), { name, options, side })
    // The page may have been loaded anew.
    .catch(() => null);
  if (said && !(mayBeRefused && REFUSED.test(said))) walk.wrong(said);
}

/** Opens all that the steps may leave open, at their largest, so that what is held afterwards is the most that there should be. */
export async function fillUp(walk: Walk): Promise<void> {
  const { long } = walk.options;
  // The library that writes JPEG files is the page's own, and stays once it was used.
  const section = walk.page.getByRole('region', { name: 'Experiments' });
  await walk.inPage(({ soak }) => soak.element().setImage('room'));
  const card = section.getByRole('button', { name: /many bits/ });
  if ((await card.getAttribute('aria-expanded')) !== 'true') await card.click();
  while (!(await walk.inPage(({ soak }) => soak.press('Count the bits'))))
    await walk.page.waitForTimeout(200);
  await section.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 120_000 });
  if (long) await fillAt(walk, SMALLEST, OTHERS);
  await fillAt(walk, long ? 512 : 384, QUICK);
  walk.options.log('filled up');
}

async function fillAt(walk: Walk, side: number, experiments: typeof QUICK): Promise<void> {
  await walk.inPage(async ({ soak }, size) => {
    const element = soak.element();
    await element.setModel('mini-planted');
    element.setAttribute('size', String(size));
    await element.setCompare('mini-clean');
    // A latent may be open, of which most experiments cannot be made.
    await element.setImage('room');
    element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
  }, side);
  await walk.check(({ soak }) => soak.settled());
  for (const [name, options] of experiments) {
    for (const of of ['model', 'compare']) {
      const start = performance.now();
      // Those that tell their result in part have as much room for it at once.
      const patience = name === 'scan' ? 3000 : 120_000;
      const run = runExperiment(walk, name, options, of, false);
      await Promise.race([run, walk.page.waitForTimeout(patience)]);
      await walk.inPage(({ soak }) => soak.stopExperiment());
      walk.options.log(`filled ${name}, ${of}, ${side} px (${Math.round(performance.now() - start)} ms)`);
    }
  }
}
