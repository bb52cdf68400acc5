/** Functions that the soak calls inside the page. */

import type { Edit } from '@/edits';
import type { LatentInspectorElement } from '@/element/embed';

/** The state that a page shows, shortened: of each array a fingerprint of all of its bits, and some of its values. */
export interface Shown {
  backend: string;
  edits: readonly Edit[];
  sentence: string;
  /** By side. */
  effects: Record<string, unknown>;
  arrays: Record<string, { fingerprint: number; samples: number[] }>;
}

export interface SoakWindow {
  soak: ReturnType<typeof installSoak>;
}

/** Runs in the page before anything else; refers to nothing outside itself. */
export function installSoak() {
  const workers: Worker[] = [];
  const counts = { rechecked: 0, differed: 0, workers: 0 };
  const Original = window.Worker;
  window.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      // Others fit pictures or make sums of files.
      if (!/[/#]worker-[^/]*$/.test(String(args[0]))) return;
      workers.push(this);
      counts.workers += 1;
      this.addEventListener('message', ({ data }) => {
        const text =
          data && typeof data === 'object' ? (data as { event?: string; detail?: { error: unknown } }) : {};
        if (text.event !== 'rechecked') return;
        counts.rechecked += 1;
        if (text.detail?.error) counts.differed += 1;
      });
    }
    terminate() {
      super.terminate();
      const at = workers.indexOf(this);
      if (at >= 0) workers.splice(at, 1);
    }
  };
  const element = () => document.querySelector('latent-inspector') as LatentInspectorElement;
  const root = () => element().shadowRoot!;
  let experiment: AbortController | null = null;

  const within = <T>(what: string, promise: Promise<T>): Promise<T> =>
    Promise.race([
      promise,
      new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(`No answer for 90 s: ${what}`)), 90_000),
      ),
    ]);

  /**
   * Waits for a promise. A refusal for a good reason is no fault.
   * @param refusal the code of such a reason
   * @returns what went wrong; null where nothing did
   */
  const tried = (what: string, promise: Promise<unknown>, refusal?: string): Promise<string | null> =>
    within(what, promise).then(
      () => null,
      (error) => {
        const { code, message } = error as { code?: string; message?: string };
        return code && ['aborted', 'superseded', refusal].includes(code)
          ? null
          : `${what}: ${code ?? 'uncoded'}, ${message}`;
      },
    );

  const settled = async (): Promise<string | null> => {
    const edited = element().edits.some(({ enabled }) => enabled !== false);
    if (!edited) return tried('decoded', element().decoded('edited'));
    const said = await tried('effect', element().effect());
    // Few cells are left beside many edits; then there is no control.
    return said?.startsWith('effect: not-found') ? null : said;
  };

  const summary = (values: ArrayLike<number>) => {
    let fingerprint = 0x811c9dc5;
    const bytes = new Uint8Array(
      (values as Float32Array).buffer,
      (values as Float32Array).byteOffset,
      (values as Float32Array).byteLength,
    );
    for (const byte of bytes) fingerprint = Math.imul(fingerprint ^ byte, 0x01000193);
    const samples: number[] = [];
    for (let at = 0; at < values.length; at += Math.max(1, Math.floor(values.length / 500)))
      samples.push(values[at]);
    return { fingerprint: fingerprint >>> 0, samples };
  };

  const untilOpen = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if ((error as { code?: string }).code !== 'not-found') throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };

  /** The numbers on screen, once they are there. */
  const shown = async (): Promise<Shown> => {
    const here = element();
    await within('ready', here.ready);
    // The address follows a moment later.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const arrays: Shown['arrays'] = {};
    const effects: Shown['effects'] = {};
    const sides = /[#&]compare=/.test(location.hash) ? (['model', 'compare'] as const) : (['model'] as const);
    for (const side of sides) {
      // The second model comes after all else.
      const { mean, rawLogvar } = await within(
        'posterior',
        untilOpen(() => here.posterior(side)),
      );
      arrays[`${side} mean`] = summary(mean);
      arrays[`${side} rawLogvar`] = summary(rawLogvar);
      for (const which of ['base', 'edited'] as const) {
        arrays[`${side} ${which}`] = summary((await within(which, here.decoded(which, side))).data);
      }
      effects[side] = here.edits.some(({ enabled }) => enabled !== false)
        ? await within('effect', here.effect(side)).catch((error: { code?: string; message: string }) => {
            // No control for so many edits, or none that could be carried.
            if (error.code !== 'not-found' && error.code !== 'bad-edit') throw error;
            return error.message;
          })
        : null;
    }
    // A moment for what is drawn.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return {
      backend: root().querySelector('header .chip')?.textContent ?? '',
      edits: structuredClone(here.edits),
      sentence: root().querySelector('.sentence')?.textContent ?? '',
      effects,
      arrays,
    };
  };

  const soak = {
    counts,
    tried,
    settled,
    shown,
    element,
    root,
    /** The engine's worker: the last that was started. */
    worker: () => workers.at(-1),
    /** The page's words for what has failed; that a model stands there already is the visitor's own doing. */
    failure() {
      const said = root().querySelector('.toast-failure')?.textContent ?? null;
      return said?.includes('is model A already') ? null : said;
    },
    startExperiment({ name, options, side }: { name: string; options: object; side: string }) {
      experiment?.abort();
      experiment = new AbortController();
      const { signal } = experiment;
      return tried(name, element().experiment(name as 'scan', options, { side: side as 'model', signal }));
    },
    stopExperiment: () => experiment?.abort(),
    /** A picture of seeded colours, as a file. */
    async picture(seed: number, width: number, height: number): Promise<File> {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d')!;
      for (let at = 0; at < 60; at++) {
        const random = (salt: number) => (((seed + 7 * at) * 7919 + salt * 104_729) % 997) / 997;
        context.fillStyle = `hsl(${360 * random(1)} 60% ${20 + 60 * random(2)}%)`;
        context.fillRect(
          width * random(3) - 40,
          height * random(4) - 40,
          40 + 120 * random(5),
          40 + 120 * random(6),
        );
      }
      return new File([await canvas.convertToBlob()], `made-${seed}.png`, { type: 'image/png' });
    },
    /**
     * Presses a button of the experiments, the first that can be pressed. For buttons that vanish under a press, such as "Stop":
     * Playwright keeps hold of one that it was about to press, and thereby of all that stood around it.
     * @returns whether there was one
     */
    press(name: string): boolean {
      const buttons = root().querySelectorAll<HTMLButtonElement>('.experiments button:not(:disabled)');
      const button = [...buttons].find(({ textContent }) => new RegExp(name).test(textContent));
      button?.click();
      return button !== undefined;
    },
    /** Chooses a file in the open dialog. Playwright's own way holds on to the dialog for as long as the page lives. */
    choose(name: string, base64: string) {
      const input = root().querySelector<HTMLInputElement>('dialog[open] input[type=file]')!;
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    drop(file: File) {
      const data = new DataTransfer();
      data.items.add(file);
      for (const type of ['dragenter', 'dragover', 'drop']) {
        const event = new DragEvent(type, {
          bubbles: true,
          composed: true,
          cancelable: true,
          dataTransfer: data,
        });
        root().querySelector('main, .app, div')!.dispatchEvent(event);
      }
    },
  };
  Object.assign(window, { soak });
  return soak;
}
