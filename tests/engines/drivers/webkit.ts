/** WebKitGTK over plain WebDriver: its MiniBrowser in a virtual screen (Xvfb). */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endGroup, freePort, retry, startGroup } from './processes';
import { BrowserSession, overHttp, type Wire } from './session';

const LIBRARIES = '/usr/lib';

/** The path of WebKitGTK's MiniBrowser, the newest of several; null where there is none. */
export function findMiniBrowser(): string | null {
  const found: string[] = [];
  for (const architecture of (existsSync(LIBRARIES) ? readdirSync(LIBRARIES) : []).filter((name) =>
    name.includes('-linux-gnu'),
  )) {
    for (const name of readdirSync(join(LIBRARIES, architecture))) {
      if (!/^webkit2?gtk-/.test(name)) continue;
      const folder = join(LIBRARIES, architecture, name);
      if (readdirSync(folder).includes('MiniBrowser')) found.push(join(folder, 'MiniBrowser'));
    }
  }
  return found.sort().at(-1) ?? null;
}

/** @param driver the path of WebKitWebDriver */
export async function launchWebkit(driver: string, miniBrowser: string): Promise<BrowserSession> {
  const port = await freePort();
  const display = `:${await freeDisplay()}`;
  const screen = startGroup('Xvfb', [display, '-screen', '0', '1600x1200x24', '-nolisten', 'tcp']);
  const server = startGroup(driver, [`--port=${port}`], {
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    // Its sandbox does not start for root.
    ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
  });
  const base = `http://127.0.0.1:${port}/session`;
  const end = async () => {
    await endGroup(server);
    await endGroup(screen);
  };
  try {
    const wanted = { 'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] } };
    const { sessionId, capabilities } = (await retry(
      () => request('POST', base, { capabilities: { alwaysMatch: wanted } }),
      60_000,
    )) as { sessionId: string; capabilities: { browserVersion: string } };
    const wire: Wire = {
      send(command, parameters) {
        const { method, path, body } = overHttp(command, parameters);
        return request(method, `${base}/${sessionId}/${path}`, method === 'POST' ? body : undefined);
      },
      async close() {
        await request('DELETE', `${base}/${sessionId}`).catch(() => {});
        await end();
      },
    };
    const session = new BrowserSession('WebKitGTK', capabilities.browserVersion, wire);
    await session.setTimeouts(240_000, 60_000);
    return session;
  } catch (error) {
    await end();
    throw error;
  }
}

/** The number of an X display that nobody uses: X servers listen on a socket with it in its name. */
async function freeDisplay(): Promise<number> {
  let used: string[] = [];
  try {
    used = readdirSync('/tmp/.X11-unix');
  } catch {
    // No X server has run here yet.
  }
  let number = 90;
  while (used.includes(`X${number}`)) number++;
  return number;
}

async function request(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`WebKit, ${method} ${new URL(url).pathname}: ${error}, ${message}`);
}
