/** The Chromium that all browser tests share. `npm test` names its program in CHROMIUM_PATH. */
import { existsSync } from 'node:fs';

export const CHROMIUM = process.env.CHROMIUM_PATH ?? ['/usr/bin/chromium'].find(existsSync);

/** Flags under which headless Chromium offers WebGPU in software and keeps quiet. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];

export const LAUNCH_OPTIONS = { ...(CHROMIUM && { executablePath: CHROMIUM }), args: CHROMIUM_FLAGS };

/**
 * The same without the checks of bounds that Chromium writes into every program for WebGPU: a software adapter takes a third of the
 * time less to compile. For whole networks; kernels, and the page in `hosting`, are tested with these checks.
 */
export const UNCHECKED_OPTIONS = {
  ...LAUNCH_OPTIONS,
  args: [...CHROMIUM_FLAGS, '--enable-dawn-features=disable_robustness'],
};
