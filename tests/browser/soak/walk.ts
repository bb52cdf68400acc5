/** A seeded visitor: what happens to the page, step by step, and what is wrong afterwards. */
import type { CDPSession, Page } from 'playwright';
import { uniform } from '@/latent/random';
import { installSoak, type Shown, type SoakWindow } from './inPage';
import { anyStep, type Step } from './steps';

/** Messages that the soak provokes itself, or that a browser writes where nothing is wrong. */
const EXPECTED = /thrown on purpose|WebGL|GPU process|context lost/i;

export interface WalkOptions {
  page: Page;
  url: string;
  seed: number;
  /** True where there is time for everything. */
  long: boolean;
  /** Kills the browser's graphics process; it stands up again. */
  killGraphics(): void;
  log(line: string): void;
}

export class Walk {
  /** Faults that no visitor should have met. */
  readonly faults: string[] = [];
  readonly page: Page;
  cdp!: CDPSession;
  /** Time at which the engine's worker was lost last, by `performance.now`. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** Kills of the graphics process in the whole soak: after some more the browser draws without it. */
  kills = 0;
  private index = 0;

  constructor(readonly options: WalkOptions) {
    this.page = options.page;
  }

  async begin(): Promise<void> {
    const { page } = this;
    page.on('pageerror', (error) => this.wrong(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.wrong(`console: ${message.text()}`);
    });
    page.on('worker', (worker) => {
      if (!/[/#]worker-[^/]*$/.test(worker.url())) return;
      // It may be gone already.
      worker
        .evaluate(() => {
          self.addEventListener('unhandledrejection', ({ reason }) =>
            console.error(`unhandled rejection in the worker: ${reason?.message ?? reason}`),
          );
        })
        .catch(() => {});
    });
    await page.addInitScript(installSoak);
    await page.addInitScript(() =>
      window.addEventListener('unhandledrejection', ({ reason }) =>
        console.error(`unhandled rejection: ${reason?.message ?? reason}`),
      ),
    );
    this.cdp = await page.context().newCDPSession(page);
    await page.goto(this.options.url);
    await this.inPage(({ soak }) => soak.element().ready);
  }

  /** Takes the next step of the seed's, with its own numbers: what a step draws does not depend on how the one before it ended. */
  async next(only?: Step): Promise<void> {
    const random = uniform(1000 * this.options.seed + this.index);
    this.index += 1;
    const step = only ?? anyStep(random());
    const start = performance.now();
    let told = '';
    try {
      told = await step.take(this, random);
    } catch (error) {
      this.wrong(`step ${step.name}: ${(error as Error).message}`);
    }
    const failure = await this.inPage(({ soak }) => soak.failure());
    if (failure) {
      this.wrong(`shown: ${failure}`);
      await this.page.locator('.toast-failure').getByRole('button', { name: 'Dismiss' }).click();
    }
    const took = Math.round(performance.now() - start);
    this.options.log(`${this.index} ${step.name} ${told} (${took} ms)`);
    await this.page.waitForTimeout(400 * random() ** 2);
  }

  wrong(what: string): void {
    if (EXPECTED.test(what)) return;
    this.faults.push(`after step ${this.index}: ${what}`);
    this.options.log(`FAULT ${what}`);
  }

  /** Calls a function in the page with what the soak has put there. */
  inPage<R, A = undefined>(work: (here: SoakWindow, args: A) => R, args?: A): Promise<Awaited<R>> {
    return this.page.evaluate(`(${work})(window, ${JSON.stringify(args ?? null)})`);
  }

  /** As `inPage`, where the result says what went wrong. */
  async check(work: (here: SoakWindow) => Promise<string | null>): Promise<void> {
    const said = await this.inPage(work);
    if (said) this.wrong(said);
  }

  shown(): Promise<Shown> {
    return this.inPage(({ soak }) => soak.shown());
  }
}

/**
 * Lists what differs between two pages that should show the same.
 * @param exact whether every bit counts; otherwise 1e-4 of the largest value, or one level of a picture
 */
export function differences(found: Shown, expected: Shown, exact: boolean): string[] {
  const wrong: string[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b))
      wrong.push(`${what}: ${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
  };
  // Whatever the order of their fields.
  compare('edits', found.edits.map(sorted), expected.edits.map(sorted));
  if (exact) {
    compare('sentence', found.sentence, expected.sentence);
    compare('effects', found.effects, expected.effects);
  }
  for (const [name, { fingerprint, samples }] of Object.entries(expected.arrays)) {
    const other = found.arrays[name];
    if (!other) {
      wrong.push(`${name}: missing`);
      continue;
    }
    if (exact && other.fingerprint !== fingerprint) wrong.push(`${name}: other bits`);
    const largest = Math.max(...samples.map(Math.abs));
    const tolerance = /base|edited/.test(name) ? 1 : 1e-4 * largest;
    const error = Math.max(...samples.map((value, at) => Math.abs(value - other.samples[at])));
    if (!(error <= tolerance)) wrong.push(`${name}: off by ${error}`);
  }
  return wrong;
}

const sorted = (edit: object) =>
  Object.fromEntries(Object.entries(edit).sort(([a], [b]) => (a < b ? -1 : 1)));
