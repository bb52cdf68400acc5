/** A folder in memory for the files that tests write: thousands of small ones. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Containers often have 64 MB, which is too little. */
const LEAST_BYTES = 2 ** 31;

/** @returns {{ env: Record<string, string>, remove(): void }} the environment of tests; empty where there is no such folder */
export function memoryFolder() {
  if (!existsSync(MEMORY)) return { env: {}, remove() {} };
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < LEAST_BYTES) return { env: {}, remove() {} };
  const folder = mkdtempSync(join(MEMORY, 'latent-inspector-tests-'));
  return {
    env: { TMPDIR: folder },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
