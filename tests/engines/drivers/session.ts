/** A browser session over the WebDriver protocol (W3C), whichever wire carries its commands. */

/** The commands that the tests use, by Marionette's names, with the HTTP address that each has in WebDriver. */
const COMMANDS = {
  Navigate: ['POST', 'url'],
  ExecuteAsyncScript: ['POST', 'execute/async'],
  TakeScreenshot: ['GET', 'screenshot'],
  SetWindowRect: ['POST', 'window/rect'],
  SetTimeouts: ['POST', 'timeouts'],
  PerformActions: ['POST', 'actions'],
  ElementSendKeys: ['POST', 'element/{id}/value'],
  Refresh: ['POST', 'refresh'],
} as const;
export type Command = keyof typeof COMMANDS;

/** Carries commands to a browser and its answers back. */
export interface Wire {
  send(command: Command, parameters: Record<string, unknown>): Promise<unknown>;
  /** Ends the session and the processes that were started for it. */
  close(): Promise<void>;
}

/** The key of an element's reference in JSON (WebDriver, section 12). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Keys by the private-use characters that WebDriver gives them (section 17.4.2). */
export const KEYS = {
  Enter: '\uE007',
  Tab: '\uE004',
  Left: '\uE012',
  Up: '\uE013',
  Right: '\uE014',
  Down: '\uE015',
};

/** The method and the path of a command over HTTP, with the parameters that are left for its body. */
export function overHttp(command: Command, parameters: Record<string, unknown>) {
  const [method, path] = COMMANDS[command];
  const { id, ...body } = parameters;
  return { method, path: path.replace('{id}', String(id)), body };
}

export class BrowserSession {
  constructor(
    readonly name: string,
    readonly version: string,
    private readonly wire: Wire,
  ) {}

  async goto(url: string): Promise<void> {
    await this.wire.send('Navigate', { url });
  }

  async reload(): Promise<void> {
    await this.wire.send('Refresh', {});
  }

  /**
   * Calls a function in the page and waits for its result, which has to be JSON.
   * @param work self-contained: it is sent as text
   * @throws Error with the page's message and stack
   */
  async evaluate<A extends unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const script = `
      const done = arguments[arguments.length - 1];
      const args = JSON.parse(arguments[0]);
      Promise.resolve().then(() => (${work})(...args)).then(
        (value) => done(JSON.stringify({ value })),
        (error) => done(JSON.stringify({ failure: String(error) + '\\n' + (error && error.stack || '') })),
      );`;
    const answer = await this.wire.send('ExecuteAsyncScript', { script, args: [JSON.stringify(args)] });
    const { value, failure } = JSON.parse(String(answer));
    if (failure) throw new Error(`In ${this.name}: ${failure}`);
    return value;
  }

  /** Waits until `check` returns something true in the page. */
  async waitFor(check: () => unknown, { timeout = 60_000, what = String(check) } = {}): Promise<void> {
    const end = Date.now() + timeout;
    while (!(await this.evaluate(check))) {
      if (Date.now() > end) throw new Error(`In ${this.name}, after ${timeout} ms still not: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Types text, or the path of a file, into the element that `find` returns in the page. */
  async type(find: () => Element | null | undefined, text: string): Promise<void> {
    const script = `arguments[arguments.length - 1]((${find})())`;
    const found = (await this.wire.send('ExecuteAsyncScript', { script, args: [] })) as Record<
      string,
      string
    > | null;
    if (!found) throw new Error(`In ${this.name} there is no element: ${find}`);
    await this.wire.send('ElementSendKeys', { id: found[ELEMENT], text });
  }

  /** Presses keys, one after the other, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    const actions = keys.flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.wire.send('PerformActions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.wire.send('SetWindowRect', { width, height });
  }

  /** The window's content as a PNG. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await this.wire.send('TakeScreenshot', { full: false })), 'base64');
  }

  async setTimeouts(script: number, pageLoad: number): Promise<void> {
    await this.wire.send('SetTimeouts', { script, pageLoad });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
