/** The browsers beside Chromium that are installed here; `npm test` installs those that are missing, where it can. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { launchFirefox, type Preferences } from './firefox';
import type { BrowserSession } from './session';
import { findMiniBrowser, launchWebkit } from './webkit';

export interface OtherBrowser {
  name: 'Firefox' | 'WebKitGTK';
  /** Name of what is missing here to run it; null where nothing is. */
  missing: string | null;
  /** @param preferences of Firefox, as in about:config */
  launch(preferences?: Preferences): Promise<BrowserSession>;
}

function findProgram(...names: string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

const firefox = process.env.FIREFOX_PATH ?? findProgram('firefox-esr', 'firefox');
const webkitDriver = findProgram('WebKitWebDriver');
const miniBrowser = findMiniBrowser();
const screen = findProgram('Xvfb');

export const OTHER_BROWSERS: readonly OtherBrowser[] = [
  {
    name: 'Firefox',
    missing: firefox ? null : 'Firefox (the package firefox-esr)',
    launch: (preferences) => launchFirefox(firefox!, preferences),
  },
  {
    name: 'WebKitGTK',
    missing:
      webkitDriver && miniBrowser && screen
        ? null
        : 'WebKitGTK with its driver and a virtual screen (the packages webkit2gtk-driver and xvfb)',
    launch: () => launchWebkit(webkitDriver!, miniBrowser!),
  },
];
