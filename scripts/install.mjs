/** Installs what `npm start` and `npm test` need on a fresh machine. Node built-ins only. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the project's root with its output shown. Ends this process, with a sentence, if it fails. */
export function run(command, args, { env = {}, mayFail = false } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (status !== 0 && !mayFail) {
    console.error(`\n"${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}.`);
    process.exit(status || 1);
  }
  return status ?? 1;
}

/** Runs a command beside others. @returns its exit status, and what it printed, in its order */
export function runQuietly(command, args, { env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    const pieces = [];
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => pieces.push(piece));
    const end = (status, problem = '') =>
      resolve({ status, text: Buffer.concat(pieces).toString() + problem });
    child.on('error', (error) => end(1, `${error.message}\n`));
    child.on('close', (status) => end(status ?? 1));
  });
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node 20.19 or newer is needed; this is Node ${process.versions.node}.`);
    process.exit(1);
  }
}

/** Installs the locked dependencies unless exactly they are there already. */
export function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing dependencies …');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, lock);
}

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of a program that the shell would find, the first of several names; null where there is none. */
function findProgram(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

async function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const found = findProgram(...CHROMIUM_NAMES);
  if (found) return found;
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}

/** The path of a Chromium, installed first where there is none: Debian's package for root on Debian, else Playwright's own. */
export async function installChromium() {
  const found = await findChromium();
  if (found) return found;
  if (canInstallPackages()) {
    console.log("No Chromium found: installing Debian's package …");
    installPackages('chromium', 'fonts-dejavu-core');
  }
  if (!(await findChromium())) {
    console.log("No Chromium found: installing Playwright's own …");
    run('npx', ['playwright', 'install', ...(isRoot() ? ['--with-deps'] : []), 'chromium'], {
      mayFail: true,
    });
  }
  const installed = await findChromium();
  if (!installed) {
    console.error(
      'The browser tests need a Chromium, and none could be installed. Install one, or set CHROMIUM_PATH to its program.',
    );
    process.exit(1);
  }
  return installed;
}

/** Firefox and WebKitGTK for the tests, installed where they are missing and can be had: Debian's packages, for root. */
export function installOtherBrowsers() {
  const wanted = [
    ...(process.env.FIREFOX_PATH || findProgram('firefox-esr', 'firefox') ? [] : ['firefox-esr']),
    ...(findProgram('WebKitWebDriver') ? [] : ['webkit2gtk-driver']),
    ...(findProgram('Xvfb') ? [] : ['xvfb']),
    // A graphics processor in software, for WebGPU in Firefox.
    ...(existsSync('/usr/share/vulkan/icd.d') ? [] : ['mesa-vulkan-drivers']),
  ];
  if (wanted.length === 0 || !canInstallPackages()) return;
  console.log(`Installing Debian's ${wanted.join(', ')} for the tests in other browsers …`);
  installPackages(...wanted);
}

const isRoot = () => process.getuid?.() === 0;

const canInstallPackages = () => isRoot() && existsSync('/usr/bin/apt-get');

/** Tries to install packages; whether it worked is for the caller to see. */
function installPackages(...names) {
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' }, mayFail: true };
  run('apt-get', ['update', '-qq'], quiet);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet);
}
