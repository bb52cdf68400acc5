/**
 * Firefox over Marionette, its own remote protocol, which needs no driver beside it. Not over WebDriver BiDi: watched over that,
 * Firefox 153 hangs now and then while tfjs starts its threads.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endGroup, freePort, retry, startGroup } from './processes';
import { BrowserSession, type Command, type Wire } from './session';

export type Preferences = Record<string, string | number | boolean>;

/** Preferences that keep a test's Firefox to itself: no updates, no reports, no first-run pages. */
const QUIET: Preferences = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
  'dom.push.connection.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'remote.active-protocols': 0,
  'services.settings.server': 'data:,',
  // In software too.
  'webgl.force-enabled': true,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** @param preferences as in about:config, beside those that keep it quiet */
export async function launchFirefox(program: string, preferences: Preferences = {}): Promise<BrowserSession> {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), 'firefox-profile-'));
  const lines = Object.entries({ ...QUIET, ...preferences, 'marionette.port': port }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`);
  const child = startGroup(program, ['--headless', '--marionette', '--no-remote', '--profile', profile]);
  const clean = async () => {
    await endGroup(child);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const marionette = await retry(() => Marionette.open(port), 60_000);
    const { capabilities } = (await marionette.call('WebDriver:NewSession', {})) as {
      capabilities: { browserVersion: string };
    };
    const wire: Wire = {
      async send(command, parameters) {
        const { value } = (await marionette.call(`WebDriver:${command}`, parameters)) as { value: unknown };
        return value;
      },
      async close() {
        marionette.end();
        await clean();
      },
    };
    const session = new BrowserSession('Firefox', capabilities.browserVersion, wire);
    await session.setTimeouts(240_000, 60_000);
    return session;
  } catch (error) {
    await clean();
    throw error;
  }
}

type Answer = [type: 1, id: number, error: { error: string; message: string } | null, result: unknown];

/** Messages of the form `LENGTH:[0, id, name, parameters]`, answered by `LENGTH:[1, id, error, result]`. */
class Marionette {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private received = Buffer.alloc(0);
  private next = 1;

  private constructor(private readonly socket: Socket) {}

  static open(port: number): Promise<Marionette> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const marionette = new Marionette(socket);
      socket.once('error', reject);
      // It greets with one message that is no answer.
      socket.once('data', (greeting) => {
        if (!greeting.includes('marionetteProtocol')) return reject(new Error(`Not Marionette: ${greeting}`));
        socket.on('data', (bytes) => marionette.receive(bytes));
        socket.on('close', () => marionette.fail('Firefox closed the connection.'));
        resolve(marionette);
      });
    });
  }

  async call(name: `WebDriver:${Command | 'NewSession'}`, parameters: object): Promise<unknown> {
    const id = this.next++;
    const text = JSON.stringify([0, id, name, parameters]);
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    const [, , error, result] = await answered;
    if (error) throw new Error(`Firefox, ${name}: ${error.message}`);
    return result;
  }

  end(): void {
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    for (;;) {
      const colon = this.received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.received.toString('latin1', 0, colon));
      if (this.received.length < end) return;
      const answer = JSON.parse(this.received.toString('utf8', colon + 1, end)) as Answer;
      this.received = this.received.subarray(end);
      this.waiting.get(answer[1])?.(answer);
      this.waiting.delete(answer[1]);
    }
  }

  private fail(message: string): void {
    for (const [id, answer] of this.waiting) answer([1, id, { error: 'closed', message }, null]);
    this.waiting.clear();
  }
}
